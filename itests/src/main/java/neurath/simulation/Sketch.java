package neurath.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import neurath.graph.Arc;
import neurath.graph.Graph;
import neurath.graph.InitialPacket;
import neurath.graph.Node;
import neurath.graph.Port;
import neurath.graph.Sections;
import neurath.simulation.Kind.Role;
import neurath.simulation.Piece.Request;

/** A graph while it is drawn: nodes with an id that they keep when they are renamed. */
final class Sketch {
    private static final int MOST_PLACES = 14;
    private static final int MOST_PIECES = 12;

    private final Map<Integer, Place> places = new TreeMap<>();
    private final List<Link> links = new ArrayList<>();
    /** How many requests each source makes. */
    private final int requests;
    private int nextId = 1;

    Sketch(int requests) {
        this.requests = requests;
    }

    /**
     * A node.
     *
     * @param pieces what a joiner waits for
     * @param was its former name, or {@code null}
     * @param fresh whether its state is to begin anew
     * @param section number of the section it shares; 0 for one of its own
     */
    record Place(int id, String name, Kind kind, int version, int mark, int pieces, String was, boolean fresh, int section) {
        String stamp() {
            return kind.stamp(id, version, mark);
        }

        Place with(Kind other) {
            return new Place(id, name, other, version, mark, pieces, was, fresh, section);
        }

        Place withVersion(int other) {
            return new Place(id, name, kind, other, mark, pieces, was, fresh, section);
        }

        Place withMark(int other) {
            return new Place(id, name, kind, version, other, pieces, was, fresh, section);
        }

        Place withPieces(int other) {
            return new Place(id, name, kind, version, mark, other, was, fresh, section);
        }

        Place named(String other) {
            return new Place(id, other, kind, version, mark, pieces, was == null ? name : was, fresh, section);
        }

        Place beginsAnew(boolean anew) {
            return new Place(id, name, kind, version, mark, pieces, was, anew, section);
        }

        Place inSection(int other) {
            return new Place(id, name, kind, version, mark, pieces, was, fresh, other);
        }

        private Place settled() {
            return new Place(id, name, kind, version, mark, pieces, null, false, section);
        }
    }

