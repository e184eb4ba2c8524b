package neurath.coordinator.plan;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import neurath.graph.Arc;
import neurath.graph.Graph;
import neurath.graph.Loops;

/**
 * The region of an update: the nodes its marker must pass so that every request meets its targets in one epoch.
 *
 * <p>It holds the targets, every node on a way between two of them, and every ancestor that can send several descendants of one packet
 * into it: on two ways, or one after the other. (Wang et al., Fries, VLDB 2022: the covering sub-graph of the targets with its
 * one-to-many ancestors.)
 */
public final class Region {
    private final Graph graph;
    private final Set<String> oneToMany;

    private Region(Graph graph, Set<String> oneToMany) {
        this.graph = graph;
        this.oneToMany = oneToMany;
    }

    /**
     * The smallest region that covers the targets; of a loop it holds all or nothing.
     *
     * @param oneToMany nodes that may emit several packets for one, be it on a single arc
     */
    public static Set<String> covering(Graph graph, Set<String> oneToMany, Set<String> targets) {
        var region = new Region(graph, oneToMany);
        Set<String> covered = region.between(targets);
        Set<String> multipliers = region.multipliersInto(covered);
        while (!multipliers.isEmpty()) {
            covered.addAll(multipliers);
            covered = region.between(covered);
            multipliers = region.multipliersInto(covered);
        }
        return region.inOrder(covered);
    }

    /** The region that begins at the entrances: with everything that leads to the smallest one. */
    public static Set<String> fromEntrances(Graph graph, Set<String> oneToMany, Set<String> targets) {
        var region = new Region(graph, oneToMany);
        Set<String> covered = covering(graph, oneToMany, targets);
        covered.addAll(closure(covered, region::predecessors));
        return region.inOrder(covered);
    }

    /**
     * The targets alone, with the loops they are in: each switches for itself. For updates after which what belongs together goes one way
     * by its own mark, whatever it meets on either side of a marker.
     */
    public static Set<String> apart(Graph graph, Set<String> targets) {
        var region = new LinkedHashSet<>(targets);
        Loops.of(graph).stream().filter(loop -> !Collections.disjoint(loop, targets)).forEach(region::addAll);
        return new Region(graph, Set.of()).inOrder(region);
    }

    /** The nodes on the ways between two nodes of a set, with the set. */
    private Set<String> between(Set<String> nodes) {
        Set<String> reachableFrom = closure(nodes, this::successors);
        Set<String> reaching = closure(nodes, this::predecessors);
        reachableFrom.retainAll(reaching);
        return reachableFrom;
    }

    /** The nodes outside that lead into the region on more than one arc, or with more than one packet. */
    private Set<String> multipliersInto(Set<String> region) {
        Set<String> reaching = closure(region, this::predecessors);
        var multipliers = new LinkedHashSet<String>();
        for (String node : reaching) {
            long ways = graph.arcs().stream()
                    .filter(arc -> arc.from().node().equals(node) && reaching.contains(arc.to().node()))
                    .count();
            if ((ways > 1 || oneToMany.contains(node)) && !region.contains(node)) {
                multipliers.add(node);
            }
        }
        return multipliers;
    }

    private static Set<String> closure(Collection<String> start, Function<String, Set<String>> next) {
        var found = new LinkedHashSet<>(start);
        var frontier = new LinkedHashSet<>(start);
        while (!frontier.isEmpty()) {
            var further = new LinkedHashSet<String>();
            frontier.forEach(node -> next.apply(node).stream().filter(found::add).forEach(further::add));
            frontier = further;
        }
        return found;
    }

    private Set<String> successors(String node) {
        return ends(arc -> arc.from().node(), arc -> arc.to().node(), node);
    }

    private Set<String> predecessors(String node) {
        return ends(arc -> arc.to().node(), arc -> arc.from().node(), node);
    }

    private Set<String> ends(Function<Arc, String> near, Function<Arc, String> far, String node) {
        var ends = new LinkedHashSet<String>();
        graph.arcs().stream().filter(arc -> near.apply(arc).equals(node)).forEach(arc -> ends.add(far.apply(arc)));
        return ends;
    }

    private Set<String> inOrder(Set<String> nodes) {
        var ordered = new LinkedHashSet<>(graph.nodes().keySet());
        ordered.retainAll(nodes);
        return ordered;
    }
}
