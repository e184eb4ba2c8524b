package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import neurath.api.Context;
import neurath.api.Default;
import neurath.api.In;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Parameters;
import neurath.api.Source;
import neurath.api.Stateful;
import neurath.engine.Operators.Apply;
import neurath.engine.Operators.Numbers;
import neurath.engine.Operators.Sink;
import neurath.events.Event;
import neurath.events.Events;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a flow starts, and how it does not. */
@Timeout(60)
class StartTest {
    private final List<String> calls = new CopyOnWriteArrayList<>();

    record None() {}

    /** Notes what is called, and fails where it is told to. */
    @In(value = "IN", type = Integer.class)
    @Out(value = "OUT", type = Integer.class)
    static final class Careful implements Stateful<None> {
        private final String name;
        private final String failing;
        private final List<String> calls;

        Careful(String name, String failing, List<String> calls) {
            this.name = name;
            this.failing = failing;
            this.calls = calls;
            call("constructor");
        }

        private void call(String method) {
            if (method.equals(failing)) {
                throw new IllegalStateException(name + " fails in its " + method);
            }
            calls.add(name + ' ' + method);
        }

        @Override
        public void open(Context context) {
            context.receive("IN", Integer.class, packet -> {});
            call("open");
        }

        @Override
        public void begin() {
            call("begin");
        }

        @Override
        public None state() {
            return new None();
        }

        @Override
        public void restore(None state) {
            call("restore");
        }

        @Override
        public void discard() {
            calls.add(name + " discard");
        }

        @Override
        public void close() {
            calls.add(name + " close");
        }
    }

    private void failsToStart(String failing) throws Exception {
        try (var shop = new Workshop(8)) {
            shop.fill("source", Numbers.class, () -> new Numbers(5));
            shop.fill("a", Careful.class, () -> new Careful("a", "nothing", calls));
            shop.fill("b", Careful.class, () -> new Careful("b", failing, calls));
            assertThatThrownBy(() -> shop.start("source.OUT -> a.IN", "a.OUT -> b.IN"))
                    .isInstanceOf(FlowException.class)
                    .hasMessageContaining("test does not start")
                    .hasMessageContaining("b fails in its " + failing);

            assertThat(shop.flows.all()).isEmpty();
            assertThat(shop.threads.started).as("threads ever started").hasValue(0);
            assertThat(shop.events).singleElement().isInstanceOfSatisfying(Event.FlowRefused.class,
                    refused -> assertThat(refused.reason()).contains("b fails in its " + failing));
        }
    }

    @Test
    void a_constructor_that_fails_at_the_start_leaves_nothing_behind() throws Exception {
        failsToStart("constructor");
        assertThat(calls).containsExactly("a constructor", "a open", "a close");
    }

    @Test
    void an_open_that_fails_at_the_start_leaves_nothing_behind() throws Exception {
        failsToStart("open");
        assertThat(calls).containsExactlyInAnyOrder("a constructor", "a open", "b constructor", "b close", "a close");
    }

    @Test
    void a_begin_that_fails_at_the_start_has_what_others_began_discarded() throws Exception {
        failsToStart("begin");
        assertThat(calls).containsSubsequence("a begin", "a discard", "a close").containsSubsequence("b discard", "b close");
    }

    @Test
    void a_name_is_free_again_after_a_start_that_failed() throws Exception {
        try (var shop = new Workshop(8)) {
            shop.fill("source", Numbers.class, () -> new Numbers(5));
            shop.fill("a", Careful.class, () -> new Careful("a", "open", calls));
            assertThatThrownBy(() -> shop.start("source.OUT -> a.IN")).isInstanceOf(FlowException.class);
            shop.fill("a", Careful.class, () -> new Careful("a", "nothing", calls));
            assertThat(shop.start("source.OUT -> a.IN").name()).isEqualTo("test");
        }
    }

    @Out(value = "OUT", type = Integer.class)
    static final class Hasty implements Source {
        @Override
        public void open(Context context) {
            context.output("OUT", Integer.class).emit(1);
        }

        @Override
        public boolean produce() {
            return false;
        }
    }

