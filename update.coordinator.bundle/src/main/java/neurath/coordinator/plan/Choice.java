package neurath.coordinator.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import neurath.engine.OperatorVersion;
import neurath.engine.OperatorVersion.Partner;
import neurath.graph.Graph;
import neurath.graph.Node;
import org.osgi.framework.Version;

/**
 * The versions for the nodes of a graph: of each operator the highest in the node's range, such that whoever depends on a partner gets
 * it. Where nothing fits, the node is left out.
 *
 * <p>Nodes that do not depend on each other are chosen apart; among those that do, an earlier node's wish goes before a later one's.
 */
public final class Choice {
    private final Graph graph;
    private final Map<String, List<OperatorVersion>> candidates = new LinkedHashMap<>();
    private final Map<String, OperatorVersion> chosen = new LinkedHashMap<>();

    private Choice(
            Graph graph,
            Collection<? extends OperatorVersion> available,
            Comparator<OperatorVersion> newest,
            Map<String, OperatorVersion> preferred) {
        this.graph = graph;
        for (Node node : graph.nodes().values()) {
            Comparator<OperatorVersion> best =
                    Comparator.<OperatorVersion, Boolean>comparing(version -> version.equals(preferred.get(node.name())))
                            .thenComparing(OperatorVersion::version)
                            .thenComparing(newest);
            candidates.put(node.name(), available.stream()
                    .filter(version -> fits(version, node))
                    .map(OperatorVersion.class::cast)
                    .sorted(best.reversed())
                    .toList());
        }
    }

    /**
     * Chooses.
     *
     * @param available what may be chosen
     * @param newest orders versions of the same number; the greatest is taken
     * @return a version for each node that something fits
     */
    public static Map<String, OperatorVersion> of(
            Graph graph, Collection<? extends OperatorVersion> available, Comparator<OperatorVersion> newest) {
        return of(graph, available, newest, Map.of());
    }

    /**
     * Chooses, but leaves nodes as they are where they can be.
     *
     * @param preferred by node, what is taken before anything higher
     */
    public static Map<String, OperatorVersion> of(
            Graph graph,
            Collection<? extends OperatorVersion> available,
            Comparator<OperatorVersion> newest,
            Map<String, OperatorVersion> preferred) {
        var choice = new Choice(graph, available, newest, preferred);
        choice.leaveOutWhatNobodyMeets();
        choice.groups().forEach(choice::choose);
        return choice.inOrder();
    }

    /** Leaves out what cannot be chosen: a candidate with a partner that no candidate of a node meets, again and again. */
    private void leaveOutWhatNobodyMeets() {
        boolean left = true;
        while (left) {
            left = false;
            for (var node : candidates.entrySet()) {
                List<OperatorVersion> met = node.getValue().stream().filter(this::isMet).toList();
                left |= met.size() < node.getValue().size();
                node.setValue(met);
            }
        }
    }

    private boolean isMet(OperatorVersion version) {
        return version.partners().stream()
                .allMatch(partner -> candidates.keySet().stream()
                        .filter(node -> graph.node(node).operator().equals(partner.operator()))
                        .allMatch(node -> candidates.get(node).stream()
                                .anyMatch(other -> partner.versions().includes(other.version()))));
    }

    /** Why a node does not get its highest version: the partner it waits for. One sentence for each such version, highest first. */
    public static List<String> unmet(Graph graph, Collection<? extends OperatorVersion> available, Map<String, OperatorVersion> chosen) {
        var unmet = new ArrayList<String>();
        for (Node node : graph.nodes().values()) {
            OperatorVersion taken = chosen.get(node.name());
            available.stream()
                    .filter(version -> fits(version, node))
                    .filter(version -> taken == null || version.version().compareTo(taken.version()) > 0)
                    .sorted(Comparator.<OperatorVersion, Version>comparing(OperatorVersion::version).reversed())
                    .forEach(version -> missing(graph, version, chosen)
                            .ifPresent(partner -> unmet.add(version.label() + waitsFor(partner, available))));
        }
        return unmet.stream().distinct().toList();
    }

