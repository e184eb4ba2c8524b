package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Step;
import neurath.engine.Operators.Numbers;
import neurath.engine.Operators.Sink;
import neurath.graph.Graph;
import org.junit.jupiter.api.Test;

/** What is checked of a graph before it runs, and array ports. */
class ConnectionsTest {
    static final class Length implements Step<String, Integer> {
        @Override
        public Integer apply(String packet) {
            return packet.length();
        }
    }

    static final class Half implements Step<Number, Double> {
        @Override
        public Double apply(Number packet) {
            return packet.doubleValue() / 2;
        }
    }

    /** Deals packets out in turn. */
    @In(value = "IN", type = Integer.class)
    @Out(value = "OUT", type = Integer.class, array = true)
    static final class Deal implements Operator {
        private int next;

        @Override
        public void open(Context context) {
            List<Output<Integer>> outs = context.outputs("OUT", Integer.class);
            context.receive("IN", Integer.class, packet -> outs.get(next++ % outs.size()).emit(packet));
        }
    }

    @In(value = "IN", type = Object.class, array = true)
    static final class Gather implements Operator {
        private final Queue<Object> out;

        Gather(Queue<Object> out) {
            this.out = out;
        }

        @Override
        public void open(Context context) {
            context.receive("IN", Object.class, out::add);
        }
    }

    private static List<String> problems(String... statements) {
        Graph graph = Graphs.of(statements);
        var versions = new HashMap<String, OperatorVersion>();
        for (String node : graph.nodes().keySet()) {
            versions.put(node, switch (node.replaceAll("\\d", "")) {
                case "numbers" -> Versions.of(node, "1.0.0", Numbers.class, () -> new Numbers(1));
                case "length" -> Versions.of(node, "1.0.0", Length.class, Length::new);
                case "half" -> Versions.of(node, "1.0.0", Half.class, Half::new);
                case "deal" -> Versions.of(node, "1.0.0", Deal.class, Deal::new);
                case "gather" -> Versions.of(node, "1.0.0", Gather.class, () -> new Gather(new ConcurrentLinkedQueue<>()));
                default -> Versions.of(node, "1.0.0", Sink.class, () -> new Sink(packet -> {}));
            });
        }
        return Connections.problems("flow", graph, versions);
    }

    @Test
    void a_subtype_feeds_its_supertype() {
        assertThat(problems("numbers.OUT -> half.IN", "half.OUT -> sink.IN")).isEmpty();
    }

    @Test
    void types_that_do_not_fit_are_refused_with_both_ends_named() {
        assertThat(problems("numbers.OUT -> length.IN"))
                .containsExactly("flow/numbers.OUT (numbers@1.0.0 of the test) cannot feed flow/length.IN (length@1.0.0 of the test):"
                        + " a java.lang.Integer is no java.lang.String");
    }

    @Test
    void the_same_class_name_from_two_class_loaders_is_refused_and_said_to_be_that() throws Exception {
        String source = """
                package test;
                public record Packet(int number) {}
                """;
        Class<?> one = Compiled.of("test.Packet", source);
        Class<?> other = Compiled.of("test.Packet", source);
        var ports = new HashMap<String, OperatorVersion>();
        ports.put("a", new Ported("a", Map.of(), Map.of("OUT", new Signature.PortType("OUT", one, false))));
        ports.put("b", new Ported("b", Map.of("IN", new Signature.PortType("IN", other, false)), Map.of()));

        assertThat(Connections.problems("flow", Graphs.of("a.OUT -> b.IN"), ports))
                .singleElement()
                .asString()
                .startsWith("flow/a.OUT (a@1.0.0 of the test) cannot feed flow/b.IN (b@1.0.0 of the test):")
                .contains("the same class name from two class loaders", "both bundles must import the package from one bundle");
    }

    @Test
    void an_arc_to_a_port_that_is_not_there_names_those_that_are() {
        assertThat(problems("numbers.OUT -> half.INPUT"))
                .containsExactly("flow/half.INPUT (half@1.0.0 of the test): no such input port; there are [IN]");
        assertThat(problems("numbers.RESULT -> half.IN"))
                .containsExactly("flow/numbers.RESULT (numbers@1.0.0 of the test): no such output port; there are [OUT]");
    }

