package neurath.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventsTest {
    private static final Duration LONG = Duration.ofSeconds(15);

    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final Events events = new Events(executor);
    private final List<String> heard = new CopyOnWriteArrayList<>();

    @AfterEach
    void shutDown() {
        executor.shutdownNow();
    }

    private static Event event(String text) {
        return new Event.Notice(Instant.EPOCH, "flow", text);
    }

    private void hear(Event event) {
        heard.add(((Event.Notice) event).text());
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    @Test
    void listeners_hear_every_event_in_the_order_of_publishing() {
        events.subscribe(this::hear);
        numbers(0, 1_000).forEach(number -> events.publish(event(number)));
        await().atMost(LONG).until(() -> heard.size() == 1_000);

        assertThat(heard).isEqualTo(numbers(0, 1_000));
    }

    @Test
    void a_closed_subscription_hears_nothing_more() {
        Events.Subscription subscription = events.subscribe(this::hear);
        events.publish(event("before"));
        await().atMost(LONG).until(() -> heard.size() == 1);
        subscription.close();
        events.publish(event("after"));
        events.subscribe(event -> heard.add("other heard"));
        events.publish(event("last"));
        await().atMost(LONG).until(() -> heard.contains("other heard"));

        assertThat(heard).containsOnly("before", "other heard");
    }

    @Test
    void publishing_never_waits_for_a_slow_listener_which_misses_the_oldest() throws Exception {
        var began = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        events.subscribe(event -> {
            began.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            hear(event);
        });
        events.publish(event("first"));
        assertThat(began.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        numbers(0, 10_000).forEach(number -> events.publish(event(number)));
        goOn.countDown();
        await().atMost(LONG).until(() -> heard.contains("9999"));

        assertThat(heard.getFirst()).isEqualTo("first");
        assertThat(heard.subList(1, heard.size())).as("the latest, in order").isEqualTo(numbers(10_000 - 4096, 10_000));
        assertThat(events.latest()).hasSize(4096).last().isEqualTo(event("9999"));
    }

    @Test
    void a_listener_that_fails_in_any_way_keeps_no_other_from_hearing() {
        events.subscribe(event -> {
            throw new IllegalStateException("on purpose");
        });
        events.subscribe(event -> {
            throw new NoClassDefFoundError("its bundle was refreshed");
        });
        events.subscribe(this::hear);
        events.publish(event("one"));
        await().atMost(LONG).until(() -> heard.size() == 1);
        events.publish(event("two"));
        await().atMost(LONG).until(() -> heard.size() == 2);

        assertThat(heard).containsExactly("one", "two");
    }

    @Test
    void a_listener_may_publish() {
        events.subscribe(this::hear);
        events.subscribe(event -> {
            if (((Event.Notice) event).text().equals("question")) {
                events.publish(event("answer"));
            }
        });
        events.publish(event("question"));
        await().atMost(LONG).until(() -> heard.contains("answer"));

        assertThat(heard).containsExactly("question", "answer");
    }

    @Test
    void publishing_after_the_executor_has_ended_fails_nobody_and_is_kept() {
        executor.shutdown();

        assertThatCode(() -> events.publish(event("too late"))).doesNotThrowAnyException();
        assertThat(events.latest()).containsExactly(event("too late"));
    }
}
