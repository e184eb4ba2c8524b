package neurath.coordinator.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import neurath.api.Pinnable;
import neurath.engine.OperatorVersion;
import neurath.graph.Arc;
import neurath.graph.Difference;
import neurath.graph.Graph;
import neurath.graph.InitialPacket;
import neurath.graph.Node;
import neurath.graph.Pin;
import neurath.graph.Port;
import neurath.graph.Replica;

/**
 * The graph of a transition: beside each node that gets another version the old one is kept, for requests that began before. Pure
 * functions.
 */
final class Pinning {
    private Pinning() {}

    /** What a plan pins, in the order of the graph; the kept node by the name of the one that takes its place. */
    static Map<String, String> kept(Graph target, Difference difference) {
        var kept = new LinkedHashMap<String, String>();
        difference.renamed().forEach((after, before) -> Pin.of(target.node(after))
                .filter(pin -> pin.node().equals(before))
                .ifPresent(pin -> kept.put(before, after)));
        return kept;
    }

    /**
     * The graph with kept nodes.
     *
     * @param running the graph now, which the target leaves as it is but for versions
     * @param nodes that get another version
     * @param current what fills them
     */
    static Graph keeping(Graph running, Graph target, Set<String> nodes, int epoch, Map<String, OperatorVersion> current) {
        var all = new LinkedHashMap<>(target.nodes());
        for (String node : nodes) {
            var metadata = new LinkedHashMap<String, String>();
            metadata.put("version", current.get(node).version().toString());
            metadata.put(Pin.PINNED, Integer.toString(epoch));
            metadata.put(Difference.WAS, node);
            String name = Pin.name(node, epoch);
            all.put(name, new Node(name, running.node(node).operator(), metadata));
        }
        var arcs = new ArrayList<>(target.arcs());
        for (Arc arc : target.arcs()) {
            if (nodes.contains(arc.from().node()) || nodes.contains(arc.to().node())) {
                arcs.add(new Arc(kept(arc.from(), nodes, epoch), kept(arc.to(), nodes, epoch)));
            }
        }
        var packets = new ArrayList<>(target.initialPackets());
        running.initialPackets().stream()
                .filter(packet -> nodes.contains(packet.to().node()))
                .forEach(packet -> packets.add(new InitialPacket(packet.data(), kept(packet.to(), nodes, epoch))));
        return new Graph(all, arcs, packets, target.inports(), target.outports());
    }

    private static Port kept(Port port, Set<String> nodes, int epoch) {
        return nodes.contains(port.node()) ? new Port(Pin.name(port.node(), epoch), port.name(), port.index()) : port;
    }

    /**
     * Why requests cannot be pinned, with what to do; empty if they can.
     *
     * @param nodes that get another version
     */
    static List<String> problems(
            String flow, Graph running, Graph target, Difference difference, Set<String> nodes, Map<String, OperatorVersion> after) {
        var problems = new LinkedHashSet<String>();
        Pin.in(running).forEach(kept -> problems.add(flow + ": requests that began before an earlier update may still be at "
                + kept.name() + "; pin others when they have ended, see flow:show " + flow));
        if (!difference.isStructureKept() || !difference.renamed().isEmpty() || !difference.reparameterised().isEmpty()) {
            problems.add(flow + ": --requests pin keeps old versions beside new ones, and the change does more than bring versions; do that"
                    + " in another update, or say --requests switch");
        }
        for (String node : nodes) {
            if (Replica.of(target.node(node)).isPresent()) {
                problems.add(flow + '/' + node + ": a node with replicas cannot be kept beside others; say --requests switch");
            }
            if (after.get(node).signature().keepsState() && !Planner.FRESH.equals(target.node(node).metadata().get(Planner.STATE))) {
                problems.add(flow + '/' + node + ": " + after.get(node).label()
                        + " keeps state, which old and new cannot both have; let the"
                        + " new one begin anew, " + node + '(' + target.node(node).operator() + ":state=fresh), or say --requests switch");
            }
            List<Arc> feeding = target.arcs().stream().filter(arc -> arc.to().node().equals(node)).toList();
            if (feeding.isEmpty()) {
                problems.add(flow + '/' + node + ": no arc leads to it, so no request that began before does; say --requests switch");
            }
            feeding.stream().filter(arc -> !nodes.contains(arc.from().node())).forEach(arc -> {
                Class<?> packets = after.get(arc.from().node()).signature().outputs().get(arc.from().name()).type();
                if (!Pinnable.class.isAssignableFrom(packets)) {
                    problems.add(flow + '/' + node + ": a " + packets.getName() + ", which comes from " + arc.from()
                            + ", does not say when its request began; make it a Pinnable, or say --requests switch");
                }
            });
        }
        return List.copyOf(problems);
    }
}
