package neurath.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Nodes with replicas: {@code count(ns/count:replicas=4,key=word)} is written, and {@code count~1} to {@code count~4} run. An arc that
 * leads to such a node leads to each of its replicas, and a packet goes to the one that its key decides; an arc that leaves it leaves each
 * of them. Pure functions of graphs.
 */
public final class Replicas {
    /** So many arcs would lead from each neighbour; nobody has as many cores. */
    private static final int MOST = 256;

    private Replicas() {}

    /**
     * The graph that runs: with the replicas instead of the nodes that have some. A graph that runs already is the same afterwards.
     *
     * @throws IllegalArgumentException if it cannot be, with what to do
     */
    public static Graph expand(Graph graph) {
        graph.nodes().values().forEach(node -> check(graph, node));
        var names = new LinkedHashMap<String, List<String>>();
        var nodes = new LinkedHashMap<String, Node>();
        for (Node node : graph.nodes().values()) {
            List<Node> running = running(node);
            names.put(node.name(), running.stream().map(Node::name).toList());
            for (Node each : running) {
                if (nodes.put(each.name(), each) != null || running.size() > 1 && graph.nodes().containsKey(each.name())) {
                    throw new IllegalArgumentException("one of the " + running.size() + " replicas of node '" + node.name()
                            + "' would be named '" + each.name() + "', and there is such a node; give that another name");
                }
            }
        }
        var arcs = new ArrayList<Arc>();
        for (Arc arc : graph.arcs()) {
            for (Port from : ends(arc.from(), names)) {
                ends(arc.to(), names).forEach(to -> arcs.add(new Arc(from, to)));
            }
        }
        var packets = new ArrayList<InitialPacket>();
        graph.initialPackets().forEach(packet -> ends(packet.to(), names).forEach(to -> packets.add(new InitialPacket(packet.data(), to))));
        return new Graph(nodes, arcs, packets, exported(graph.inports(), names), exported(graph.outports(), names));
    }

    /** The graph as it is written: what {@link #expand} makes the other of. */
    public static Graph fold(Graph graph) {
        var nodes = new LinkedHashMap<String, Node>();
        graph.nodes().values().stream().filter(Replicas::standsForAll).forEach(node -> nodes.put(written(node).name(), written(node)));
        var arcs = new ArrayList<Arc>();
        graph.arcs().stream()
                .filter(arc -> standsForAll(graph, arc.from()) && standsForAll(graph, arc.to()))
                .forEach(arc -> arcs.add(new Arc(written(graph, arc.from()), written(graph, arc.to()))));
        var packets = new ArrayList<InitialPacket>();
        graph.initialPackets().stream()
                .filter(packet -> standsForAll(graph, packet.to()))
                .forEach(packet -> packets.add(new InitialPacket(packet.data(), written(graph, packet.to()))));
        return new Graph(nodes, arcs, packets, graph.inports(), graph.outports());
    }

    /** The names of the nodes that run for each node as it is written: its replicas in the order of their indices, or the node itself. */
    public static SequencedMap<String, List<String>> groups(Graph graph) {
        var groups = new LinkedHashMap<String, List<String>>();
        graph.nodes().values().forEach(node -> groups
                .computeIfAbsent(group(node), ignored -> new ArrayList<>())
                .add(node.name()));
        return groups;
    }

    /** The name under which a node is written: that of its group, or its own. */
    public static String group(Node node) {
        return Replica.of(node).map(Replica::group).orElse(node.name());
    }

    /** The former name that a node tells, as it would be written; {@code null} if it tells none. */
    public static String formerGroup(Node node) {
        return written(node).metadata().get(Difference.WAS);
    }

    // ---- from what is written to what runs ----

    private static List<Node> running(Node node) {
        int count = count(node);
        if (count == 1 || Replica.of(node).isPresent()) {
            return List.of(node);
        }
        var replicas = new ArrayList<Node>();
        for (int index = 1; index <= count; index++) {
            var metadata = new LinkedHashMap<>(node.metadata());
            int which = index;
            metadata.computeIfPresent(Difference.WAS, (key, was) -> Replica.name(was, which));
            replicas.add(new Node(Replica.name(node.name(), index), node.operator(), metadata));
        }
        return replicas;
    }

    /** How many replicas a node asks for; 1 if it does not. */
    static int count(Node node) {
        String count = node.metadata().get(Replica.REPLICAS);
        if (count == null) {
            return 1;
        }
        if (!count.matches("[1-9]\\d{0,3}") || Integer.parseInt(count) > MOST) {
            throw new IllegalArgumentException("node '" + node.name() + "' (" + node.operator() + ") asks for replicas=" + count
                    + "; write a number from 1 to " + MOST);
        }
        return Integer.parseInt(count);
    }

    /** Refuses what is named like a replica and is none of a whole group. */
    private static void check(Graph graph, Node node) {
        Replica replica = Replica.of(node).orElse(null);
        if (replica == null) {
            return;
        }
        for (int index = 1; index <= Math.max(replica.index(), replica.count()); index++) {
            Node other = graph.nodes().get(Replica.name(replica.group(), index));
            if (index > replica.count() || other == null || !alike(node, other)) {
                throw new IllegalArgumentException("node '" + node.name() + "' is named like one of " + replica.count() + " replicas of '"
                        + replica.group() + "', and not all of these are there and alike; write " + replica.group() + '('
                        + node.operator() + ":replicas=" + replica.count() + ") once");
            }
        }
    }

    private static boolean alike(Node one, Node other) {
        var metadata = new LinkedHashMap<>(one.metadata());
        var others = new LinkedHashMap<>(other.metadata());
        metadata.remove(Difference.WAS);
        others.remove(Difference.WAS);
        return one.operator().equals(other.operator()) && metadata.equals(others);
    }

    private static List<Port> ends(Port port, Map<String, List<String>> names) {
        return names.getOrDefault(port.node(), List.of(port.node())).stream()
                .map(node -> new Port(node, port.name(), port.index()))
                .toList();
    }

    private static SequencedMap<String, Port> exported(SequencedMap<String, Port> ports, Map<String, List<String>> names) {
        ports.forEach((name, port) -> {
            if (ends(port, names).size() > 1) {
                throw new IllegalArgumentException("the exported port " + name + " is a port of node '" + port.node()
                        + "', which has replicas and so no one port; export that of a node before or behind it");
            }
        });
        return ports;
    }

    // ---- and back ----

    private static boolean standsForAll(Graph graph, Port port) {
        return standsForAll(graph.node(port.node()));
    }

    private static boolean standsForAll(Node node) {
        return Replica.of(node).map(Replica::index).orElse(1) == 1;
    }

    private static Port written(Graph graph, Port port) {
        return new Port(group(graph.node(port.node())), port.name(), port.index());
    }

    private static Node written(Node node) {
        Replica replica = Replica.of(node).orElse(null);
        if (replica == null) {
            return node;
        }
        var metadata = new LinkedHashMap<>(node.metadata());
        metadata.computeIfPresent(Difference.WAS, (key, was) -> was.substring(0, was.lastIndexOf('~')));
        return new Node(replica.group(), node.operator(), metadata);
    }
}
