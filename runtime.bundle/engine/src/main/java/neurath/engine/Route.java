package neurath.engine;

import java.util.List;

/**
 * Arcs from one output port to a port of each replica of a group: each packet takes one of them.
 *
 * @param ways in the order of the replicas' indices, each alone in its list
 */
record Route(RoutingKey key, List<List<Ring>> ways) {
    List<Ring> of(Object packet) throws Throwable {
        return ways.get(RoutingKey.replica(key.of(packet), ways.size()));
    }
}
