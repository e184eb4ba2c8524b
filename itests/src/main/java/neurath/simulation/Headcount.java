package neurath.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import neurath.simulation.Kind.Role;
import neurath.simulation.Piece.Request;

/** How many pieces of each request come to each node of a graph, by which joiners know how many to wait for. */
final class Headcount {
    private static final int MOST_PIECES = 12;

    private final Sketch graph;
    private final List<Place> order;
    private final Map<Integer, Integer> positions = new HashMap<>();
    /** Pieces that have come to a node and not gone on. */
    private final Map<Integer, Map<Traveller, Integer>> waiting = new HashMap<>();
    private final Map<Integer, Map<Request, Integer>> seen = new HashMap<>();

    /** @param order in which a node comes behind all that lead to it, but for gates that lead back */
    Headcount(Sketch graph, List<Place> order) {
        this.graph = graph;
        this.order = order;
        for (int i = 0; i < order.size(); i++) {
            positions.put(order.get(i).id(), i);
        }
    }

    /** Pieces that are alike. */
    private record Traveller(Request request, List<Integer> gates) {}

    /** Tells joiners how many to wait for; whether these are as many of each request, and nowhere too many. */
    boolean tallies() {
        depart();
        for (int i = 0; i < order.size();) {
            Place place = order.get(i);
            Map<Traveller, Integer> come = waiting.remove(place.id());
            int earliest = i + 1;
            if (come != null) {
                if (!isFew(place, come) || place.is(Role.JOINER) && !isJoinable(place, come)) {
                    return false;
                }
                earliest = Math.min(earliest, send(place, place.is(Role.JOINER) ? joined(come) : come));
            }
            i = earliest;
        }
        return true;
    }

    private void depart() {
        // where nothing chooses, all requests of a source go the same way
        boolean differ = order.stream().anyMatch(place -> place.is(Role.ROUTER) || place.is(Role.GATE));
        for (Place source : graph.places(Role.SOURCE)) {
            Map<Traveller, Integer> all = new LinkedHashMap<>();
            for (int i = 0; i < (differ ? graph.requests() : Math.min(1, graph.requests())); i++) {
                all.put(new Traveller(new Request(source.id(), i), List.of()), 1);
            }
            waiting.put(source.id(), all);
        }
    }

    private boolean isFew(Place place, Map<Traveller, Integer> come) {
        Map<Request, Integer> all = seen.computeIfAbsent(place.id(), ignored -> new HashMap<>());
        come.forEach((traveller, count) -> all.merge(traveller.request(), count, Integer::sum));
        return all.values().stream().allMatch(count -> count <= MOST_PIECES);
    }

    private boolean isJoinable(Place place, Map<Traveller, Integer> come) {
        Set<Integer> pieces = new LinkedHashSet<>(byRequest(come).values());
        pieces.forEach(count -> graph.change(place, joiner -> joiner.withPieces(count)));
        return pieces.size() <= 1;
    }

    private static Map<Traveller, Integer> joined(Map<Traveller, Integer> come) {
        var joined = new LinkedHashMap<Traveller, Integer>();
        byRequest(come).keySet().forEach(request -> joined.put(new Traveller(request, List.of()), 1));
        return joined;
    }

    private static Map<Request, Integer> byRequest(Map<Traveller, Integer> come) {
        var requests = new LinkedHashMap<Request, Integer>();
        come.forEach((traveller, count) -> requests.merge(traveller.request(), count, Integer::sum));
        return requests;
    }

    /** Sends them on; the earliest position they have come to. */
    private int send(Place place, Map<Traveller, Integer> go) {
        int earliest = order.size();
        for (var some : go.entrySet()) {
            Traveller traveller = some.getKey();
            int rounds = Collections.frequency(traveller.gates(), place.id());
            Traveller behind = place.is(Role.GATE) ? through(traveller, place) : traveller;
            for (int to : graph.targets(place.id(), traveller.request(), rounds)) {
                waiting.computeIfAbsent(to, ignored -> new LinkedHashMap<>()).merge(behind, some.getValue(), Integer::sum);
                earliest = Math.min(earliest, positions.get(to));
            }
        }
        return earliest;
    }

    private static Traveller through(Traveller traveller, Place gate) {
        var gates = new ArrayList<>(traveller.gates());
        gates.add(gate.id());
        Collections.sort(gates);
        return new Traveller(traveller.request(), List.copyOf(gates));
    }
}
