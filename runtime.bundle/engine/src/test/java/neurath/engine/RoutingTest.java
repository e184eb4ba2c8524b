package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Step;
import neurath.engine.Operators.Numbers;
import neurath.engine.Operators.Sink;
import neurath.events.Event;
import neurath.graph.Graph;
import neurath.graph.Node;
import neurath.graph.Replicas;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Packets that are shared among replicas by a key. */
@Timeout(60)
class RoutingTest {
    private static final int NUMBERS = 1_000;

    enum Colour {
        RED,
        GREEN
    }

    record Word(String word, int number) {
        int length() {
            return word.length();
        }

        /** For a key that cannot be had. */
        public String broken() {
            if (number >= 0) {
                throw new IllegalStateException("no key in " + word);
            }
            return word;
        }

        public int[] letters() {
            return word.chars().toArray();
        }
    }

    /** Makes words of numbers: w0 to w28, again and again. */
    static final class Words implements Step<Integer, Word> {
        @Override
        public Word apply(Integer number) {
            return new Word("w" + number % 29, number);
        }
    }

    private static Graph replicated(String node, int replicas, String key, String... statements) {
        Graph graph = Graphs.of(statements);
        return Replicas.expand(graph.with(new Node(node, node, Map.of("replicas", "" + replicas, "key", key))));
    }

    /** A word, and the node that has handled it. */
    record Handled(String node, Word word) {}

    @In(value = "IN", type = Word.class)
    @Out(value = "OUT", type = Handled.class)
    static class Stamp implements Operator {
        @Override
        public void open(Context context) throws Exception {
            Output<Handled> out = context.output("OUT", Handled.class);
            String node = context.node();
            context.receive("IN", Word.class, word -> out.emit(new Handled(node, word)));
        }
    }

    private static void fill(Workshop workshop, List<Object> out, Map<String, OperatorVersion> versions, Graph graph) {
        Versions numbers = workshop.version("numbers", "1.0.0", Numbers.class, () -> new Numbers(NUMBERS));
        Versions words = workshop.version("words", "1.0.0", Words.class, Words::new);
        Versions stamp = workshop.version("stamp", "1.0.0", Stamp.class, Stamp::new);
        Versions sink = workshop.version("sink", "1.0.0", Sink.class, () -> new Sink(out::add));
        Map<String, Versions> all = Map.of("numbers", numbers, "words", words, "stamp", stamp, "sink", sink, "watch", sink);
        graph.nodes().forEach((name, node) -> versions.put(name, all.get(node.operator())));
    }

    private static List<Object> run(Workshop workshop, Graph graph) throws Exception {
        var out = new CopyOnWriteArrayList<>();
        var versions = new LinkedHashMap<String, OperatorVersion>();
        fill(workshop, out, versions, graph);
        var _ = workshop.flows.start("test", graph, versions, 1);
        await().atMost(Workshop.LONG).until(() -> workshop.status("numbers").emitted() == NUMBERS);
        workshop.end();
        return new ArrayList<>(out);
    }

    @Test
    void a_packet_goes_to_one_replica_equal_keys_to_the_same_and_in_their_order() throws Exception {
        try (var workshop = new Workshop(4)) {
            List<Object> out = run(workshop,
                    replicated("stamp", 3, "word", "numbers.OUT -> words.IN", "words.OUT -> stamp.IN", "stamp.OUT -> sink.IN"));
            assertThat(out).hasSize(NUMBERS);
            var nodes = new TreeMap<String, String>();
            var last = new TreeMap<String, Integer>();
            for (Object each : out) {
                var handled = (Handled) each;
                assertThat(nodes.merge(handled.word.word, handled.node, (a, b) -> a)).as("always the same").isEqualTo(handled.node);
                assertThat(last.merge(handled.word.word, handled.word.number, Math::max)).as("in order").isEqualTo(handled.word.number);
            }
            assertThat(nodes.values()).as("all have something to do").contains("test/stamp~1", "test/stamp~2", "test/stamp~3");
        }
    }

    @Test
    void who_else_listens_at_the_port_gets_every_packet() throws Exception {
        try (var workshop = new Workshop(4)) {
            List<Object> out = run(workshop, replicated("stamp", 3, "word", "numbers.OUT -> words.IN", "words.OUT -> stamp.IN",
                    "words.OUT -> watch.IN", "stamp.OUT -> sink.IN"));
            assertThat(out).filteredOn(Handled.class::isInstance).hasSize(NUMBERS);
            assertThat(out).filteredOn(Word.class::isInstance).hasSize(NUMBERS);
        }
    }

    @Test
    void a_packet_whose_key_cannot_be_had_goes_nowhere_and_is_told() throws Exception {
        try (var workshop = new Workshop(4)) {
            List<Object> out = run(workshop, replicated("stamp", 2, "broken", "numbers.OUT -> words.IN", "words.OUT -> stamp.IN",
                    "words.OUT -> watch.IN", "stamp.OUT -> sink.IN"));
            assertThat(out).isEmpty();
            assertThat(workshop.events(Event.PacketFailed.class)).hasSize(NUMBERS).first().asString().contains("no key in w0");
        }
    }

