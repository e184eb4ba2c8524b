package neurath.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import neurath.graph.Arc;
import neurath.graph.Graph;
import neurath.graph.InitialPacket;
import neurath.graph.Node;
import neurath.graph.Port;
import neurath.simulation.Kind.Role;
import neurath.simulation.Piece.Request;

/** A graph while it is drawn: nodes with an id that they keep when they are renamed. */
final class Sketch {
    private static final int MOST_PLACES = 14;

    private static final int MOST_NODES = 20;

    private final Map<Integer, Place> places = new TreeMap<>();
    private final List<Link> links = new ArrayList<>();
    /** How many requests each source makes. */
    private final int requests;
    private int nextId = 1;

    Sketch(int requests) {
        this.requests = requests;
    }

    /**
     * An arc.
     *
     * @param element of a router's output; or {@link #PLAIN}, or that of a gate which leads {@link #AGAIN} to where a piece came from
     */
    record Link(int from, int element, int to) {
        static final int PLAIN = -1;
        static final int AGAIN = -2;

        boolean isPlain() {
            return element == PLAIN;
        }

        boolean leadsBack() {
            return element == AGAIN;
        }
    }

    /** The same, without what was said for the update that made it so. */
    Sketch copy() {
        var copy = new Sketch(requests);
        places.values().forEach(place -> copy.places.put(place.id(), place.settled()));
        copy.links.addAll(links);
        copy.nextId = nextId;
        return copy;
    }

    /** The same as a later one that goes back to it: no id is given again. */
    Sketch after(Sketch undone) {
        Sketch copy = copy();
        copy.nextId = undone.nextId;
        return copy;
    }

    // ---- drawing ----

    Place add(Kind kind) {
        int id = nextId++;
        Place place = Place.of(id, kind);
        places.put(id, place);
        return place;
    }

    void change(Place place, UnaryOperator<Place> change) {
        places.put(place.id(), change.apply(place));
    }

    void remove(Place place) {
        places.remove(place.id());
        links.removeIf(link -> link.from() == place.id() || link.to() == place.id());
    }

    void link(int from, int to) {
        int element = place(from).is(Role.ROUTER) ? elements(from).size() + gap(from) : Link.PLAIN;
        link(new Link(from, element, to));
    }

    /** Elements are not numbered without gaps. */
    private int gap(int from) {
        int highest = elements(from).stream().mapToInt(Integer::intValue).max().orElse(-1);
        return Math.max(0, highest + 1 - elements(from).size());
    }

    void link(Link link) {
        if (!links.contains(link)) {
            links.add(link);
        }
    }

    void unlink(Link link) {
        links.remove(link);
    }

    /** Leaves some ids to another sketch that is drawn from the same one. */
    void leaveIds() {
        nextId += MOST_PLACES;
    }

    /** What makes an earlier sketch this one, made to what that has become meanwhile elsewhere. */
    Sketch merged(Sketch base, Sketch now) {
        var merged = new Sketch(requests);
        merged.nextId = Math.max(nextId, now.nextId);
        now.places.forEach((id, place) -> {
            if (!base.has(id) || has(id)) {
                boolean changed = base.has(id) && !place(id).equals(base.place(id).settled());
                merged.places.put(id, changed ? changed(base.place(id), place) : place.settled());
            }
        });
        places.forEach((id, place) -> {
            if (!base.has(id)) {
                merged.places.put(id, place);
            }
        });
        now.links.stream().filter(link -> links.contains(link) || !base.links.contains(link)).forEach(merged::link);
        links.stream().filter(link -> !base.links.contains(link)).forEach(merged::link);
        return merged;
    }

    /** A place as it is here, but in the section of another graph, if it has none of this update's. */
    private Place changed(Place base, Place now) {
        Place place = place(now.id());
        return place.section() == base.section() ? place.inSection(now.section()) : place;
    }

    // ---- what it is ----

    Place place(int id) {
        return places.get(id);
    }

    boolean has(int id) {
        return places.containsKey(id);
    }

    List<Place> places() {
        return List.copyOf(places.values());
    }

    List<Place> places(Role role) {
        return places.values().stream().filter(place -> place.is(role)).toList();
    }

    List<Link> links() {
        return List.copyOf(links);
    }

