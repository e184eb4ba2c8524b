package neurath.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The loops of a graph: its strongly connected components of more than one node, and nodes that lead to themselves. */
public final class Loops {
    private Loops() {}

    /** The nodes of each loop, in the order of the graph. A node is in one loop at most. */
    public static List<Set<String>> of(Graph graph) {
        Map<String, Set<String>> next = successors(graph);
        var reached = new LinkedHashMap<String, Set<String>>();
        graph.nodes().keySet().forEach(node -> reached.put(node, reachedFrom(node, next)));
        var loops = new ArrayList<Set<String>>();
        var done = new HashSet<String>();
        for (String node : graph.nodes().keySet()) {
            if (reached.get(node).contains(node) && !done.contains(node)) {
                var loop = new LinkedHashSet<>(graph.nodes().keySet());
                loop.removeIf(other -> !reached.get(node).contains(other) || !reached.get(other).contains(node));
                done.addAll(loop);
                loops.add(loop);
            }
        }
        return loops;
    }

    private static Map<String, Set<String>> successors(Graph graph) {
        var next = new LinkedHashMap<String, Set<String>>();
        graph.arcs().forEach(arc -> next.computeIfAbsent(arc.from().node(), ignored -> new LinkedHashSet<>()).add(arc.to().node()));
        return next;
    }

    /** The nodes behind a node; the node itself only if it leads to itself. */
    private static Set<String> reachedFrom(String node, Map<String, Set<String>> next) {
        var reached = new HashSet<String>();
        var frontier = new ArrayDeque<>(List.of(node));
        while (!frontier.isEmpty()) {
            for (String successor : next.getOrDefault(frontier.poll(), Set.of())) {
                if (reached.add(successor)) {
                    frontier.add(successor);
                }
            }
        }
        return reached;
    }
}
