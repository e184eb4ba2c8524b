package neurath.coordinator;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import neurath.coordinator.plan.Plan;
import neurath.engine.Initialization;
import neurath.engine.Marker;
import neurath.events.Phase;

/** How far an update has come, for people. For any thread. */
final class Progress {
    private final int update;
    private final Plan plan;
    private final long began = System.nanoTime();
    private final Queue<String> passed = new ConcurrentLinkedQueue<>();
    private final Queue<Milestone> milestones = new ConcurrentLinkedQueue<>();
    private volatile Phase phase = Phase.PLANNED;
    private volatile Initialization initialization;
    private volatile Marker marker;

    Progress(int update, Plan plan) {
        this.update = update;
        this.plan = plan;
    }

    void entered(Phase next, Instant at, String detail) {
        phase = next;
        milestones.add(new Milestone(next, at, detail.equals(plan.summary()) ? "" : detail));
    }

    /** What it has come to so far. */
    List<Milestone> milestones() {
        return List.copyOf(milestones);
    }

    void initializes(Initialization newcomers) {
        initialization = newcomers;
    }

    void marks(Marker with) {
        marker = with;
    }

    void passed(String node) {
        passed.add(node);
    }

    @Override
    public String toString() {
        var text = new StringBuilder(String.format(
                Locale.ROOT, "update %d is under way, %s after %.1f s: %s", update, phase, (System.nanoTime() - began) / 1e9,
                plan.summary()));
        Initialization newcomers = initialization;
        if (newcomers != null && !newcomers.doing().isEmpty()) {
            text.append("; not ready yet: ").append(newcomers.doing());
        }
        if (!passed.isEmpty()) {
            text.append("; the marker has come to ").append(String.join(", ", new LinkedHashSet<>(passed)));
        }
        Marker on = marker;
        if (on != null && on.isOnItsWay()) {
            on.awaited().forEach(awaited -> text.append("; ").append(awaited));
        }
        return text.toString();
    }
}
