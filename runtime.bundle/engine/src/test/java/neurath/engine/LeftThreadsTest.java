package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import neurath.api.Operator;
import neurath.engine.Marker.Commit;
import neurath.engine.Operators.Feed;
import neurath.engine.Operators.Sink;
import neurath.events.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Operators in class loaders of their own, as in bundles, which start threads that they should not. */
@Timeout(60)
class LeftThreadsTest {
    /** Says which context class loader it runs with, emits what it takes, and, as told, has a thread that emits too. */
    private static final String SOURCE = """
            package test;
            import java.util.Queue;
            import java.util.concurrent.CountDownLatch;
            import neurath.api.*;

            @In(value = "IN", type = Integer.class)
            @Out(value = "OUT", type = Integer.class)
            public final class Polls implements Stateful<Polls.State> {
                public record State(int taken) {}

                private final Queue<Object> said;
                private final CountDownLatch letGo;
                private final CountDownLatch emitNow;
                private final boolean starts;
                private final boolean ends;
                private Output<Integer> out;
                private volatile Thread poll;

                public Polls(Queue<Object> said, CountDownLatch emitNow, CountDownLatch letGo, boolean starts, boolean ends) {
                    this.said = said;
                    this.emitNow = emitNow;
                    this.letGo = letGo;
                    this.starts = starts;
                    this.ends = ends;
                    say("constructor");
                }

                private void say(String method) {
                    ClassLoader context = Thread.currentThread().getContextClassLoader();
                    said.add(method + (context == getClass().getClassLoader() ? "" : " with " + context));
                }

                @Override
                public void open(Context context) {
                    say("open");
                    out = context.output("OUT", Integer.class);
                    context.receive("IN", Integer.class, this::take);
                }

                private void take(int number) {
                    say("take");
                    if (starts && poll == null) {
                        poll = new Thread(this::poll, "poll-1");
                        poll.setDaemon(true);
                        poll.start();
                    }
                    out.emit(number);
                }

                private void poll() {
                    try {
                        emitNow.await();
                        try {
                            out.emit(-1);
                            said.add("emitted");
                        } catch (IllegalStateException e) {
                            said.add(e.getMessage());
                        }
                        letGo.await();
                    } catch (InterruptedException e) {
                        said.add("interrupted");
                    }
                }

                @Override
                public void begin() {
                    say("begin");
                }

                @Override
                public State state() {
                    say("state");
                    return new State(0);
                }

                @Override
                public void restore(State state) {
                    say("restore");
                }

                @Override
                public void discard() {
                    say("discard");
                }

                @Override
                public void close() {
                    say("close");
                    if (ends) {
                        poll.interrupt();
                    }
                }
            }
            """;

    private final CountDownLatch emitNow = new CountDownLatch(1);
    private final CountDownLatch letGo = new CountDownLatch(1);
    private final Queue<Object> said = new ConcurrentLinkedQueue<>();
    private final Queue<Object> out = new ConcurrentLinkedQueue<>();
    private final Feed feed = new Feed();

    @AfterEach
    void letThreadsGo() {
        emitNow.countDown();
        letGo.countDown();
    }

    private static Class<? extends Operator> polls() throws ClassNotFoundException {
        return Compiled.of("test.Polls", SOURCE).asSubclass(Operator.class);
    }

    private Versions fill(Workshop shop, String node, Class<? extends Operator> type, boolean starts, boolean ends) {
        return shop.fill(node, cast(type), () -> make(type, starts, ends));
    }

    private Versions version(Workshop shop, String node, String number, boolean starts) throws ClassNotFoundException {
        Class<? extends Operator> type = polls();
        return shop.version(node, number, cast(type), () -> make(type, starts, false));
    }

    @SuppressWarnings("unchecked")
    private static Class<Operator> cast(Class<? extends Operator> type) {
        return (Class<Operator>) type;
    }

