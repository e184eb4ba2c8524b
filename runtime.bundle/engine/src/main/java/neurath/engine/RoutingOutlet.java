package neurath.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import neurath.graph.Arc;
import neurath.graph.Graph;
import neurath.graph.Port;

/**
 * An output port with routes: a packet goes along one arc of each, and along all arcs that are in none. Markers and the end go along
 * all. For the section's thread.
 */
final class RoutingOutlet extends Outlet {
    private final List<Route> routes;
    /** The arcs that are in no route. */
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
        List<Route> routes = Route.among(node.path() + '.' + port.name(), arcs, graph);
        return routes.isEmpty() ? new Outlet(node, port, rings) : new RoutingOutlet(node, port, rings, routes);
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