    List<Link> from(int id) {
        var from = new ArrayList<Link>();
        for (Link link : links) {
            if (link.from() == id) {
                from.add(link);
            }
        }
        return from;
    }

    List<Link> to(int id) {
        return links.stream().filter(link -> link.to() == id).toList();
    }

    /** The connected elements of a router, in order. */
    List<Integer> elements(int id) {
        return from(id).stream().map(Link::element).distinct().sorted().toList();
    }

    boolean leads(int from, int to) {
        return reachedFrom(Set.of(from)).contains(to);
    }

    /** Some nodes, and what they lead to. */
    Set<Integer> reachedFrom(Set<Integer> start) {
        return closure(start, id -> from(id).stream().map(Link::to).toList());
    }

    private Set<Integer> reaching(Set<Integer> end) {
        return closure(end, id -> to(id).stream().map(Link::from).toList());
    }

    private static Set<Integer> closure(Set<Integer> start, IntFunction<List<Integer>> next) {
        var found = new TreeSet<>(start);
        var frontier = new ArrayDeque<>(start);
        while (!frontier.isEmpty()) {
            next.apply(frontier.poll()).stream().filter(found::add).forEach(frontier::add);
        }
        return found;
    }

    int requests() {
        return requests;
    }

    /** The node of that name, or of a replica's. */
    int id(String name) {
        String written = name.replaceFirst("~\\d+$", "");
        return places.values().stream().filter(place -> place.name().equals(written)).findFirst().orElseThrow().id();
    }

    // ---- rules ----

    /**
     * Takes out what no request comes to or leaves, and has joiners wait for as many pieces as there are; whether it is a graph then
     * that a request's pieces find together in and out of, and that is small enough.
     */
    boolean tidy() {
        while (places.values().removeAll(dead())) {
            links.removeIf(link -> !has(link.from()) || !has(link.to()));
        }
        partLoops();
        return !places(Role.SOURCE).isEmpty()
                && !places(Role.SINK).isEmpty()
                && places.size() <= MOST_PLACES
                && places.values().stream().mapToInt(Place::replicas).sum() <= MOST_NODES
                && countPieces();
    }

    /** A node in a loop shares no section. */
    private void partLoops() {
        if (leadsBack()) {
            places().stream().filter(place -> isInLoop(place.id())).forEach(place -> change(place, parted -> parted.inSection(0)));
        }
    }

    private boolean leadsBack() {
        return links.stream().anyMatch(Link::leadsBack);
    }

    boolean isInLoop(int id) {
        return behind(id).contains(id);
    }

    /** The nodes of the loop that a node is in; none if it is in none. */
    Set<Integer> loop(int id) {
        if (!isInLoop(id)) {
            return Set.of();
        }
        Set<Integer> loop = behind(id);
        loop.retainAll(reaching(Set.of(id)));
        return loop;
    }

    /** What a node leads to; itself only if it is in a loop. */
    private Set<Integer> behind(int id) {
        return reachedFrom(from(id).stream().map(Link::to).collect(Collectors.toSet()));
    }

    private List<Place> dead() {
        Set<Integer> fed = reachedFrom(ids(Role.SOURCE));
        Set<Integer> leading = reaching(ids(Role.SINK));
        return places.values().stream()
                .filter(place -> !fed.contains(place.id()) || !leading.contains(place.id())
                        || place.is(Role.GATE) && from(place.id()).stream().allMatch(Link::leadsBack))
                .toList();
    }

    private Set<Integer> ids(Role role) {
        return places(role).stream().map(Place::id).collect(Collectors.toSet());
    }

    private boolean countPieces() {
        Optional<List<Place>> order = inOrder();
        return order.isPresent() && new Headcount(this, order.get()).tallies();
    }

    /**
     * The nodes in an order in which only a gate leads back, and what is behind a loop comes behind all of it; empty if there is none, or
     * if pieces are joined in a loop, where one could meet those of another round.
     */
    private Optional<List<Place>> inOrder() {
        Map<Integer, Set<Integer>> behind = new HashMap<>();
        if (leadsBack()) {
            if (places(Role.JOINER).stream().anyMatch(joiner -> isInLoop(joiner.id()))) {
                return Optional.empty();
            }
            places.keySet().forEach(id -> behind.put(id, behind(id)));
        }
        var left = new LinkedHashMap<>(places);
        var order = new ArrayList<Place>();
        while (!left.isEmpty()) {
            Optional<Place> next = left.values().stream().filter(place -> isNext(place, left.keySet(), behind)).findFirst();
            if (next.isEmpty()) {
                return Optional.empty();
            }
            order.add(left.remove(next.get().id()));
        }
        return Optional.of(order);
    }

