package neurath.coordinator;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import neurath.engine.FlowException;
import neurath.engine.ResourceChange;
import neurath.engine.ResourceChange.Step;
import neurath.events.Event;
import neurath.events.Events;

/**
 * What is done outside before a flow starts: what earlier updates have left expanded is withdrawn, and what its versions need is expanded.
 * Carried out by the thread that starts the flow; the rest is for the deployer's.
 */
final class StartingChanges {
    private final Events events;
    private final String flow;
    /** What is still being done since the flow ran last. */
    private final List<StepAtWork> before;
    private final Map<Owed, ResourceChange> withdrawing;
    private final Map<Owed, ResourceChange> expanding;
    private final Set<Owed> withdrawn = new LinkedHashSet<>();
    private final Map<Owed, String> failures = new LinkedHashMap<>();

    StartingChanges(
            Events events, String flow, List<StepAtWork> before, Map<Owed, ResourceChange> withdrawing,
            Map<Owed, ResourceChange> expanding) {
        this.events = events;
        this.flow = flow;
        this.before = before;
        this.withdrawing = withdrawing;
        this.expanding = expanding;
    }

    /** @throws FlowException if something cannot be expanded; what cannot be withdrawn is owed still */
    void carryOut() {
        before.forEach(step -> step.returned().join());
        withdrawing.forEach((owed, change) -> new StepAtWork(Step.WITHDRAW, change).carryOut()
                .ifPresentOrElse(failure -> failures.put(owed, failure), () -> withdrawn.add(owed)));
        expanding.values().forEach(change -> new StepAtWork(Step.EXPAND, change).carryOut().ifPresent(failure -> {
            String reason = change.node() + ": " + change.version().label() + " could not expand " + change.resource() + ": " + failure
                    + "; mend that, then flow:start " + flow;
            events.publish(new Event.FlowRefused(Instant.now(), flow, reason));
            throw new FlowException(flow + " does not start: " + reason, null);
        }));
    }

    /** What was withdrawn. */
    Set<Owed> withdrawn() {
        return withdrawn;
    }

    /** What could not be withdrawn, and why. */
    Map<Owed, String> failures() {
        return failures;
    }

    /** What is to be contracted now that it is expanded. */
    Set<Owed> expanded() {
        return expanding.keySet();
    }
}
