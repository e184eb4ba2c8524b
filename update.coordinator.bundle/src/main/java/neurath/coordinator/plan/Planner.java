package neurath.coordinator.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import neurath.coordinator.plan.Plan.Replacement;
import neurath.engine.Connections;
import neurath.engine.Marker.Commit;
import neurath.engine.OperatorVersion;
import neurath.engine.States;
import neurath.graph.Graph;
import neurath.graph.Node;

/** Makes plans: pure functions of a graph, the versions that fill it, and those that are there. */
public final class Planner {
    private final String flow;
    private final int revision;
    private final Graph graph;
    private final Map<String, OperatorVersion> current;

    /**
     * @param graph of the running flow
     * @param current what fills its nodes
     */
    public Planner(String flow, int revision, Graph graph, Map<String, OperatorVersion> current) {
        this.flow = flow;
        this.revision = revision;
        this.graph = graph;
        this.current = Map.copyOf(current);
    }

    /**
     * The update to another graph of the same structure. Nodes whose wish is the same keep their version, unless a partner's change
     * takes them along.
     *
     * @param target with the nodes' wishes for versions
     * @param available what may be chosen; the versions that run may be among them
     */
    public Plan towards(Graph target, Collection<OperatorVersion> available, Comparator<OperatorVersion> newest) {
        List<String> structure = differences(target);
        if (!structure.isEmpty()) {
            return refused(target, structure);
        }
        var unchanged = new LinkedHashMap<>(current);
        unchanged.keySet().removeIf(node -> !target.node(node).equals(graph.node(node)));
        var candidates = new LinkedHashSet<>(available);
        candidates.addAll(unchanged.values());
        Map<String, OperatorVersion> chosen = Choice.of(target, candidates, newest, unchanged);
        var missing = new ArrayList<String>();
        for (Node node : target.nodes().values()) {
            if (!chosen.containsKey(node.name())) {
                missing.add(nothingFits(node, available, target, chosen));
            }
        }
        return missing.isEmpty() ? replacing(target, chosen) : refused(target, missing);
    }

    /** The update of some nodes to given versions. */
    public Plan replacing(Graph target, Map<String, OperatorVersion> versions) {
        var after = new LinkedHashMap<>(current);
        after.putAll(versions);
        var replacements = new LinkedHashMap<String, Replacement>();
        for (String node : graph.nodes().keySet()) {
            if (!after.get(node).equals(current.get(node))) {
                replacements.put(node, new Replacement(current.get(node), after.get(node)));
            }
        }
        Set<String> region = Region.covering(graph, replacements.keySet());
        var problems = new ArrayList<>(Connections.problems(flow, target, after));
        replacements.forEach((node, replacement) -> {
            Choice.missing(target, replacement.to(), after)
                    .ifPresent(partner -> problems.add(flow + '/' + node + ": " + replacement.to().label() + " works only with " + partner
                            + ", and the plan has " + filling(partner.operator(), target, after) + "; name both in one change"));
            States.problem(replacement.from().signature(), replacement.to().signature())
                    .ifPresent(problem -> problems.add(flow + '/' + node + ": " + replacement + ": " + problem));
        });
        List<String> stateful = replacements.entrySet().stream()
                .filter(entry -> hasState(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        return new Plan(
                flow,
                revision,
                target,
                replacements,
                region,
                stateful.isEmpty() ? Commit.STREAM : Commit.HOLD,
                stateful.isEmpty()
                        ? "no state is handed over, so no switch can fail and nobody waits"
                        : "the handover of " + String.join(", ", stateful) + " can fail, so the region waits until it is done",
                List.copyOf(problems));
    }

    /** Splits wishes into sets that depend on each other; each becomes one update with one marker. */
    public List<Map<String, OperatorVersion>> independent(Map<String, OperatorVersion> wishes) {
        var sets = new ArrayList<Map<String, OperatorVersion>>();
        var left = new LinkedHashMap<>(wishes);
        left.entrySet().removeIf(wish -> wish.getValue().equals(current.get(wish.getKey())));
        while (!left.isEmpty()) {
            var set = new LinkedHashSet<String>();
            var frontier = new ArrayList<>(List.of(left.firstEntry().getKey()));
            while (!frontier.isEmpty()) {
                String node = frontier.removeLast();
                if (set.add(node)) {
                    left.keySet().stream().filter(other -> depend(node, other, left)).forEach(frontier::add);
                }
            }
            var together = new LinkedHashMap<String, OperatorVersion>();
            set.forEach(node -> together.put(node, left.remove(node)));
            sets.add(together);
        }
        return sets;
    }

    /** Whether the version a node has, or is to have, depends on the operator of another node, or the other way round. */
    private boolean depend(String node, String other, Map<String, OperatorVersion> wishes) {
        return dependsOn(current.get(node), other)
                || dependsOn(wishes.get(node), other)
                || dependsOn(current.get(other), node)
                || dependsOn(wishes.get(other), node);
    }

    private boolean dependsOn(OperatorVersion version, String node) {
        String operator = graph.node(node).operator();
        return version.partners().stream().anyMatch(partner -> partner.operator().equals(operator));
    }

    private Plan refused(Graph target, List<String> problems) {
        return new Plan(flow, revision, target, Map.of(), Set.of(), Commit.HOLD, "refused", List.copyOf(problems));
    }

    private List<String> differences(Graph target) {
        var differences = new ArrayList<String>();
        var gone = new LinkedHashSet<>(graph.nodes().keySet());
        gone.removeAll(target.nodes().keySet());
        var added = new LinkedHashSet<>(target.nodes().keySet());
        added.removeAll(graph.nodes().keySet());
        String why = "; this version replaces operators and does not change the structure of a running flow";
        if (!gone.isEmpty() || !added.isEmpty()) {
            differences.add(flow + ": nodes " + added + " are new and " + gone + " are gone" + why);
        } else if (!Set.copyOf(graph.arcs()).equals(Set.copyOf(target.arcs()))) {
            differences.add(flow + ": the arcs differ" + why);
        } else if (!Set.copyOf(graph.initialPackets()).equals(Set.copyOf(target.initialPackets()))) {
            differences.add(flow + ": the parameters differ" + why);
        }
        return differences;
    }

    private String nothingFits(
            Node node, Collection<OperatorVersion> available, Graph target, Map<String, OperatorVersion> chosen) {
        List<OperatorVersion> inRange =
                available.stream().filter(version -> Choice.fits(version, node)).toList();
        for (OperatorVersion version : inRange) {
            var partner = Choice.missing(target, version, chosen);
            if (partner.isPresent()) {
                return flow + '/' + node.name() + ": " + version.label() + " works only with " + partner.get() + ", and the plan has "
                        + filling(partner.get().operator(), target, chosen) + "; name both in one change";
            }
        }
        List<String> there = available.stream()
                .filter(version -> version.operator().equals(node.operator()))
                .map(version -> version.version().toString())
                .sorted()
                .toList();
        return flow + '/' + node.name() + ": " + node.wish() + " is not there; "
                + (there.isEmpty() ? "no version is" : "there are " + there) + "; install and start its bundle";
    }

    private static String filling(String operator, Graph target, Map<String, OperatorVersion> versions) {
        return target.nodes().values().stream()
                .filter(node -> node.operator().equals(operator))
                .map(node -> versions.containsKey(node.name()) ? versions.get(node.name()).label() : "none in " + node.name())
                .findFirst()
                .orElse("no such node");
    }

    private static boolean hasState(Replacement replacement) {
        return replacement.from().signature().state().isPresent() || replacement.to().signature().state().isPresent();
    }
}
