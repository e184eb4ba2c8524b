package neurath.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The change that makes one graph another, made to a third that the first has become meanwhile. What only one of the two changed is as
 * that one says; what both changed is as the change says. A pure function.
 */
public final class Merge {
    private final Graph base;
    private final Graph target;
    private final Graph now;
    private final Difference difference;
    /** By name now: the name in the target. */
    private final Map<String, String> laterNames = new LinkedHashMap<>();

    private Merge(Graph base, Graph target, Graph now) {
        this.base = base;
        this.target = target;
        this.now = now;
        this.difference = Difference.between(base, target);
        difference.formerNames().forEach((after, before) -> laterNames.put(before, after));
        Set<String> since = new LinkedHashSet<>(now.nodes().keySet());
        since.removeAll(base.nodes().keySet());
        since.forEach(node -> laterNames.putIfAbsent(node, node));
    }

    /**
     * What {@code now} is to become.
     *
     * @param base the graph for which the change was made
     * @param target what the change makes of it
     * @throws IllegalArgumentException if an arc or a parameter would have no node
     */
    public static Graph of(Graph base, Graph target, Graph now) {
        return now.equals(base) ? target : new Merge(base, target, now).merged();
    }

    private Graph merged() {
        var nodes = new LinkedHashMap<String, Node>();
        target.nodes().keySet().forEach(name -> nodes.put(name, null));
        now.nodes().values().forEach(node -> later(node.name()).ifPresent(name -> nodes.put(name, node(name, node))));
        difference.added().forEach(name -> nodes.put(name, target.node(name)));
        nodes.values().removeIf(Objects::isNull); // gone since
        List<Arc> arcs = arcs();
        arcs.forEach(arc -> {
            require(nodes, arc.from().node(), arc);
            require(nodes, arc.to().node(), arc);
        });
        List<InitialPacket> packets = initialPackets(nodes.keySet());
        return new Graph(nodes, arcs, packets, target.inports(), target.outports());
    }

    private static void require(Map<String, Node> nodes, String node, Arc arc) {
        if (!nodes.containsKey(node)) {
            throw new IllegalArgumentException("the arc " + arc + " has no node '" + node + "' any more");
        }
    }

    private Optional<String> later(String name) {
        return Optional.ofNullable(laterNames.get(name));
    }

    private Node node(String name, Node node) {
        Node before = base.nodes().get(node.name());
        boolean changed = before != null
                && (!before.operator().equals(target.node(name).operator()) || !before.metadata().equals(target.node(name).metadata()));
        return changed ? target.node(name) : new Node(name, node.operator(), node.metadata());
    }

    private List<Arc> arcs() {
        var arcs = new LinkedHashSet<Arc>();
        now.arcs().stream()
                .filter(arc -> !difference.removedArcs().contains(arc))
                .forEach(arc -> port(arc.from()).ifPresent(from -> port(arc.to()).ifPresent(to -> arcs.add(new Arc(from, to)))));
        arcs.addAll(difference.addedArcs());
        var ordered = new LinkedHashSet<>(target.arcs());
        ordered.retainAll(arcs);
        ordered.addAll(arcs);
        return new ArrayList<>(ordered);
    }

    private Optional<Port> port(Port port) {
        return later(port.node()).map(node -> new Port(node, port.name(), port.index()));
    }

    private List<InitialPacket> initialPackets(Set<String> nodes) {
        var given = new LinkedHashSet<>(difference.added());
        given.addAll(difference.reparameterised());
        var packets = new ArrayList<InitialPacket>();
        now.initialPackets().forEach(packet -> port(packet.to())
                .filter(to -> !given.contains(to.node()))
                .ifPresent(to -> packets.add(new InitialPacket(packet.data(), to))));
        target.initialPackets().stream()
                .filter(packet -> given.contains(packet.to().node()) && nodes.contains(packet.to().node()))
                .forEach(packets::add);
        return packets;
    }
}
