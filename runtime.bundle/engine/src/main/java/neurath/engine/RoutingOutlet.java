package neurath.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import neurath.graph.Arc;
import neurath.graph.Graph;
import neurath.graph.Port;
import neurath.graph.Replica;

/**
 * An output port with arcs that lead to replicas: a packet goes along one arc to each group of them, and along all other arcs. Markers
 * and the end go along all. For the section's thread.
 */
final class RoutingOutlet extends Outlet {
    private final List<Route> routes;
    /** The arcs that lead to no replica. */
    private final List<Ring> copies;

    private RoutingOutlet(LiveNode node, Port port, List<Ring> rings, List<Route> routes) {
        super(node, port, rings);
        this.routes = routes;
        var others = new ArrayList<>(rings);
        routes.forEach(route -> route.ways().forEach(others::removeAll));
        this.copies = List.copyOf(others);
    }

    /**
     * An output port of a graph.
     *
     * @param arcs that leave it
     * @throws IllegalArgumentException if an arc leads to a replica and none to another of its group
     */
    static Outlet of(LiveNode node, Port port, Map<Arc, Ring> arcs, Graph graph) {
        var rings = List.copyOf(arcs.values());
        var ways = new LinkedHashMap<Port, Ring[]>();
        var groups = new LinkedHashMap<Port, Replica>();
        arcs.forEach((arc, ring) -> {
            Optional<Replica> replica = Replica.of(graph.node(arc.to().node()));
            replica.ifPresent(one -> {
                var to = new Port(one.group(), arc.to().name(), arc.to().index());
                groups.put(to, one);
                ways.computeIfAbsent(to, ignored -> new Ring[one.count()])[one.index() - 1] = ring;
            });
        });
        if (ways.isEmpty()) {
            return new Outlet(node, port, rings);
        }
        var routes = new ArrayList<Route>();
        ways.forEach((to, each) -> {
            for (int i = 0; i < each.length; i++) {
                if (each[i] == null) {
                    throw new IllegalArgumentException(
                            node.path() + '.' + port.name() + " leads to " + to + ", and not to replica " + (i + 1) + " of it");
                }
            }
            routes.add(new Route(RoutingKey.named(groups.get(to).key()), Arrays.stream(each).map(List::of).toList()));
        });
        return new RoutingOutlet(node, port, rings, List.copyOf(routes));
    }

    @Override
    void emit(Object packet) {
        List<Ring> ways;
        try {
            ways = ways(packet);
        } catch (Throwable t) {
            if (port.name().equals("ERROR")) {
                node.failures.drop(packet, t);
            } else {
                node.failures.failed(packet, t);
            }
            return;
        }
        emit(packet, ways);
    }

    /** Chooses before anything is put on an arc: a packet without a key goes nowhere. */
    private List<Ring> ways(Object packet) throws Throwable {
        if (copies.isEmpty() && routes.size() == 1) {
            return routes.getFirst().of(packet);
        }
        var ways = new ArrayList<>(copies);
        for (Route route : routes) {
            ways.addAll(route.of(packet));
        }
        return ways;
    }
}
