package neurath.coordinator;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import neurath.coordinator.FlowRecord.Policy;
import neurath.coordinator.plan.Choice;
import neurath.coordinator.plan.Plan;
import neurath.coordinator.plan.Planner;
import neurath.engine.Catalog;
import neurath.engine.Flow;
import neurath.engine.OperatorVersion;
import neurath.graph.Pin;

/**
 * What follows for one flow from the versions that are there at one moment. A version that has arrived is a wish, and so is the loss of
 * one that runs; what lay there already is none.
 */
final class Wishes {
    private final Catalog catalog;
    private final FlowRecord record;
    private final Flow flow;
    private final List<OperatorVersion> available;

    Wishes(Catalog catalog, FlowRecord record, Flow flow, List<OperatorVersion> available) {
        this.catalog = catalog;
        this.record = record;
        this.flow = flow;
        this.available = available;
    }

    /** The keys of the versions for this flow that were not considered before. */
    Set<String> arrived() {
        var arrived = new LinkedHashSet<String>();
        record.relevant(available).forEach(version -> arrived.add(catalog.key(version)));
        arrived.removeAll(record.considered);
        return arrived;
    }

    /** The nodes whose version's bundle is not active any more, or runs other code now; not those that are kept to end what they began. */
    Set<String> lost() {
        var lost = new LinkedHashSet<String>();
        flow.versions().forEach((node, version) -> {
            if (!catalog.isCurrent(version) && Pin.of(flow.graph().node(node)).isEmpty()) {
                lost.add(node);
            }
        });
        return lost;
    }

    /** The versions to have, by node: of what was not refused the highest that fit. */
    Map<String, OperatorVersion> chosen() {
        return Choice.of(Pin.without(flow.graph()), candidates(), catalog.newest());
    }

    /** What a policy does: plans for sets of nodes that depend on each other; with MANUAL only what a loss makes necessary. */
    List<Plan> plans(Policy policy) {
        Map<String, OperatorVersion> chosen = chosen();
        var wanted = new LinkedHashMap<>(chosen);
        if (policy == Policy.MANUAL) {
            Set<String> lost = lost();
            wanted.keySet().removeIf(node -> !isNecessary(node, lost, chosen));
        }
        Planner planner = Planners.of(flow, catalog);
        return planner.independent(wanted).stream()
                .map(set -> planner.replacing(flow.graph(), set))
                .toList();
    }

    /** Whether a plan has to do with what arrived or was lost; another would bring in what lay there already. */
    boolean isDue(Plan plan, Set<String> arrived, Set<String> lost) {
        return plan.replacements().entrySet().stream()
                .anyMatch(replacement -> lost.contains(replacement.getKey())
                        || arrived.contains(catalog.key(replacement.getValue().to())));
    }

    /** What is there and was not refused, and what runs. */
    Collection<OperatorVersion> candidates() {
        var candidates = new LinkedHashSet<OperatorVersion>();
        available.stream()
                .filter(version -> !record.refused.contains(catalog.key(version)))
                .forEach(candidates::add);
        flow.versions().values().stream().filter(catalog::isCurrent).forEach(candidates::add);
        return candidates;
    }

    /** Whether a node must change because its version went, or one that its version depends on. */
    private boolean isNecessary(String node, Set<String> lost, Map<String, OperatorVersion> chosen) {
        return lost.contains(node)
                || flow.version(node).partners().stream()
                        .anyMatch(partner -> lost.stream()
                                .filter(chosen::containsKey)
                                .anyMatch(other -> flow.graph().node(other).operator().equals(partner.operator())));
    }
}