    // ---- keys ----

    @Test
    void keys_are_spread_over_replicas() {
        var counts = new ConcurrentHashMap<Integer, Integer>();
        IntStream.range(0, 10_000).forEach(i -> counts.merge(RoutingKey.replica(i, 4), 1, Integer::sum));
        IntStream.range(0, 10_000).forEach(i -> counts.merge(RoutingKey.replica("key" + i, 4), 1, Integer::sum));
        assertThat(counts.keySet()).containsExactlyInAnyOrder(0, 1, 2, 3);
        assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(4_500, 5_500));
        assertThat(RoutingKey.replica(null, 4)).isBetween(0, 3);
    }

    @Test
    void a_constant_of_an_enum_goes_where_its_like_of_another_class_loader_goes() throws Exception {
        String source = "package p; public enum Colour { RED, GREEN }";
        Object one = Compiled.of("p.Colour", source).getEnumConstants()[0];
        Object other = Compiled.of("p.Colour", source).getEnumConstants()[0];
        assertThat(one).isNotEqualTo(other);
        for (int replicas = 2; replicas < 50; replicas++) {
            assertThat(RoutingKey.replica(one, replicas)).isEqualTo(RoutingKey.replica(other, replicas));
        }
    }

    @Test
    void an_accessor_is_found_where_it_is_public_also_above_a_class_of_the_jdk_that_is_not() throws Throwable {
        assertThat(RoutingKey.named("getKey").of(Map.entry("k", 1))).isEqualTo("k");
        assertThat(RoutingKey.named("getKey").of(new AbstractMap.SimpleEntry<>("k", 1))).isEqualTo("k");
        assertThat(RoutingKey.named("number").type(Word.class)).contains(Integer.class);
        assertThat(RoutingKey.named("it").type(Word.class)).contains(Word.class);
        assertThat(RoutingKey.named("length").type(Word.class)).as("not public").isEmpty();
        assertThat(RoutingKey.named("wait").type(Word.class)).as("gives nothing").isEmpty();
        assertThat(RoutingKey.isByContent(Colour.class)).isTrue();
        assertThat(RoutingKey.isByContent(int[].class)).isFalse();
        assertThat(RoutingKey.isByContent(ConcurrentLinkedQueue.class)).isFalse();
    }

    // ---- what is checked before a flow starts ----

    private static List<String> problems(Graph graph) throws Exception {
        try (var workshop = new Workshop(4)) {
            var versions = new LinkedHashMap<String, OperatorVersion>();
            fill(workshop, new ArrayList<>(), versions, graph);
            return Connections.problems("flow", graph, versions);
        }
    }

    @Test
    void replicas_without_a_key_that_their_packets_have_are_refused() throws Exception {
        String[] graph = {"numbers.OUT -> words.IN", "words.OUT -> stamp.IN", "stamp.OUT -> sink.IN"};
        assertThat(problems(replicated("stamp", 2, "word", graph))).isEmpty();
        assertThat(problems(replicated("stamp", 2, "wort", graph))).singleElement().asString()
                .startsWith("flow/stamp: its packets are shared by key=wort").contains("Word, which comes from words.OUT", "key=it");
        assertThat(problems(replicated("stamp", 2, "letters", graph))).singleElement().asString().contains("int[] is no key");
        Graph unsaid = Replicas.expand(Graphs.of(graph).with(new Node("stamp", "stamp", Map.of("replicas", "2"))));
        assertThat(problems(unsaid)).singleElement().asString().contains("does not say by what its packets are shared");
        Graph numbers = Replicas.expand(Graphs.of(graph).with(new Node("words", "words", Map.of("replicas", "2"))));
        assertThat(problems(numbers)).as("a number is its own key").isEmpty();
    }

    @Test
    void replicas_to_which_no_arc_leads_are_refused() throws Exception {
        assertThat(problems(replicated("numbers", 2, "it", "numbers.OUT -> words.IN"))).singleElement().asString()
                .contains("flow/numbers: no arc leads to its replicas");
    }

    @Test
    void replicas_of_different_versions_are_refused() throws Exception {
        Graph graph = replicated("stamp", 2, "word", "numbers.OUT -> words.IN", "words.OUT -> stamp.IN");
        try (var workshop = new Workshop(4)) {
            var versions = new LinkedHashMap<String, OperatorVersion>();
            fill(workshop, new ArrayList<>(), versions, graph);
            versions.put("stamp~2", workshop.version("stamp", "2.0.0", Stamp.class, Stamp::new));
            assertThat(Connections.problems("flow", graph, versions)).singleElement().asString()
                    .contains("stamp@1.0.0, stamp@2.0.0", "name stamp in the change");
        }
    }
}
