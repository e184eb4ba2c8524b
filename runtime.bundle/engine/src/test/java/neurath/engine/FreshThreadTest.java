package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import neurath.api.Step;
import neurath.engine.Marker.Commit;
import neurath.engine.Operators.Apply;
import neurath.engine.Operators.Feed;
import neurath.engine.Operators.Sink;
import neurath.engine.Signature.ThreadKind;
import org.junit.jupiter.api.Test;

/** After a swap a section goes on with a fresh thread. */
class FreshThreadTest {
    private static final ThreadLocal<String> LEFT_BEHIND = new ThreadLocal<>();

    /** Leaves something in a thread-local, as a careless library does. */
    static final class Careless implements Step<Integer, String> {
        @Override
        public String apply(Integer packet) {
            String found = String.valueOf(LEFT_BEHIND.get());
            LEFT_BEHIND.set("of packet " + packet);
            return found;
        }
    }

    @Test
    void what_an_operator_left_in_a_thread_local_is_gone_after_the_swap() throws Exception {
        Queue<Object> out = new ConcurrentLinkedQueue<>();
        var feed = new Feed();
        try (var shop = new Workshop(8)) {
            shop.fill("feed", Feed.class, () -> feed);
            shop.fill("a", Careless.class, Careless::new);
            shop.fill("sink", Sink.class, () -> new Sink(out::add));
            shop.start("feed.OUT -> a.IN", "a.OUT -> sink.IN");
            feed.feed(1);
            feed.feed(2);
            await().atMost(Workshop.LONG).until(() -> out.size() == 2);
            shop.update(Commit.STREAM, Set.of("a"), Map.of("a", shop.version("a", "2.0.0", Careless.class, Careless::new)));
            feed.feed(3);
            await().atMost(Workshop.LONG).until(() -> out.size() == 3);

            assertThat(out).containsExactly("null", "of packet 1", "null");
            await().atMost(Workshop.LONG).untilAsserted(() -> assertThat(shop.threads.alive).as("one thread a section").hasValue(3));
        }
    }

    /** Lets a thread run before the one that starts it goes on. */
    private static final class SlowStarter implements Threads {
        final AtomicBoolean slow = new AtomicBoolean();
        final AtomicReference<Thread> started = new AtomicReference<>();
        final CountDownLatch goOn = new CountDownLatch(1);
        private final Threads threads = Threads.ofTheJdk();

        @Override
        public Thread start(ThreadKind kind, String name, Runnable task) {
            Thread thread = threads.start(kind, name, task);
            if (slow.compareAndSet(true, false)) {
                started.set(thread);
                try {
                    goOn.await(Workshop.LONG.toSeconds(), TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return thread;
        }

        @Override
        public long now() {
            return threads.now();
        }
    }

    @Test
    void a_packet_wakes_the_fresh_thread_even_before_the_old_one_has_gone() throws Exception {
        Queue<Object> out = new ConcurrentLinkedQueue<>();
        var feed = new Feed();
        var threads = new SlowStarter();
        var flows = new Flows(new neurath.events.Events(Runnable::run), threads, text -> text, 8);
        Flow flow = flows.start(
                "test",
                Graphs.of("feed.OUT -> a.IN", "a.OUT -> sink.IN"),
                Map.of(
                        "feed", Versions.of("feed", "1.0.0", Feed.class, () -> feed),
                        "a", Versions.of("a", "1.0.0", Apply.class, () -> new Apply(n -> n)),
                        "sink", Versions.of("sink", "1.0.0", Sink.class, () -> new Sink(out::add))),
                1);
        try {
            Instance successor = flow.build("a", Versions.of("a", "2.0.0", Apply.class, () -> new Apply(n -> -n)));
            threads.slow.set(true);
            flow.mark(1, Set.of("a"), Map.of("a", successor), Commit.STREAM, (node, what) -> {});
            await().atMost(Workshop.LONG)
                    .until(() -> threads.started.get() != null && threads.started.get().getState() == Thread.State.WAITING);
            feed.feed(7);
            await().atMost(Workshop.LONG.dividedBy(3)).until(() -> out.contains(-7));
        } finally {
            threads.goOn.countDown();
            flows.stop("test", Workshop.LONG);
        }
    }
}
