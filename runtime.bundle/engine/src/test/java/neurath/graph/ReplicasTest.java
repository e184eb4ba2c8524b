package neurath.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import neurath.graph.fbp.FbpParser;

/** Nodes with replicas, as they are written and as they run. */
class ReplicasTest {
    private static Graph expanded(String text) {
        return Replicas.expand(new FbpParser().parse(text));
    }

    @Example
    void every_replica_has_the_arcs_and_the_parameters_of_its_node() {
        Graph graph =
                expanded("'5' -> LIMIT count(ns/count:replicas=2,key=word,version=2), feed(feed) OUT -> IN count OUT -> IN sink(sink)");
        assertThat(graph.nodes().keySet()).containsExactly("count~1", "count~2", "feed", "sink");
        assertThat(graph.arcs()).extracting(Arc::toString).containsExactly(
                "feed.OUT -> count~1.IN", "feed.OUT -> count~2.IN", "count~1.OUT -> sink.IN", "count~2.OUT -> sink.IN");
        assertThat(graph.initialPackets()).extracting(packet -> packet.to().toString()).containsExactly("count~1.LIMIT", "count~2.LIMIT");
        assertThat(graph.node("count~2").versions()).hasToString("[2.0.0,3.0.0)");
        assertThat(Replica.of(graph.node("count~2"))).contains(new Replica("count", 2, 2, "word"));
        assertThat(Replica.of(graph.node("feed"))).isEmpty();
    }

    @Example
    void of_replicas_next_to_replicas_each_leads_to_each_also_where_a_node_feeds_itself() {
        assertThat(expanded("a(a:replicas=2) OUT -> IN b(b:replicas=3), a AGAIN -> IN a").arcs()).extracting(Arc::toString).containsExactly(
                "a~1.OUT -> b~1.IN", "a~1.OUT -> b~2.IN", "a~1.OUT -> b~3.IN",
                "a~2.OUT -> b~1.IN", "a~2.OUT -> b~2.IN", "a~2.OUT -> b~3.IN",
                "a~1.AGAIN -> a~1.IN", "a~1.AGAIN -> a~2.IN", "a~2.AGAIN -> a~1.IN", "a~2.AGAIN -> a~2.IN");
    }

    @Example
    void elements_of_array_ports_stay_what_they_are() {
        assertThat(expanded("deal(deal) OUT[1] -> IN[0] join(join:replicas=2)").arcs()).extracting(Arc::toString)
                .containsExactly("deal.OUT[1] -> join~1.IN[0]", "deal.OUT[1] -> join~2.IN[0]");
    }

    @Example
    void one_replica_is_the_node_itself() {
        Graph graph = new FbpParser().parse("a(a:replicas=1) OUT -> IN b(b)");
        assertThat(Replicas.expand(graph)).isEqualTo(graph);
        assertThat(Replicas.groups(graph)).containsEntry("a", List.of("a"));
    }

    @Example
    void a_former_name_is_that_of_the_replica() {
        Graph graph = expanded("a(a) OUT -> IN words(count:replicas=2,was=count)");
        assertThat(graph.node("words~2").metadata()).containsEntry(Difference.WAS, "count~2");
        assertThat(Replicas.formerGroup(graph.node("words~2"))).isEqualTo("count");
        assertThat(Difference.between(expanded("a(a) OUT -> IN count(count:replicas=2)"), graph).renamed())
                .containsEntry("words~1", "count~1").containsEntry("words~2", "count~2");
    }

    @Example
    void another_number_inserts_nodes_and_rewires_their_neighbours() {
        String text = "feed(feed) OUT -> IN count(count:replicas=%d) OUT -> IN sink(sink)";
        Difference difference = Difference.between(expanded(text.formatted(2)), expanded(text.formatted(3)));
        assertThat(difference.added()).containsExactly("count~3");
        assertThat(difference.removed()).isEmpty();
        assertThat(difference.rewired()).containsExactly("feed", "sink");
    }

    @Example
    void another_key_makes_those_choose_otherwise_who_feed_the_replicas() {
        String text = "feed(feed) OUT -> IN count(count:replicas=2,key=%s) OUT -> IN sink(sink)";
        Difference difference = Difference.between(expanded(text.formatted("word")), expanded(text.formatted("it")));
        assertThat(difference.rerouted()).containsExactly("feed");
        assertThat(difference.rewired()).containsExactly("feed");
        assertThat(difference.isStructureKept()).isFalse();
    }