    private boolean isNext(Place place, Set<Integer> left, Map<Integer, Set<Integer>> behind) {
        int id = place.id();
        return to(id).stream().noneMatch(link -> !link.leadsBack() && left.contains(link.from()))
                && (behind.isEmpty()
                        || left.stream().noneMatch(other -> behind.get(other).contains(id) && !behind.get(id).contains(other)));
    }

    /**
     * Where a piece of a request goes from a node.
     *
     * @param rounds how often it has been there
     */
    List<Integer> targets(int id, Request request, int rounds) {
        int element = element(id, request, rounds);
        var targets = new ArrayList<Integer>();
        for (Link link : from(id)) {
            if (link.element() == element) {
                targets.add(link.to());
            }
        }
        return targets;
    }

    private int element(int id, Request request, int rounds) {
        return switch (place(id).kind().role) {
            case ROUTER -> {
                List<Integer> elements = elements(id);
                yield elements.get(request.choice(id, elements.size()));
            }
            case GATE -> from(id).stream().anyMatch(Link::leadsBack) && request.goesRound(id, rounds) ? Link.AGAIN : Link.PLAIN;
            case SOURCE, BOX, JOINER, SINK, COUNTER -> Link.PLAIN;
        };
    }

    /**
     * What a node writes on a piece.
     *
     * @param rounds how often it has been there
     */
    String stamp(int id, Request request, int rounds) {
        Place place = place(id);
        return switch (place.kind().role) {
            case ROUTER -> place.stamp() + '[' + request.choice(id, elements(id).size()) + ']';
            case GATE -> place.stamp() + (element(id, request, rounds) == Link.AGAIN ? Ways.AGAIN : "");
            case SOURCE, BOX, JOINER, SINK, COUNTER -> place.stamp();
        };
    }

    // ---- as the product sees it ----

    Graph graph() {
        var nodes = new LinkedHashMap<String, Node>();
        var packets = new ArrayList<InitialPacket>();
        for (Place place : places.values()) {
            nodes.put(place.name(), new Node(place.name(), place.kind().operator(), place.metadata()));
            parameter(packets, place, "ID", place.id());
            if (place.mark() != 0) {
                parameter(packets, place, "MARK", place.mark());
            }
            switch (place.kind().role) {
                case JOINER -> parameter(packets, place, "PIECES", place.pieces());
                case SOURCE -> parameter(packets, place, "REQUESTS", requests);
                case COUNTER -> parameter(packets, place, "KEY", place.key().accessor());
                case BOX, ROUTER, SINK, GATE -> {}
            }
        }
        var arcs = links.stream()
                .sorted(Comparator.comparingInt(Link::from))
                .map(link -> new Arc(output(link), Port.of(place(link.to()).name(), "IN")))
                .toList();
        return new Graph(nodes, arcs, packets, new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    private Port output(Link link) {
        String node = place(link.from()).name();
        return link.element() < 0
                ? Port.of(node, link.leadsBack() ? "AGAIN" : "OUT")
                : new Port(node, "OUT", OptionalInt.of(link.element()));
    }

    private static void parameter(List<InitialPacket> packets, Place place, String port, Object value) {
        packets.add(new InitialPacket(String.valueOf(value), Port.of(place.name(), port)));
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        for (Place place : places.values()) {
            text.append("    ").append(place.name()).append(" = ").append(place.stamp());
            if (place.is(Role.JOINER)) {
                text.append(" of ").append(place.pieces());
            }
            if (place.section() != 0) {
                text.append(" in section ").append(place.section());
            }
            text.append(" -> ");
            for (Link link : from(place.id())) {
                text.append(link.isPlain() ? "" : link.leadsBack() ? "again " : "[" + link.element() + "]").append(place(link.to()).name())
                        .append(' ');
            }
            text.append('\n');
        }
        return text.toString();
    }
}