    @Test
    void an_index_where_none_belongs_and_none_where_one_does_are_refused() {
        assertThat(problems("numbers.OUT[0] -> half.IN")).singleElement().asString().contains("flow/numbers.OUT[0]", "not an array port");
        assertThat(problems("numbers.OUT -> gather.IN"))
                .singleElement()
                .asString()
                .contains("flow/gather.IN", "an array port needs an index, as in IN[0]");
    }

    @Test
    void a_long_chain_is_no_cycle() {
        var statements = new ArrayList<String>();
        IntStream.range(0, 3_000).forEach(i -> statements.add("half" + i + ".OUT -> half" + (i + 1) + ".IN"));
        assertThat(problems(statements.toArray(String[]::new))).isEmpty();
    }

    @Test
    void the_same_arc_twice_is_refused() {
        assertThat(problems("numbers.OUT -> sink.IN", "numbers.OUT -> sink.IN")).singleElement().asString().contains("is there twice");
    }

    @Test
    void a_node_without_a_version_is_named() {
        assertThat(Connections.problems("flow", Graphs.of("a.OUT -> b.IN"), Map.of()))
                .hasSize(2)
                .allSatisfy(problem -> assertThat(problem).startsWith("flow/").contains("is there"));
    }

    @Test
    void array_ports_deal_out_and_gather_by_index() throws Exception {
        Queue<Object> gathered = new ConcurrentLinkedQueue<>();
        Queue<Object> third = new ConcurrentLinkedQueue<>();
        try (var shop = new Workshop(8)) {
            shop.fill("numbers", Numbers.class, () -> new Numbers(9));
            shop.fill("deal", Deal.class, Deal::new);
            shop.fill("gather", Gather.class, () -> new Gather(gathered));
            shop.fill("sink", Sink.class, () -> new Sink(third::add));
            shop.start("numbers.OUT -> deal.IN", "deal.OUT[2] -> sink.IN", "deal.OUT[1] -> gather.IN[7]", "deal.OUT[0] -> gather.IN[0]");
            org.awaitility.Awaitility.await().atMost(Workshop.LONG).until(() -> shop.threads.alive.get() == 0);

            assertThat(third).containsExactly(2, 5, 8);
            assertThat(gathered).containsExactlyInAnyOrder(0, 1, 3, 4, 6, 7);
        }
    }

    @In(value = "IN", type = Integer.class)
    static final class AsksForAnotherType implements Operator {
        @Override
        public void open(Context context) {
            context.receive("IN", String.class, packet -> {});
        }
    }

    @In(value = "IN", type = Integer.class)
    static final class AsksForAnotherPort implements Operator {
        @Override
        public void open(Context context) {
            context.receive("INPUT", Integer.class, packet -> {});
        }
    }

    @Test
    void an_operator_that_asks_for_ports_it_does_not_declare_is_refused() throws Exception {
        try (var shop = new Workshop(8)) {
            shop.fill("numbers", Numbers.class, () -> new Numbers(1));
            shop.fill("a", AsksForAnotherType.class, AsksForAnotherType::new);
            assertThatThrownBy(() -> shop.start("numbers.OUT -> a.IN"))
                    .hasMessageContaining("test/a.IN: declared as java.lang.Integer, asked for as java.lang.String");
            shop.fill("a", AsksForAnotherPort.class, AsksForAnotherPort::new);
            assertThatThrownBy(() -> shop.start("numbers.OUT -> a.IN"))
                    .hasMessageContaining("test/a: a@1.0.0 declares no port INPUT; there are [IN]");
        }
    }

    /** A version with ports of any types and no code. */
    private record Ported(String operator, Map<String, Signature.PortType> inputs, Map<String, Signature.PortType> outputs)
            implements OperatorVersion {
        @Override
        public org.osgi.framework.Version version() {
            return new org.osgi.framework.Version(1, 0, 0);
        }

        @Override
        public String origin() {
            return "the test";
        }

        @Override
        public Signature signature() {
            return new Signature(
                    inputs, outputs, java.util.Optional.empty(), java.util.Optional.empty(), List.of(), Map.of(), List.of(),
                    java.util.Optional.empty(), java.util.Optional.empty(),
                    false, false, Signature.ThreadKind.VIRTUAL);
        }

        @Override
        public Operator create() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void release(Operator operator) {
            throw new UnsupportedOperationException();
        }
    }
}
