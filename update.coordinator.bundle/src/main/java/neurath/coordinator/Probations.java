package neurath.coordinator;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import neurath.engine.FlowException;
import neurath.events.Event;
import neurath.events.Events;

/** The updates that are on probation, one a flow at most. For the deployer's thread. */
final class Probations {
    private final Events events;
    private final Map<String, Probation> probations = new HashMap<>();

    Probations(Events events) {
        this.events = events;
    }

    /** What brings back what was there before an update. */
    interface Rollback {
        /** Asks for it; a {@link FlowException} refuses. */
        CompletableFuture<Outcome> of(String flow, String reason);
    }

    void begin(String flow, Probation probation) {
        probations.put(flow, probation);
    }

    Optional<Probation> of(String flow) {
        return Optional.ofNullable(probations.get(flow));
    }

    boolean isEmpty() {
        return probations.isEmpty();
    }

    /** It is over, as the update was rolled back or the flow has ended. */
    void end(String flow) {
        probations.remove(flow);
    }

    /** Lets the old instances go, if an update of the flow is on probation. */
    void confirm(String flow, String because) {
        Probation probation = probations.remove(flow);
        if (probation != null) {
            probation.confirm(because);
        }
    }

    /**
     * Confirms what has been well for long enough, and rolls back what is sick.
     *
     * @param flows those that can be looked at now
     */
    void tend(List<String> flows, Rollback rollback) {
        for (String flow : flows) {
            Probation probation = probations.get(flow);
            if (probation == null) {
                continue;
            }
            Optional<String> sickness = probation.sickness();
            if (sickness.isPresent()) {
                rollBackSick(flow, probation, sickness.get(), rollback);
            } else if (probation.isOver()) {
                confirm(flow, "by time");
            }
        }
    }

    /** What cannot be rolled back stays, and a person is told: the rules would say the same again and again. */
    private void rollBackSick(String flow, Probation probation, String sickness, Rollback rollback) {
        CompletableFuture<Outcome> outcome;
        try {
            outcome = rollback.of(flow, sickness);
        } catch (FlowException e) {
            outcome = CompletableFuture.failedFuture(e);
        }
        var _ = outcome.whenComplete((how, failure) -> {
            if (failure != null) {
                stays(flow, probation, sickness, failure.getMessage());
            } else if (!(how instanceof Outcome.RolledBack)) {
                stays(flow, probation, sickness, how.toString());
            }
        });
    }

    private void stays(String flow, Probation probation, String sickness, String why) {
        events.publish(new Event.Notice(
                Instant.now(), flow, "update " + probation.update() + " is sick, " + sickness + ", and was not rolled back: " + why));
        confirm(flow, "though it is sick, as it cannot be rolled back");
    }
}
