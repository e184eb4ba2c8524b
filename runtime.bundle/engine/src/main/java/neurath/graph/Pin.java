package neurath.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node that is kept beside the one that has its name now, for requests that began before an epoch: {@code load~7} beside
 * {@code load}. It is there for the time of a transition and in no text that people write.
 *
 * @param node name of the node that has taken its place
 * @param epoch requests that began in an earlier one go to the kept node
 */
public record Pin(String node, int epoch) {
    /** Metadata key by which a kept node tells the epoch. */
    public static final String PINNED = "pinned";

    private static final Pattern NAME = Pattern.compile("(.+)~[1-9]\\d*");

    /** What a node is kept for, if it is such a one. */
    public static Optional<Pin> of(Node node) {
        String epoch = node.metadata().get(PINNED);
        Matcher name = NAME.matcher(node.name());
        return epoch == null || !epoch.matches("[1-9]\\d{0,8}") || !name.matches()
                ? Optional.empty()
                : Optional.of(new Pin(name.group(1), Integer.parseInt(epoch)));
    }

    /** Name of the kept node: {@code load~7}. */
    public static String name(String node, int epoch) {
        return node + '~' + epoch;
    }

    /** The kept nodes of a graph. */
    public static List<Node> in(Graph graph) {
        return graph.nodes().values().stream().filter(node -> of(node).isPresent()).toList();
    }

    /** A graph without its kept nodes. */
    public static Graph without(Graph graph) {
        var nodes = new LinkedHashMap<>(graph.nodes());
        in(graph).forEach(node -> nodes.remove(node.name()));
        if (nodes.size() == graph.nodes().size()) {
            return graph;
        }
        var arcs = new ArrayList<>(graph.arcs());
        arcs.removeIf(arc -> !nodes.containsKey(arc.from().node()) || !nodes.containsKey(arc.to().node()));
        var packets = new ArrayList<>(graph.initialPackets());
        packets.removeIf(packet -> !nodes.containsKey(packet.to().node()));
        return new Graph(nodes, arcs, packets, graph.inports(), graph.outports());
    }
}
