package neurath.simulation;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import neurath.coordinator.plan.Plan;
import neurath.engine.Draft;
import neurath.engine.Flow;
import neurath.engine.Handover;
import neurath.engine.Instance;
import neurath.simulation.World.Injected;

/** The instances that an update brings, and what goes out for them: with the steps of the coordinator's class of this name. */
final class Successors {
    private final Subject subject;
    private final Flow flow;
    private final World world;
    private final Steps steps;
    private final Plan plan;
    private final Draft draft;
    /** Those of the update that this one undoes, or {@code null}. */
    private final Successors undone;
    /** What is out when the marker has passed, and whether its state goes with it. */
    private final Map<Instance, Boolean> outgoing = new LinkedHashMap<>();
    /** What may be put in again, and the last instances of nodes that are no more; by the names their nodes had before. */
    private final Map<String, Instance> replaced = new HashMap<>();
    private final Map<String, Instance> removed = new HashMap<>();
    /** What instances that are put in again were before. */
    private final Map<Instance, Integer> ranks = new HashMap<>();

    Successors(Subject subject, Steps steps, Plan plan, Draft draft, Successors undone) {
        this.subject = subject;
        this.flow = subject.flow;
        this.world = subject.world;
        this.steps = steps;
        this.plan = plan;
        this.draft = draft;
        this.undone = undone;
    }

    /** Builds them, or takes what was kept. */
    void prepare() throws Abort {
        plan.replacements().keySet().forEach(node -> {
            String former = plan.difference().formerName(node);
            replaced.put(former, flow.instance(former));
            outgoing.put(flow.instance(former), plan.fresh().contains(node));
        });
        plan.difference().removed().forEach(node -> {
            removed.put(node, flow.instance(node));
            outgoing.put(flow.instance(node), true);
        });
        var nodes = new LinkedHashSet<>(plan.replacements().keySet());
        nodes.addAll(plan.difference().added());
        for (String node : nodes) {
            steps.some();
            Instance kept = undone == null ? null : undone.replaced.get(node);
            if (kept != null) {
                putInAgain(kept);
            } else {
                fallibly(() -> build(node));
            }
            if (undone != null && undone.removed.containsKey(node)) {
                fallibly(() -> draft.inherit(node, undone.removed.get(node)));
            }
        }
        fallibly(draft::begin);
        steps.some();
    }

    private void build(String node) throws Exception {
        Instance built = draft.build(node, plan.versions().get(node));
        subject.built(built);
        draft.with(built);
    }

    private void putInAgain(Instance kept) {
        draft.with(kept);
        Worker worker = subject.worker(kept);
        ranks.put(kept, worker.rank);
        worker.rank = world.nextSerial();
    }

    /**
     * Gives them the state, while the region waits.
     *
     * @param keepWayBack whether the old state is kept in step afterwards
     */
    void handOver(boolean keepWayBack) throws Abort {
        for (String node : plan.replacements().keySet()) {
            steps.some();
            Instance successor = draft.successors().get(node);
            fallibly(() -> handOver(node, successor, keepWayBack));
        }
    }

    private void handOver(String node, Instance successor, boolean keepWayBack) throws Exception {
        boolean hasItsOwnState = undone != null && undone.outgoing.getOrDefault(successor, false);
        if (!hasItsOwnState && !plan.fresh().contains(node)) {
            Handover.to(successor).take();
            if (keepWayBack) {
                Handover.to(successor).keepWayBack();
            }
        } else if (!hasItsOwnState) {
            Handover.to(successor).beginAnew();
        }
    }

    /** They are in, and the others are out. */
    void putIn() {
        draft.successors().values().forEach(flow.retirement()::takeBack);
        if (undone != null) {
            undone.outgoing.keySet().stream()
                    .filter(kept -> !draft.successors().containsValue(kept))
                    .forEach(left -> outgoing.put(left, false));
        }
        outgoing.forEach(flow.retirement()::keep);
        removed.values().forEach(last -> subject.worker(last).gone = true);
    }

    /** Those that are out may go. */
    void retire() {
        var _ = flow.retirement().retireKept(outgoing.keySet());
    }

    /** Nothing comes of them. */
    void dismiss() {
        ranks.forEach((kept, rank) -> subject.worker(kept).rank = rank);
        draft.dismiss();
    }

    /** Something that authors wrote. */
    private interface Fallible {
        void run() throws Exception;
    }

    private static void fallibly(Fallible work) throws Abort {
        try {
            work.run();
        } catch (Injected e) {
            throw new Abort(e.getMessage());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
