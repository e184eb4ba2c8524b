package neurath.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/**
 * What makes one graph another: by node names, and by the former names that metadata tells ({@code cache(http/cache:was=store)}). A
 * pure value.
 *
 * @param added nodes that are new, in the order of the later graph
 * @param removed nodes that are gone, by their names in the earlier graph
 * @param formerNames of the nodes that are there before and after, in the order of the later graph: the name before, by the name after
 * @param addedArcs arcs that are new, with the later names
 * @param removedArcs arcs that are gone, with the earlier names
 * @param retyped nodes that ask for another operator, by their later names
 * @param reparameterised nodes that are given other parameters, by their later names
 * @param reindexed nodes with other elements of an array output, by their later names: an operator asks for these when it is opened
 * @param rerouted nodes that are there before and after and feed replicas by another key, by their later names
 * @param moved nodes that are executed in another section, by their later names; a section's name makes no difference
 */
public record Difference(
        SequencedSet<String> added,
        SequencedSet<String> removed,
        Map<String, String> formerNames,
        SequencedSet<Arc> addedArcs,
        SequencedSet<Arc> removedArcs,
        SequencedSet<String> retyped,
        SequencedSet<String> reparameterised,
        SequencedSet<String> reindexed,
        SequencedSet<String> rerouted,
        SequencedSet<String> moved) {

    /** Metadata key by which a node tells its former name. */
    public static final String WAS = "was";

    /**
     * Compares two graphs.
     *
     * @throws IllegalArgumentException if two nodes claim one former name
     */
    public static Difference between(Graph earlier, Graph later) {
        Map<String, String> formerNames = formerNames(earlier, later);
        var laterNames = new LinkedHashMap<String, String>();
        formerNames.forEach((after, before) -> laterNames.put(before, after));
        var addedArcs = new LinkedHashSet<>(later.arcs());
        earlier.arcs().forEach(arc -> addedArcs.remove(renamed(arc, laterNames)));
        var removedArcs = new LinkedHashSet<>(earlier.arcs());
        later.arcs().forEach(arc -> removedArcs.remove(renamed(arc, formerNames)));
        return new Difference(
                unmodifiable(minus(later.nodes().keySet(), formerNames.keySet())),
                unmodifiable(minus(earlier.nodes().keySet(), laterNames.keySet())),
                Collections.unmodifiableMap(formerNames),
                unmodifiable(addedArcs),
                unmodifiable(removedArcs),
                unmodifiable(those(formerNames, (after, before) -> !later.node(after).operator().equals(earlier.node(before).operator()))),
                unmodifiable(those(formerNames, (after, before) -> !parameters(later, after).equals(parameters(earlier, before)))),
                unmodifiable(those(formerNames, (after, before) -> !elements(later, after).equals(elements(earlier, before)))),
                unmodifiable(rerouted(earlier, later, formerNames)),
                unmodifiable(Sections.moved(earlier, later, formerNames)));
    }

    /** Whether nodes and arcs are the same, but for names. */
    public boolean isStructureKept() {
        return added.isEmpty() && removed.isEmpty() && addedArcs.isEmpty() && removedArcs.isEmpty() && rerouted.isEmpty();
    }

    /** The name a node had before; empty for one that is new. */
    public String formerName(String after) {
        String before = formerNames.get(after);
        if (before == null) {
            throw new IllegalArgumentException("node '" + after + "' was not there before");
        }
        return before;
    }

    /** The nodes that were there under another name: the name before, by the name after. */
    public Map<String, String> renamed() {
        var renamed = new LinkedHashMap<>(formerNames);
        renamed.entrySet().removeIf(names -> names.getKey().equals(names.getValue()));
        return renamed;
    }

    /** The nodes that stay and lose or gain an arc, or choose among theirs otherwise, by their later names. */
    public SequencedSet<String> rewired() {
        var rewired = new LinkedHashSet<String>();
        formerNames.forEach((after, before) -> {
            if (rerouted.contains(after)
                    || addedArcs.stream().anyMatch(arc -> touches(arc, after))
                    || removedArcs.stream().anyMatch(arc -> touches(arc, before))) {
                rewired.add(after);
            }
        });
        return rewired;
    }

    private static SequencedSet<String> rerouted(Graph earlier, Graph later, Map<String, String> formerNames) {
        var rerouted = new LinkedHashSet<>(formerNames.keySet());
        rerouted.removeIf(node -> later.arcs().stream()
                .filter(arc -> arc.from().node().equals(node) && formerNames.containsKey(arc.to().node()))
                .map(arc -> arc.to().node())
                .allMatch(to -> way(later.node(to)).equals(way(earlier.node(formerNames.get(to))))));
        return rerouted;
    }

    /** What decides whether a packet goes to a node. */
    private static String way(Node node) {
        return Replica.of(node).map(replica -> replica.index() + " of " + replica.count() + " by " + replica.key()).orElse("");
    }

    /** The elements of array outputs that arcs leave from. */
    private static Set<String> elements(Graph graph, String node) {
        var elements = new TreeSet<String>();
        graph.arcs().stream()
                .map(Arc::from)
                .filter(port -> port.node().equals(node) && port.index().isPresent())
                .forEach(port -> elements.add(port.name() + '[' + port.index().getAsInt() + ']'));
        return elements;
    }

    private static boolean touches(Arc arc, String node) {
        return arc.from().node().equals(node) || arc.to().node().equals(node);
    }

    /** Who says that it was another comes first; a node of that name is a new one then. */
    private static Map<String, String> formerNames(Graph earlier, Graph later) {
        var claims = new LinkedHashMap<String, String>();
        for (Node node : later.nodes().values()) {
            String was = node.metadata().get(WAS);
            if (was != null && earlier.nodes().containsKey(was) && mayTake(node.name(), earlier.node(was), earlier)) {
                String other = claims.put(was, node.name());
                if (other != null) {
                    throw new IllegalArgumentException(
                            "nodes '" + other + "' and '" + node.name() + "' both say that they were '" + was + "'; only one can be");
                }
            }
        }
        Set<String> taken = Set.copyOf(claims.values());
        earlier.nodes().keySet().stream()
                .filter(name -> later.nodes().containsKey(name) && !taken.contains(name))
                .forEach(name -> claims.putIfAbsent(name, name));
        var laterNames = new LinkedHashMap<String, String>();
        claims.forEach((before, after) -> laterNames.put(after, before));
        var formerNames = new LinkedHashMap<String, String>();
        later.nodes().keySet().stream().filter(laterNames::containsKey).forEach(name -> formerNames.put(name, laterNames.get(name)));
        return formerNames;
    }

    /** A name is free, or is given back to a node that was kept beside the one that has it. */
    private static boolean mayTake(String name, Node was, Graph earlier) {
        return !earlier.nodes().containsKey(name) || Pin.of(was).filter(pin -> pin.node().equals(name)).isPresent();
    }

    private static Arc renamed(Arc arc, Map<String, String> names) {
        return new Arc(renamed(arc.from(), names), renamed(arc.to(), names));
    }

    private static Port renamed(Port port, Map<String, String> names) {
        return new Port(names.getOrDefault(port.node(), GONE), port.name(), port.index());
    }

    /** No node has this name: an arc at a node that is on one side only equals none on the other. */
    private static final String GONE = "";

    private static Map<Port, Object> parameters(Graph graph, String node) {
        var parameters = new LinkedHashMap<Port, Object>();
        graph.initialPackets().stream()
                .filter(packet -> packet.to().node().equals(node))
                .forEach(packet -> parameters.put(new Port("", packet.to().name(), packet.to().index()), packet.data()));
        return parameters;
    }

    private static SequencedSet<String> those(Map<String, String> names, BiPredicate<String, String> wanted) {
        var those = new LinkedHashSet<String>();
        names.forEach((after, before) -> {
            if (wanted.test(after, before)) {
                those.add(after);
            }
        });
        return those;
    }

    private static SequencedSet<String> minus(Iterable<String> all, Set<String> without) {
        var rest = new LinkedHashSet<String>();
        all.forEach(rest::add);
        rest.removeAll(without);
        return rest;
    }

    private static <T> SequencedSet<T> unmodifiable(SequencedSet<T> set) {
        return Collections.unmodifiableSequencedSet(set);
    }
}