    @Test
    void emitting_from_open_is_refused() throws Exception {
        try (var shop = new Workshop(8)) {
            shop.fill("source", Hasty.class, Hasty::new);
            shop.fill("sink", Sink.class, () -> new Sink(packet -> {}));
            assertThatThrownBy(() -> shop.start("source.OUT -> sink.IN"))
                    .hasMessageContaining("test/source: source@1.0.0 emits while it is not in");
        }
    }

    /** Threads of which only some can be had. */
    private record Scarce(AtomicInteger left, CountedThreads threads) implements Threads {
        @Override
        public Thread start(Signature.ThreadKind kind, String name, Runnable task) {
            if (left.getAndDecrement() <= 0) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return threads.start(kind, name, task);
        }

        @Override
        public long now() {
            return threads.now();
        }
    }

    @Test
    void a_flow_for_which_not_all_threads_can_be_had_is_refused_and_leaves_nothing_behind() {
        var source = Versions.of("source", "1.0.0", Numbers.class, () -> new Numbers(Integer.MAX_VALUE));
        var sink = Versions.of("a", "1.0.0", Careful.class, () -> new Careful("a", "nothing", calls));
        var threads = new CountedThreads();
        var flows = new Flows(new Events(Runnable::run), new Scarce(new AtomicInteger(1), threads), text -> text);
        assertThatThrownBy(() -> flows.start("test", Graphs.of("source.OUT -> a.IN"), Map.of("source", source, "a", sink), 1))
                .hasMessageContaining("unable to create native thread");
        assertThat(flows.all()).isEmpty();
        await().atMost(Workshop.LONG).untilAsserted(() -> {
            assertThat(source.alive).hasValue(0);
            assertThat(sink.alive).hasValue(0);
            assertThat(threads.alive).hasValue(0);
        });
        assertThat(calls).containsExactly("a constructor", "a open", "a begin", "a discard", "a close");
    }

    @Test
    void a_section_for_which_no_fresh_thread_can_be_had_goes_on_with_its_old_one() throws Exception {
        var out = new AtomicInteger();
        var flows = new Flows(new Events(Runnable::run), new Scarce(new AtomicInteger(3), new CountedThreads()), text -> text);
        Flow flow = flows.start(
                "test",
                Graphs.of("source.OUT -> a.IN", "a.OUT -> sink.IN"),
                Map.of(
                        "source", Versions.of("source", "1.0.0", Numbers.class, () -> new Numbers(Integer.MAX_VALUE)),
                        "a", Versions.of("a", "1.0.0", Apply.class, () -> new Apply(n -> 1)),
                        "sink", Versions.of("sink", "1.0.0", Sink.class, () -> new Sink(packet -> out.set((int) packet)))),
                1);
        Instance successor = flow.build("a", Versions.of("a", "2.0.0", Apply.class, () -> new Apply(n -> 2)));
        flow.mark(1, Set.of("a"), Map.of("a", successor), Marker.Commit.STREAM, (node, what) -> {});
        await().atMost(Workshop.LONG).until(() -> out.get() == 2);
        flows.stop("test", Workshop.LONG);
    }

    /** Emits nothing, but not in the way it should. */
    @Out(value = "OUT", type = Integer.class)
    static final class Nothing implements Source {
        private Output<Integer> output;

        @Override
        public void open(Context context) {
            output = context.output("OUT", Integer.class);
        }

        @Override
        public boolean produce() {
            output.emit(null);
            return false;
        }
    }

    @Test
    void emitting_null_fails_and_counts_as_nothing_emitted() throws Exception {
        try (var shop = new Workshop(8)) {
            shop.fill("source", Nothing.class, Nothing::new);
            shop.fill("sink", Sink.class, () -> new Sink(packet -> {}));
            shop.start("source.OUT -> sink.IN");
            await().atMost(Workshop.LONG).until(() -> !shop.events(Event.PacketFailed.class).isEmpty());
            assertThat(shop.events(Event.PacketFailed.class).getFirst().cause()).contains("test/source: source@1.0.0 emits null");
            assertThat(shop.status("source").emitted()).isZero();
        }
    }

    @In(value = "IN", type = Integer.class)
    static final class Deaf implements Operator {}

