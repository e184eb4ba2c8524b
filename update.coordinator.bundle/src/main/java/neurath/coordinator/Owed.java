package neurath.coordinator;

import java.util.LinkedHashMap;
import java.util.Optional;
import neurath.engine.OperatorVersion;
import neurath.engine.ResourceChange.Step;
import neurath.graph.Graph;
import neurath.graph.Node;
import neurath.graph.Replicas;
import neurath.graph.fbp.FbpParser;
import neurath.graph.fbp.FbpWriter;

/**
 * A step of a parallel change that is still to be done, now or by a restart.
 *
 * @param step {@code CONTRACT}, or {@code WITHDRAW}
 * @param version key of the version that has expanded a resource, or is about to
 * @param place a graph of nothing but the node for which it has, as it is written, with its parameters
 */
record Owed(Step step, String version, Graph place) {
    /** What is owed of a version that is about to expand, in a graph that has the node. */
    static Owed of(Step step, String version, Graph graph, String node) {
        Graph written = Replicas.fold(graph);
        var nodes = new LinkedHashMap<String, Node>();
        nodes.put(node, written.node(node));
        var packets = written.initialPackets().stream().filter(packet -> packet.to().node().equals(node)).toList();
        var none = Graph.EMPTY;
        return new Owed(step, version, new Graph(nodes, none.arcs(), packets, none.inports(), none.outports()));
    }

    /**
     * Reads what {@link #text} has written.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Owed parse(String text) {
        String[] words = text.split("[ \n]", 3);
        return new Owed(Step.valueOf(words[0]), words[1], new FbpParser().parse(words[2]));
    }

    String text() {
        return step + " " + version + '\n' + new FbpWriter().write(place);
    }

    /** Name of the node, as it is written. */
    String node() {
        return place.nodes().firstEntry().getKey();
    }

    /** The operator's version, for people: {@code http/load@2.0.0}. */
    String label() {
        return version.substring(0, version.lastIndexOf('#'));
    }

    Owed to(Step other) {
        return new Owed(other, version, place);
    }

    Owed rekeyed(String key) {
        return new Owed(step, key, place);
    }

    /** Whether it is of this version: by its number, as a bundle that was brought back has another key. */
    boolean isOf(OperatorVersion other) {
        return label().equals(other.label());
    }

    boolean isOf(Optional<OperatorVersion> other) {
        return other.filter(this::isOf).isPresent();
    }

    /** Whether both are of one version at one node. */
    boolean isOfSame(Owed other) {
        return node().equals(other.node()) && label().equals(other.label());
    }
}
