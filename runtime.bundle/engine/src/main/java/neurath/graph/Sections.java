package neurath.graph;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;

/**
 * The sections of a graph: nodes whose metadata names the same one ({@code parse(http/parse:section=io)}) are executed together. A node
 * that names none is alone in its own.
 */
public final class Sections {
    /** Metadata key by which a node tells its section. */
    public static final String SECTION = "section";

    private Sections() {}

    /** The nodes of each section, in the order of the graph. Every node is in one. */
    public static List<Set<String>> of(Graph graph) {
        var named = new LinkedHashMap<String, Set<String>>();
        var sections = new ArrayList<Set<String>>();
        for (Node node : graph.nodes().values()) {
            String name = node.metadata().get(SECTION);
            if (name == null) {
                sections.add(Set.of(node.name()));
            } else {
                named.computeIfAbsent(name, ignored -> {
                    var section = new LinkedHashSet<String>();
                    sections.add(section);
                    return section;
                }).add(node.name());
            }
        }
        return sections;
    }

    /** The nodes that share a section with a node, without it. */
    public static Set<String> mates(Graph graph, String node) {
        var mates = new LinkedHashSet<String>();
        of(graph).stream().filter(section -> section.contains(node)).forEach(mates::addAll);
        mates.remove(node);
        return mates;
    }

    /**
     * The nodes that are executed elsewhere afterwards, by their later names. Each section goes on as the one that has most of its nodes,
     * whatever the two are named, and the others come to these.
     *
     * @param formerNames of the nodes that are there before and after: the name before, by the name after
     */
    static SequencedSet<String> moved(Graph earlier, Graph later, Map<String, String> formerNames) {
        Map<String, Integer> before = numbers(earlier);
        Map<String, Integer> after = numbers(later);
        var common = new LinkedHashMap<Succession, Integer>();
        formerNames.forEach((node, former) -> common.merge(new Succession(before.get(former), after.get(node)), 1, Integer::sum));
        var best = new ArrayList<>(common.entrySet());
        best.sort(Comparator.comparingInt(succession -> -succession.getValue()));
        var goOn = new HashSet<Succession>();
        var earlierTaken = new HashSet<Integer>();
        var laterTaken = new HashSet<Integer>();
        for (var entry : best) {
            Succession succession = entry.getKey();
            if (!earlierTaken.contains(succession.before()) && !laterTaken.contains(succession.after())) {
                earlierTaken.add(succession.before());
                laterTaken.add(succession.after());
                goOn.add(succession);
            }
        }
        var moved = new LinkedHashSet<String>();
        formerNames.forEach((node, former) -> {
            if (!goOn.contains(new Succession(before.get(former), after.get(node)))) {
                moved.add(node);
            }
        });
        return moved;
    }

    /** One section goes on as another. */
    private record Succession(int before, int after) {}

    private static Map<String, Integer> numbers(Graph graph) {
        var numbers = new HashMap<String, Integer>();
        List<Set<String>> sections = of(graph);
        for (int i = 0; i < sections.size(); i++) {
            for (String node : sections.get(i)) {
                numbers.put(node, i);
            }
        }
        return numbers;
    }
}