    private static String waitsFor(Partner partner, Collection<? extends OperatorVersion> available) {
        boolean isThere = available.stream()
                .anyMatch(version -> version.operator().equals(partner.operator()) && partner.versions().includes(version.version()));
        return isThere
                ? " works only with " + partner + ", which is there, and which the flow's wishes leave out"
                : " waits for " + partner + " to be started";
    }

    /** A partner a version depends on that the nodes of the graph do not get, if there is one. */
    static Optional<Partner> missing(Graph graph, OperatorVersion version, Map<String, OperatorVersion> chosen) {
        return version.partners().stream()
                .filter(partner -> graph.nodes().values().stream()
                        .filter(node -> node.operator().equals(partner.operator()))
                        .map(node -> chosen.get(node.name()))
                        .anyMatch(other -> other == null || !partner.versions().includes(other.version())))
                .findFirst();
    }

    /** Whether a version may fill a node. */
    public static boolean fits(OperatorVersion version, Node node) {
        return version.operator().equals(node.operator()) && node.versions().includes(version.version());
    }

    /** The nodes in sets that depend on each other through some candidate. */
    private List<List<String>> groups() {
        var groups = new ArrayList<List<String>>();
        var left = new LinkedHashSet<>(candidates.keySet());
        while (!left.isEmpty()) {
            var group = new LinkedHashSet<String>();
            var frontier = new ArrayList<>(List.of(left.getFirst()));
            while (!frontier.isEmpty()) {
                String node = frontier.removeLast();
                if (group.add(node)) {
                    left.stream().filter(other -> dependent(node, other) || dependent(other, node)).forEach(frontier::add);
                }
            }
            left.removeAll(group);
            groups.add(List.copyOf(inGraphOrder(group)));
        }
        return groups;
    }

    private boolean dependent(String node, String other) {
        String operator = graph.node(other).operator();
        return candidates.get(node).stream()
                .flatMap(version -> version.partners().stream())
                .anyMatch(partner -> partner.operator().equals(operator));
    }

    private void choose(List<String> group) {
        if (!choose(group, 0)) {
            group.forEach(chosen::remove);
            for (String node : group) {
                candidates.get(node).stream()
                        .filter(version -> missing(graph, version, chosen).isEmpty())
                        .findFirst()
                        .ifPresent(version -> chosen.put(node, version));
            }
        }
    }

    /** Tries the candidates of a group's nodes in order of preference, and goes back where a partner is not met. */
    private boolean choose(List<String> group, int next) {
        if (next == group.size()) {
            return group.stream().allMatch(node -> missing(graph, chosen.get(node), chosen).isEmpty());
        }
        String node = group.get(next);
        for (OperatorVersion candidate : candidates.get(node)) {
            chosen.put(node, candidate);
            if (agrees(group.subList(0, next + 1)) && choose(group, next + 1)) {
                return true;
            }
        }
        chosen.remove(node);
        return false;
    }

    /** Whether no version chosen so far depends on another version of an operator than the one chosen so far. */
    private boolean agrees(List<String> decided) {
        return decided.stream()
                .flatMap(node -> chosen.get(node).partners().stream())
                .allMatch(partner -> decided.stream()
                        .filter(node -> graph.node(node).operator().equals(partner.operator()))
                        .allMatch(node -> partner.versions().includes(chosen.get(node).version())));
    }

    private Set<String> inGraphOrder(Set<String> nodes) {
        var ordered = new LinkedHashSet<>(graph.nodes().keySet());
        ordered.retainAll(nodes);
        return ordered;
    }

    private Map<String, OperatorVersion> inOrder() {
        var ordered = new LinkedHashMap<String, OperatorVersion>();
        graph.nodes().keySet().stream().filter(chosen::containsKey).forEach(node -> ordered.put(node, chosen.get(node)));
        return ordered;
    }
}
