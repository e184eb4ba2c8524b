package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import neurath.api.Context;
import neurath.api.Droppable;
import neurath.api.Failure;
import neurath.api.In;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Source;
import neurath.engine.Operators.Apply;
import neurath.engine.Operators.Numbers;
import neurath.engine.Operators.Sink;
import neurath.events.Event;
import neurath.graph.Graph;
import neurath.graph.Node;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of packets whose handling throws. */
@Timeout(60)
class FailureTest {
    private final Queue<Object> out = new ConcurrentLinkedQueue<>();

    private static int endless(int n) {
        return n == Integer.MAX_VALUE ? n : endless(n + 1) + 1;
    }

    /** Fails on 3, 5 and 7, each time worse. */
    private static int fragile(int n) {
        return switch (n) {
            case 3 -> throw new IllegalArgumentException("three");
            case 5 -> endless(0);
            case 7 -> throw new OutOfMemoryError("seven");
            default -> n;
        };
    }

    @Test
    void a_throwing_operator_loses_only_its_packet_which_is_counted_and_told() throws Exception {
        try (var shop = new Workshop(8)) {
            shop.fill("source", Numbers.class, () -> new Numbers(10));
            shop.fill("a", Apply.class, () -> new Apply(FailureTest::fragile));
            shop.fill("sink", Sink.class, () -> new Sink(out::add));
            shop.start("source.OUT -> a.IN", "a.OUT -> sink.IN");
            await().atMost(Workshop.LONG).until(() -> out.size() == 7 && shop.threads.alive.get() == 0);

            assertThat(out).containsExactly(0, 1, 2, 4, 6, 8, 9);
            assertThat(shop.status("a").taken()).isEqualTo(10);
            assertThat(shop.status("a").emitted()).isEqualTo(7);
            assertThat(shop.status("a").dropped()).isEqualTo(3);
            List<Event.PacketFailed> failed = shop.events(Event.PacketFailed.class);
            assertThat(failed).hasSize(3).allSatisfy(event -> {
                assertThat(event.flow() + '/' + event.node()).isEqualTo("test/a@1.0.0");
                assertThat(event.packet()).isEqualTo("java.lang.Integer");
            });
            assertThat(failed).extracting(Event.PacketFailed::cause)
                    .containsExactly("java.lang.IllegalArgumentException: three", "java.lang.StackOverflowError",
                            "java.lang.OutOfMemoryError: seven");
        }
    }

    @In(value = "IN", type = Integer.class)
    @Out(value = "OUT", type = Integer.class)
    @Out(value = "ERROR", type = Failure.class)
    static final class FragileWithErrorPort implements Operator {
        @Override
        public void open(Context context) {
            Output<Integer> output = context.output("OUT", Integer.class);
            context.receive("IN", Integer.class, packet -> output.emit(fragile(packet)));
        }
    }

    @Test
    void a_connected_error_port_takes_the_failure_and_nothing_is_dropped() throws Exception {
        Queue<Object> errors = new ConcurrentLinkedQueue<>();
        try (var shop = new Workshop(8)) {
            shop.fill("source", Numbers.class, () -> new Numbers(6));
            shop.fill("a", FragileWithErrorPort.class, FragileWithErrorPort::new);
            shop.fill("sink", Sink.class, () -> new Sink(out::add));
            shop.fill("errors", Sink.class, () -> new Sink(errors::add));
            shop.start("source.OUT -> a.IN", "a.OUT -> sink.IN", "a.ERROR -> errors.IN");
            await().atMost(Workshop.LONG).until(() -> shop.threads.alive.get() == 0);

            assertThat(out).containsExactly(0, 1, 2, 4);
            assertThat(errors).hasSize(2).first().isInstanceOfSatisfying(Failure.class, failure -> {
                assertThat(failure.node()).isEqualTo("test/a@1.0.0");
                assertThat(failure.packet()).isEqualTo(3);
                assertThat(failure.cause()).hasMessage("three");
            });
            assertThat(shop.status("a").dropped()).isZero();
        }
    }

