package neurath.coordinator.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import neurath.engine.OperatorVersion;
import neurath.graph.Graph;
import neurath.graph.Pin;
import neurath.graph.Replicas;

/** Which nodes get a version that changes something outside in two steps. A node with replicas is one. Pure functions. */
public final class Expansions {
    private Expansions() {}

    /** The versions of a graph that change something, by the names of their nodes as they are written. */
    public static Map<String, OperatorVersion> of(Graph graph, Map<String, OperatorVersion> versions) {
        var changing = new LinkedHashMap<String, OperatorVersion>();
        Replicas.groups(Pin.without(graph)).forEach((group, nodes) -> {
            OperatorVersion version = versions.get(nodes.getFirst());
            if (version != null && version.signature().changes().isPresent()) {
                changing.put(group, version);
            }
        });
        return changing;
    }

    /**
     * The versions that a plan brings and that change something: to nodes that had another version, or none.
     *
     * @param current what fills the nodes of the graph for which it was made
     */
    public static Map<String, OperatorVersion> of(Plan plan, Map<String, OperatorVersion> current) {
        Map<String, OperatorVersion> changing = of(plan.target(), plan.versions());
        Map<String, List<String>> groups = Replicas.groups(plan.target());
        changing.entrySet().removeIf(entry -> before(plan, groups.get(entry.getKey()), current).equals(Set.of(entry.getValue())));
        return changing;
    }

    /** What fills the nodes now that are to be a group. */
    private static Set<OperatorVersion> before(Plan plan, List<String> nodes, Map<String, OperatorVersion> current) {
        var before = new LinkedHashSet<OperatorVersion>();
        plan.scalings().stream()
                .filter(scaling -> scaling.after().equals(nodes))
                .forEach(scaling -> scaling.before().forEach(node -> before.add(current.get(node))));
        nodes.stream()
                .map(plan.difference().formerNames()::get)
                .filter(Objects::nonNull)
                .forEach(node -> before.add(current.get(node)));
        return before;
    }

    /** What an update that brings versions does outside, for people. */
    static List<String> notes(Plan plan, Map<String, OperatorVersion> current) {
        var notes = new ArrayList<String>();
        of(plan, current).forEach((node, version) -> notes.add(node + ": " + version.label() + " expands " + resource(version)
                + " before the marker, and contracts it when nothing leads back (after a probation: when that is confirmed)"));
        Map<String, List<String>> groups = Replicas.groups(plan.target());
        of(plan.target(), current).forEach((node, version) -> {
            OperatorVersion next = plan.versions().get(groups.get(node).getFirst());
            if (next != null && next.operator().equals(version.operator()) && next.version().compareTo(version.version()) < 0) {
                notes.add(node + ": what " + version.label() + " has contracted, " + resource(version) + ", stays so; " + next.label()
                        + " has to do with it");
            }
        });
        return notes;
    }

    /** What the rollback of an update takes back outside, for people. */
    public static List<String> withdrawn(Plan done, Map<String, OperatorVersion> before) {
        var notes = new ArrayList<String>();
        of(done, before).forEach((node, version) -> notes.add(node + ": " + version.label() + " withdraws what it has expanded, "
                + resource(version)));
        return notes;
    }

    private static String resource(OperatorVersion version) {
        return version.signature().changes().orElseThrow();
    }
}
