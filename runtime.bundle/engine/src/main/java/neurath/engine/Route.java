package neurath.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import neurath.api.Beginning;
import neurath.api.Pinnable;
import neurath.graph.Arc;
import neurath.graph.Graph;
import neurath.graph.Pin;
import neurath.graph.Port;
import neurath.graph.Replica;

/** Arcs from one output port of which each packet takes one. */
sealed interface Route {
    /** The arcs, each alone in its list. */
    List<List<Ring>> ways();

    /** The one that a packet takes. */
    List<Ring> of(Object packet) throws Throwable;

    /** To a port of each replica of a group, in the order of their indices. */
    record ByKey(RoutingKey key, List<List<Ring>> ways) implements Route {
        @Override
        public List<Ring> of(Object packet) throws Throwable {
            return ways.get(RoutingKey.replica(key.of(packet), ways.size()));
        }
    }

    /** To a port of a node, and to that of the one that is kept for requests that began before an epoch. */
    record ByBeginning(int epoch, List<Ring> before, List<Ring> since) implements Route {
        @Override
        public List<List<Ring>> ways() {
            return List.of(before, since);
        }

        @Override
        public List<Ring> of(Object packet) {
            Beginning beginning = packet instanceof Pinnable pinnable ? pinnable.beginning() : null;
            return beginning instanceof Beginnings.Request request && request.epoch() < epoch ? before : since;
        }
    }

    /**
     * The routes among the arcs of an output port.
     *
     * @param from the port, for messages
     * @throws IllegalArgumentException if an arc leads to a replica and none to another of its group
     */
    static List<Route> among(String from, Map<Arc, Ring> arcs, Graph graph) {
        var routes = new ArrayList<Route>();
        routes.addAll(byKey(from, arcs, graph));
        arcs.forEach((arc, ring) -> Pin.of(graph.node(arc.to().node())).ifPresent(pin -> {
            Ring since = arcs.get(new Arc(arc.from(), new Port(pin.node(), arc.to().name(), arc.to().index())));
            if (since != null) {
                routes.add(new ByBeginning(pin.epoch(), List.of(ring), List.of(since)));
            }
        }));
        return List.copyOf(routes);
    }

    private static List<Route> byKey(String from, Map<Arc, Ring> arcs, Graph graph) {
        var ways = new LinkedHashMap<Port, SortedMap<Integer, List<Ring>>>();
        var groups = new LinkedHashMap<Port, Replica>();
        arcs.forEach((arc, ring) -> {
            Optional<Replica> replica = Replica.of(graph.node(arc.to().node()));
            replica.ifPresent(one -> {
                var to = new Port(one.group(), arc.to().name(), arc.to().index());
                groups.put(to, one);
                ways.computeIfAbsent(to, ignored -> new TreeMap<>()).put(one.index(), List.of(ring));
            });
        });
        var routes = new ArrayList<Route>();
        ways.forEach((to, each) -> {
            Replica one = groups.get(to);
            if (each.size() != one.count()) {
                throw new IllegalArgumentException(from + " leads to " + each.size() + " of the " + one.count() + " replicas of " + to);
            }
            routes.add(new ByKey(RoutingKey.named(one.key()), List.copyOf(each.values())));
        });
        return routes;
    }
}
