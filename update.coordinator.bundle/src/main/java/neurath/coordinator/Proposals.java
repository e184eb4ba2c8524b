package neurath.coordinator;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import neurath.coordinator.plan.Forecast;
import neurath.coordinator.plan.Plan;
import neurath.coordinator.plan.Proposal;
import neurath.engine.Catalog;
import neurath.engine.Flow;
import neurath.engine.FlowException;

/** The plans that were shown, by number, until they are applied. They are forgotten with the coordinator. For the deployer's thread. */
final class Proposals {
    private static final int KEPT = 100;

    private final Map<Integer, Proposal> proposals = new LinkedHashMap<>();
    private int last;

    /** Gives a plan its number; one that cannot be carried out, or does nothing, gets none. */
    Proposal add(Plan plan, Flow flow) {
        Forecast forecast = Forecast.of(plan, flow.graph(), flow.status());
        boolean applicable = plan.problems().isEmpty() && !plan.isEmpty();
        var proposal = new Proposal(applicable ? ++last : 0, plan, flow.graph(), flow.versions(), forecast);
        if (applicable) {
            proposals.put(proposal.number(), proposal);
            if (proposals.size() > KEPT) {
                proposals.remove(proposals.keySet().iterator().next());
            }
        }
        return proposal;
    }

    /**
     * The plan of that number.
     *
     * @throws FlowException if there is none
     */
    Proposal find(int number) {
        Proposal proposal = proposals.get(number);
        if (proposal == null) {
            throw new FlowException("there is no plan " + number + " to apply; there are " + proposals.keySet()
                    + "; a plan is forgotten when it was applied, and when the platform or the coordinator stops; make one with flow:plan",
                    null);
        }
        return proposal;
    }

    /** Those that can be carried out. */
    List<Proposal> all() {
        return List.copyOf(proposals.values());
    }

    /** It has been carried out. */
    void applied(int number) {
        proposals.remove(number);
    }

    /**
     * What a proposal is to do to the flow as it is now: what was shown, made again where updates since have touched its region.
     *
     * @throws FlowException if it would be something else than what was shown
     */
    static Plan current(Proposal proposal, Flow flow, Catalog catalog) {
        Plan shown = proposal.plan();
        List<String> gone = shown.decided().values().stream()
                .filter(version -> !flow.versions().containsValue(version) && !catalog.isCurrent(version))
                .map(version -> version.label() + " of " + version.origin())
                .toList();
        if (!gone.isEmpty()) {
            throw new FlowException("plan " + proposal.number() + " cannot be applied: " + String.join(", ", gone)
                    + " is not there any more; start its bundle again, or make another plan", null);
        }
        Plan plan = Planners.of(flow, catalog).again(shown, proposal.graph());
        if (!plan.problems().isEmpty()) {
            throw new FlowException("refused: " + String.join("; ", plan.problems()), null);
        }
        List<String> differences = proposal.differences(plan);
        if (!differences.isEmpty()) {
            throw new FlowException("plan " + proposal.number() + " is stale, as updates since have touched "
                    + String.join(", ", proposal.touched(flow.graph(), flow.versions())) + ": " + String.join("; ", differences)
                    + "; make it again with flow:plan " + flow.name(), null);
        }
        return plan;
    }
}