    @Example
    void what_cannot_be_is_refused_with_what_to_do() {
        refused("a(a:replicas=0)", "node 'a' (a) asks for replicas=0; write a number from 1 to 256");
        refused("a(a:replicas=many)", "asks for replicas=many");
        refused("a(a:replicas=257)", "from 1 to 256");
        refused("INPORT=a.IN:WORDS, a(a:replicas=2)", "the exported port WORDS is a port of node 'a', which has replicas");
        Graph clash = graph(new Node("a", "a", Map.of("replicas", "2")), new Node("a~2", "b", Map.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> Replicas.expand(clash))
                .withMessageContaining("would be named 'a~2'").withMessageContaining("another name");
        Graph half = graph(new Node("a~2", "a", Map.of("replicas", "2")));
        assertThatIllegalArgumentException().isThrownBy(() -> Replicas.expand(half)).withMessageContaining("write a(a:replicas=2) once");
        Graph unlike = graph(new Node("a~1", "a", Map.of("replicas", "2")), new Node("a~2", "b", Map.of("replicas", "2")));
        assertThatIllegalArgumentException().isThrownBy(() -> Replicas.expand(unlike)).withMessageContaining("alike");
    }

    private static void refused(String text, String why) {
        assertThatIllegalArgumentException().isThrownBy(() -> expanded(text + ", x(x) OUT -> IN a")).withMessageContaining(why);
    }

    private static Graph graph(Node... nodes) {
        var named = new LinkedHashMap<String, Node>();
        Stream.of(nodes).forEach(node -> named.put(node.name(), node));
        return new Graph(named, List.of(), List.of(), new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    // ---- whatever the graph ----

    @Property(tries = 300)
    void what_runs_is_folded_into_what_was_written(@ForAll("graphs") Graph graph) {
        assertThat(Replicas.fold(Replicas.expand(graph))).isEqualTo(graph);
        assertThat(Replicas.fold(graph)).isEqualTo(graph);
    }

    @Property(tries = 300)
    void what_runs_already_is_not_expanded_again(@ForAll("graphs") Graph graph) {
        Graph running = Replicas.expand(graph);
        assertThat(Replicas.expand(running)).isEqualTo(running);
    }

    @Property(tries = 300)
    void each_arc_becomes_those_between_all_replicas_of_its_ends(@ForAll("graphs") Graph graph) {
        Graph running = Replicas.expand(graph);
        Map<String, List<String>> groups = Replicas.groups(running);
        assertThat(groups.keySet()).isEqualTo(graph.nodes().keySet());
        groups.forEach((group, nodes) -> assertThat(nodes).hasSize(Replicas.count(graph.node(group))));
        assertThat(running.arcs()).hasSize(graph.arcs().stream()
                .mapToInt(arc -> groups.get(arc.from().node()).size() * groups.get(arc.to().node()).size())
                .sum());
        assertThat(running.arcs()).allSatisfy(arc -> {
            assertThat(running.nodes()).containsKeys(arc.from().node(), arc.to().node());
            assertThat(graph.arcs()).contains(new Arc(written(running, arc.from()), written(running, arc.to())));
        });
    }

    private static Port written(Graph graph, Port port) {
        return new Port(Replicas.group(graph.node(port.node())), port.name(), port.index());
    }

    @Provide
    Arbitrary<Graph> graphs() {
        List<String> names = List.of("a", "b", "c", "d");
        Arbitrary<Port> ports = Combinators.combine(
                Arbitraries.of(names), Arbitraries.of("IN", "OUT"), Arbitraries.of(OptionalInt.empty(), OptionalInt.of(1))).as(Port::new);
        Arbitrary<Map<String, String>> metadata = Arbitraries.maps(
                Arbitraries.of("replicas", "key", "version", "was"), Arbitraries.of("1", "2", "3")).ofMaxSize(4);
        return Combinators.combine(
                metadata.list().ofSize(names.size()),
                Combinators.combine(ports, ports).as(Arc::new).list().ofMaxSize(8),
                ports.map(port -> new InitialPacket("x", port)).list().ofMaxSize(3)).as((items, arcs, packets) -> {
                    var nodes = new ArrayList<Node>();
                    for (int i = 0; i < names.size(); i++) {
                        nodes.add(new Node(names.get(i), "op", items.get(i)));
                    }
                    Graph graph = graph(nodes.toArray(Node[]::new));
                    return new Graph(graph.nodes(), arcs, packets, graph.inports(), graph.outports());
                });
    }
}