    @Test
    void an_unconnected_error_port_drops_as_if_there_were_none() throws Exception {
        try (var shop = new Workshop(8)) {
            shop.fill("source", Numbers.class, () -> new Numbers(4));
            shop.fill("a", FragileWithErrorPort.class, FragileWithErrorPort::new);
            shop.fill("sink", Sink.class, () -> new Sink(out::add));
            shop.start("source.OUT -> a.IN", "a.OUT -> sink.IN");
            await().atMost(Workshop.LONG).until(() -> shop.threads.alive.get() == 0);

            assertThat(out).containsExactly(0, 1, 2);
            assertThat(shop.status("a").dropped()).isEqualTo(1);
        }
    }

    /** A packet that fails even at being dropped. */
    record Stubborn(int number) implements Droppable {
        @Override
        public void dropped(Throwable reason) {
            throw new NoClassDefFoundError("the bundle of this packet is gone");
        }
    }

    @Out(value = "OUT", type = Stubborn.class)
    static final class Stubborns implements Source {
        private Output<Stubborn> output;
        private int next;

        @Override
        public void open(Context context) {
            output = context.output("OUT", Stubborn.class);
        }

        @Override
        public boolean produce() {
            output.emit(new Stubborn(next++));
            return next < 3;
        }
    }

    @In(value = "IN", type = Object.class)
    static final class Refuse implements Operator {
        @Override
        public void open(Context context) {
            context.receive("IN", Object.class, packet -> {
                throw new IllegalStateException("refused on purpose");
            });
        }
    }

    @Test
    void a_packet_that_fails_at_being_dropped_harms_nothing_else() throws Exception {
        try (var shop = new Workshop(8)) {
            shop.fill("source", Stubborns.class, Stubborns::new);
            shop.fill("sink", Refuse.class, Refuse::new);
            shop.start("source.OUT -> sink.IN");
            await().atMost(Workshop.LONG).until(() -> shop.threads.alive.get() == 0);

            assertThat(shop.status("sink").dropped()).isEqualTo(3);
            assertThat(shop.events(Event.Notice.class)).as("no section failed").isEmpty();
        }
    }

    @Test
    void a_packet_for_an_output_that_no_arc_leaves_is_dropped_with_the_port_named() throws Exception {
        Queue<Throwable> reasons = new ConcurrentLinkedQueue<>();
        record Told(Queue<Throwable> reasons) implements Droppable {
            @Override
            public void dropped(Throwable reason) {
                reasons.add(reason);
            }
        }
        @Out(value = "OUT", type = Told.class)
        final class One implements Source {
            private Output<Told> output;

            @Override
            public void open(Context context) {
                output = context.output("OUT", Told.class);
            }

            @Override
            public boolean produce() {
                assertThat(output.connected()).isFalse();
                output.emit(new Told(reasons));
                return false;
            }
        }
        var nodes = new LinkedHashMap<String, Node>();
        nodes.put("source", new Node("source", "source", Map.of()));
        var graph = new Graph(nodes, List.of(), List.of(), new LinkedHashMap<>(), new LinkedHashMap<>());
        try (var shop = new Workshop(8)) {
            Versions version = shop.version("source", "1.0.0", One.class, One::new);
            shop.flows.start("test", graph, Map.of("source", version), 1);
            await().atMost(Workshop.LONG).until(() -> reasons.size() == 1);

            assertThat(reasons.peek()).hasMessage("no arc leaves test/source.OUT");
        }
    }

    /** Fails at once, and again and again. */
    @Out(value = "OUT", type = Integer.class)
    static final class Broken implements Source {
        @Override
        public boolean produce() {
            throw new IllegalStateException("nothing to produce from");
        }
    }

    @Test
    void a_source_that_fails_is_held_and_says_why() throws Exception {
        try (var shop = new Workshop(8)) {
            shop.fill("source", Broken.class, Broken::new);
            shop.fill("sink", Sink.class, () -> new Sink(out::add));
            shop.start("source.OUT -> sink.IN");
            await().atMost(Workshop.LONG).until(() -> shop.status("source").held() != null);

            assertThat(shop.status("source").held()).contains("nothing to produce from", "a new version of source");
            assertThat(shop.events(Event.PacketFailed.class)).hasSize(1);
        }
    }
}