    @Test
    void an_operator_that_sets_no_receiver_for_a_connected_port_is_refused() throws Exception {
        try (var shop = new Workshop(8)) {
            shop.fill("source", Numbers.class, () -> new Numbers(1));
            shop.fill("a", Deaf.class, Deaf::new);
            assertThatThrownBy(() -> shop.start("source.OUT -> a.IN"))
                    .hasMessageContaining("test/a: a@1.0.0 set no receiver for its port IN in open()");
        }
    }

    enum Colour {
        RED,
        GREEN
    }

    record Settings(
            String host,
            @Default("8080") int port,
            @Default("1") long maxHeadBytes,
            @Default("0.5") double ratio,
            @Default("false") boolean strict,
            @Default("GREEN") Colour colour,
            @Default("PT1S") Duration timeout,
            @Default("/tmp") Path root) {
        Settings {
            if (host.isEmpty()) {
                throw new IllegalArgumentException("HOST is empty");
            }
        }
    }

    @Parameters(Settings.class)
    @Out(value = "OUT", type = Integer.class)
    static final class Configured implements Source {
        private final List<Settings> seen;

        Configured(List<Settings> seen) {
            this.seen = seen;
        }

        @Override
        public void open(Context context) {
            seen.add(context.parameters(Settings.class));
        }

        @Override
        public boolean produce() {
            return false;
        }
    }

    private List<Settings> configure(String... packets) throws Exception {
        var seen = new CopyOnWriteArrayList<Settings>();
        var statements = new java.util.ArrayList<>(List.of(packets));
        statements.addFirst("a.OUT -> sink.IN");
        try (var shop = new Workshop(8)) {
            shop.fill("a", Configured.class, () -> new Configured(seen));
            shop.fill("sink", Sink.class, () -> new Sink(packet -> {}));
            shop.start(statements.toArray(String[]::new));
        }
        return seen;
    }

    @Test
    void parameters_are_bound_by_name_and_others_take_their_defaults() throws Exception {
        assertThat(configure("'127.0.0.1' -> a.HOST", "'9' -> a.MAX_HEAD_BYTES", "'red' -> a.COLOUR", "'PT2M' -> a.TIMEOUT"))
                .containsExactly(new Settings("127.0.0.1", 8080, 9, 0.5, false, Colour.RED, Duration.ofMinutes(2), Path.of("/tmp")));
    }

    @Test
    void a_missing_parameter_is_named_with_its_node_and_what_to_write() {
        assertThatThrownBy(this::configure)
                .hasMessageContaining("test/a.HOST: the parameter is missing; add '…' -> HOST a");
    }

    @Test
    void a_parameter_that_does_not_fit_is_named_with_its_node_and_value() {
        assertThatThrownBy(() -> configure("'h' -> a.HOST", "'http' -> a.PORT")).hasMessageContaining("test/a.PORT: 'http' is no int");
        assertThatThrownBy(() -> configure("'h' -> a.HOST", "'yes' -> a.STRICT"))
                .hasMessageContaining("test/a.STRICT: 'yes' is no boolean (true or false)");
        assertThatThrownBy(() -> configure("'h' -> a.HOST", "'blue' -> a.COLOUR"))
                .hasMessageContaining("test/a.COLOUR: 'blue' is no Colour (one of [RED, GREEN])");
        assertThatThrownBy(() -> configure("'h' -> a.HOST", "'1 s' -> a.TIMEOUT"))
                .hasMessageContaining("test/a.TIMEOUT: '1 s' is no Duration");
    }

    @Test
    void a_parameter_record_may_refuse_its_values() {
        assertThatThrownBy(() -> configure("'' -> a.HOST")).hasMessageContaining("test/a: its parameters are refused: HOST is empty");
    }

    @Test
    void an_unknown_parameter_is_named_with_those_there_are() {
        assertThatThrownBy(() -> configure("'h' -> a.HOST", "'x' -> a.POTR"))
                .hasMessageContaining("test/a.POTR")
                .hasMessageContaining("no such parameter for 'x'; there are [HOST, PORT, MAX_HEAD_BYTES,");
    }

    @Test
    void a_parameter_given_twice_is_refused() {
        assertThatThrownBy(() -> configure("'h' -> a.HOST", "'g' -> a.HOST")).hasMessageContaining("test/a.HOST")
                .hasMessageContaining("twice");
    }
}