    /**
     * An arc.
     *
     * @param element of a router's output; -1 for a plain one
     */
    record Link(int from, int element, int to) {}

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
        var place = new Place(id, "n" + id, kind, 1, 0, 1, null, false, 0);
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
        int element = place(from).kind().role == Role.ROUTER ? elements(from).size() + gap(from) : -1;
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
        return places.values().stream().filter(place -> place.kind().role == role).toList();
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
        return from == to || from(from).stream().anyMatch(link -> leads(link.to(), to));
    }

    int requests() {
        return requests;
    }

    int id(String name) {
        return places.values().stream().filter(place -> place.name().equals(name)).findFirst().orElseThrow().id();
    }

    // ---- rules ----

    /**
     * Takes out what no request comes to or leaves, and has joiners wait for as many pieces as there are; whether it is a graph then
     * that a request's pieces find together in, and that is small enough.
     */
    boolean tidy() {
        while (places.values().removeIf(this::isDead)) {
            links.removeIf(link -> !has(link.from()) || !has(link.to()));
        }
        return !places(Role.SOURCE).isEmpty() && !places(Role.SINK).isEmpty() && places.size() <= MOST_PLACES && countPieces();
    }

    private boolean isDead(Place place) {
        boolean fed = place.kind().role == Role.SOURCE || !to(place.id()).isEmpty();
        boolean leads = place.kind().role == Role.SINK || !from(place.id()).isEmpty();
        return !fed || !leads;
    }

    private boolean countPieces() {
        // where no router is, all requests of a source go the same way
        int different = places(Role.ROUTER).isEmpty() ? Math.min(1, requests) : requests;
        var counts = new HashMap<Integer, Map<Request, Integer>>();
        for (Place place : inOrder()) {
            Map<Request, Integer> come = counts.getOrDefault(place.id(), Map.of());
            if (come.values().stream().anyMatch(count -> count > MOST_PIECES)) {
                return false;
            }
            Map<Request, Integer> go = new LinkedHashMap<>();
            switch (place.kind().role) {
                case SOURCE -> {
                    for (int i = 0; i < different; i++) {
                        go.put(new Request(place.id(), i), 1);
                    }
                }
                case JOINER -> {
                    Set<Integer> pieces = new LinkedHashSet<>(come.values());
                    if (pieces.size() > 1) {
                        return false;
                    }
                    pieces.forEach(count -> change(place, joiner -> joiner.withPieces(count)));
                    come.keySet().forEach(request -> go.put(request, 1));
                }
                case BOX, ROUTER, SINK -> go.putAll(come);
            }
            go.forEach((request, count) -> targets(place.id(), request).forEach(
                    to -> counts.computeIfAbsent(to, ignored -> new LinkedHashMap<>()).merge(request, count, Integer::sum)));
        }
        return true;
    }

    private List<Place> inOrder() {
        var left = new LinkedHashMap<>(places);
        var order = new ArrayList<Place>();
        while (!left.isEmpty()) {
            Place next = left.values().stream()
                    .filter(place -> to(place.id()).stream().noneMatch(link -> left.containsKey(link.from())))
                    .findFirst()
                    .orElseThrow();
            order.add(left.remove(next.id()));
        }
        return order;
    }

    /** Where a piece of a request goes from a node. */
    List<Integer> targets(int id, Request request) {
        boolean routes = place(id).kind().role == Role.ROUTER;
        List<Integer> elements = routes ? elements(id) : List.of();
        int element = routes ? elements.get(request.choice(id, elements.size())) : -1;
        var targets = new ArrayList<Integer>();
        for (Link link : from(id)) {
            if (link.element() == element) {
                targets.add(link.to());
            }
        }
        return targets;
    }

    /** What a node writes on a piece. */
    String stamp(int id, Request request) {
        Place place = place(id);
        return place.kind().role == Role.ROUTER
                ? place.stamp() + '[' + request.choice(id, elements(id).size()) + ']'
                : place.stamp();
    }

    // ---- as the product sees it ----

    Graph graph() {
        var nodes = new LinkedHashMap<String, Node>();
        var packets = new ArrayList<InitialPacket>();
        for (Place place : places.values()) {
            nodes.put(place.name(), new Node(place.name(), place.kind().operator(), metadata(place)));
            parameter(packets, place, "ID", place.id());
            if (place.mark() != 0) {
                parameter(packets, place, "MARK", place.mark());
            }
            if (place.kind().role == Role.JOINER) {
                parameter(packets, place, "PIECES", place.pieces());
            } else if (place.kind().role == Role.SOURCE) {
                parameter(packets, place, "REQUESTS", requests);
            }
        }
        var arcs = links.stream()
                .sorted(Comparator.comparingInt(Link::from))
                .map(link -> new Arc(
                        new Port(place(link.from()).name(), "OUT",
                                link.element() < 0 ? OptionalInt.empty() : OptionalInt.of(link.element())),
                        Port.of(place(link.to()).name(), "IN")))
                .toList();
        return new Graph(nodes, arcs, packets, new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    private static void parameter(List<InitialPacket> packets, Place place, String port, int value) {
        packets.add(new InitialPacket(String.valueOf(value), Port.of(place.name(), port)));
    }

    private static Map<String, String> metadata(Place place) {
        var metadata = new LinkedHashMap<String, String>();
        metadata.put("version", String.valueOf(place.version()));
        if (place.was() != null) {
            metadata.put("was", place.was());
        }
        if (place.fresh()) {
            metadata.put("state", "fresh");
        }
        if (place.section() != 0) {
            metadata.put(Sections.SECTION, "s" + place.section());
        }
        return metadata;
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        for (Place place : places.values()) {
            text.append("    ").append(place.name()).append(" = ").append(place.stamp());
            if (place.kind().role == Role.JOINER) {
                text.append(" of ").append(place.pieces());
            }
            if (place.section() != 0) {
                text.append(" in section ").append(place.section());
            }
            text.append(" -> ");
            for (Link link : from(place.id())) {
                text.append(link.element() < 0 ? "" : "[" + link.element() + "]").append(place(link.to()).name()).append(' ');
            }
            text.append('\n');
        }
        return text.toString();
    }
}