    private Operator make(Class<? extends Operator> type, boolean starts, boolean ends) {
        try {
            return type.getConstructor(Queue.class, CountDownLatch.class, CountDownLatch.class, boolean.class, boolean.class)
                    .newInstance(said, emitNow, letGo, starts, ends);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private void start(Workshop shop, boolean starts, boolean ends) throws Exception {
        shop.fill("feed", Feed.class, () -> feed);
        fill(shop, "a", polls(), starts, ends);
        shop.fill("sink", Sink.class, () -> new Sink(out::add));
        shop.start("feed.OUT -> a.IN", "a.OUT -> sink.IN");
        send(1);
    }

    private void send(int number) {
        feed.feed(number);
        await().atMost(Workshop.LONG).until(() -> out.contains(number));
    }

    private static List<String> notices(Workshop shop) {
        return shop.events(Event.Notice.class).stream().map(Event.Notice::text).toList();
    }

    @Test
    void a_thread_that_a_closed_version_has_left_is_named_with_where_it_is() throws Exception {
        try (var shop = new Workshop(8)) {
            start(shop, true, false);
            shop.update(Commit.HOLD, Set.of("a"), Map.of("a", version(shop, "a", "2.0.0", false)));
            await().atMost(Workshop.LONG).until(() -> !notices(shop).isEmpty());
            assertThat(notices(shop)).singleElement().asString().matches(
                    "test/a: a@1\\.0\\.0 is closed and its thread \"poll-1\" still runs \\(in test\\.Polls\\.poll\\(Polls\\.java:\\d+\\)\\); an operator starts no threads.*");
            assertThat(shop.flow().retirement().leftThreads()).singleElement().asString()
                    .startsWith("a@1.0.0 is closed and its thread \"poll-1\" still runs (in ");
            letThreadsGo();
            await().atMost(Workshop.LONG).until(() -> shop.flow().retirement().leftThreads().isEmpty());
        }
    }

    @Test
    void nothing_is_said_of_an_operator_that_ends_its_thread_or_starts_none() throws Exception {
        try (var shop = new Workshop(8)) {
            start(shop, true, true);
            shop.update(Commit.HOLD, Set.of("a"), Map.of("a", version(shop, "a", "2.0.0", false)));
            send(2);
            shop.update(Commit.HOLD, Set.of("a"), Map.of("a", version(shop, "a", "3.0.0", false)));
            await().atMost(Workshop.LONG).until(() -> said.contains("interrupted"));
            send(3);
            await().atMost(Workshop.LONG).untilAsserted(() -> assertThat(shop.threads.alive).as("one a section").hasValue(3));
            assertThat(notices(shop)).isEmpty();
        }
    }

    @Test
    void a_thread_is_not_left_while_another_node_works_with_the_same_code() throws Exception {
        try (var shop = new Workshop(8)) {
            shop.fill("feed", Feed.class, () -> feed);
            Class<? extends Operator> type = polls();
            fill(shop, "a", type, true, false);
            fill(shop, "b", type, false, false);
            shop.fill("sink", Sink.class, () -> new Sink(out::add));
            shop.start("feed.OUT -> a.IN", "a.OUT -> b.IN", "b.OUT -> sink.IN");
            send(1);
            shop.update(Commit.HOLD, Set.of("a"), Map.of("a", version(shop, "a", "2.0.0", false)));
            await().atMost(Workshop.LONG).until(() -> said.contains("close"));
            await().atMost(Workshop.LONG).untilAsserted(() -> assertThat(shop.threads.alive).as("one a section").hasValue(4));
            assertThat(notices(shop)).isEmpty();
            shop.update(Commit.HOLD, Set.of("b"), Map.of("b", version(shop, "b", "2.0.0", false)));
            await().atMost(Workshop.LONG).until(() -> notices(shop).size() == 1);
            assertThat(notices(shop)).singleElement().asString().startsWith("test/b: b@1.0.0 is closed and its thread \"poll-1\"");
        }
    }

    @Test
    void a_packet_from_a_thread_of_a_closed_version_is_an_error_and_never_a_packet() throws Exception {
        try (var shop = new Workshop(8)) {
            start(shop, true, false);
            shop.update(Commit.HOLD, Set.of("a"), Map.of("a", version(shop, "a", "2.0.0", false)));
            await().atMost(Workshop.LONG).until(() -> !notices(shop).isEmpty());
            emitNow.countDown();
            String error = "test/a: a@1.0.0, which is closed, emits from the thread \"poll-1\", which is not its section's;"
                    + " emit from packets, readiness and timers only";
            await().atMost(Workshop.LONG).until(() -> said.contains(error));
            send(2);
            assertThat(out).containsExactly(1, 2);
        }
    }

    @Test
    void a_packet_from_a_thread_of_a_version_at_work_is_an_error_too() throws Exception {
        try (var shop = new Workshop(8)) {
            start(shop, true, false);
            emitNow.countDown();
            String error = "test/a: a@1.0.0 emits from the thread \"poll-1\", which is not its section's;"
                    + " emit from packets, readiness and timers only";
            await().atMost(Workshop.LONG).until(() -> said.contains(error));
            send(2);
            assertThat(out).containsExactly(1, 2);
            letThreadsGo();
        }
    }

    @Test
    void all_code_of_an_operator_runs_with_its_class_loader() throws Exception {
        try (var shop = new Workshop(8)) {
            start(shop, false, false);
            shop.update(Commit.HOLD, Set.of("a"), Map.of("a", version(shop, "a", "2.0.0", false)));
            send(2);
            await().atMost(Workshop.LONG).until(() -> said.contains("close"));
        }
        assertThat(said).containsOnly("constructor", "open", "begin", "take", "state", "restore", "discard", "close");
    }
}
