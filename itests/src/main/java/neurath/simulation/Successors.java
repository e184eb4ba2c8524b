package neurath.simulation;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import neurath.coordinator.plan.Plan;
import neurath.coordinator.plan.Scaling;
import neurath.engine.Draft;
import neurath.engine.Flow;
import neurath.engine.Handover;
import neurath.engine.Instance;
import neurath.engine.PreCopy;
import neurath.engine.Repartition;
import neurath.simulation.World.Injected;

/** The instances that an update brings, and what goes out for them: with the steps of the coordinator's class of this name. */
final class Successors {
    private final Subject subject;
    private final Flow flow;
    private final World world;
    private final Steps steps;
    /** Of the update. */
    private final int number;
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

    Successors(Subject subject, Steps steps, int number, Plan plan, Draft draft, Successors undone) {
        this.subject = subject;
        this.flow = subject.flow;
        this.world = subject.world;
        this.steps = steps;
        this.number = number;
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
            if (comesBack(node)) {
                fallibly(() -> draft.inherit(node, undone.removed.get(node)));
            }
        }
        fallibly(draft::begin);
        steps.some();
        copyAhead();
    }

    private void build(String node) throws Exception {
        Instance built = draft.build(node, plan.versions().get(node));
        Worker worker = subject.built(built, plan.target().node(node));
        Optional<Worker> former = former(node);
        worker.lineage = former.map(before -> before.lineage).orElse(number);
        draft.with(built);
    }

    /** The operator whose state by key a new one has, at once or in a while. */
    private Optional<Worker> former(String node) {
        if (comesBack(node)) {
            return Optional.of(subject.worker(undone.removed.get(node)));
        }
        Optional<Scaling> scaling = plan.scalings().stream().filter(one -> one.after().contains(node)).findFirst();
        if (scaling.isPresent()) {
            return scaling.filter(Scaling::sharesOut).map(one -> subject.worker(flow.instance(one.before().getFirst())));
        }
        boolean takesOver = plan.replacements().containsKey(node) && !plan.fresh().contains(node);
        return takesOver ? Optional.of(subject.worker(flow.instance(plan.difference().formerName(node)))) : Optional.empty();
    }

    /** Copies a part of the state by key while the old instances work. */
    private void copyAhead() throws Abort {
        for (String node : plan.replacements().keySet()) {
            Instance successor = draft.successors().get(node);
            if (takesOver(node, successor)) {
                fallibly(() -> copyAhead(successor));
            }
        }
    }

    private void copyAhead(Instance successor) throws Exception {
        Optional<PreCopy> copy = Handover.to(successor).preCopy();
        if (copy.isPresent()) {
            for (int i = steps.chance(6); i > 0; i--) {
                copy.get().work(1);
                steps.some();
            }
        }
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
        Stream.concat(outgoing.keySet().stream(), draft.successors().values().stream())
                .map(subject::worker)
                .filter(worker -> world.hasEnded(worker.settings.id()))
                .forEach(world.counts::parts);
        try {
            for (String node : plan.replacements().keySet()) {
                steps.some();
                Instance successor = draft.successors().get(node);
                fallibly(() -> handOver(node, successor, keepWayBack));
            }
            for (Scaling scaling : plan.scalings()) {
                if (scaling.sharesOut()) {
                    steps.some();
                    fallibly(() -> shareOut(scaling));
                }
            }
        } catch (Abort abort) {
            draft.endPreCopies(); // while the region still waits
            throw abort;
        }
    }

    private void handOver(String node, Instance successor, boolean keepWayBack) throws Exception {
        if (takesOver(node, successor)) {
            Handover.to(successor).take();
            if (keepWayBack) {
                Handover.to(successor).keepWayBack();
            }
        } else if (!hasItsOwnState(successor) && !sharesOut(node)) {
            Handover.to(successor).beginAnew();
        }
    }

    private void shareOut(Scaling scaling) throws Exception {
        List<Instance> before = scaling.before().stream().map(flow::instance).toList();
        List<Instance> after = scaling.after().stream().map(draft.successors()::get).toList();
        Repartition.between(before, after);
        world.mayFail(Fault.RESTORE);
    }

    /** Whether an instance takes over the state of the one before it. */
    private boolean takesOver(String node, Instance successor) {
        return !hasItsOwnState(successor) && !plan.fresh().contains(node) && !plan.isOfScaling(node);
    }

    /** Whether a node is one of several that get the entries of those before them. */
    private boolean sharesOut(String node) {
        return plan.scalings().stream().anyMatch(scaling -> scaling.sharesOut() && scaling.after().contains(node));
    }

    /** Whether an instance was kept with its state, as nobody took it over. */
    private boolean hasItsOwnState(Instance successor) {
        return undone != null && undone.outgoing.getOrDefault(successor, false);
    }

    /** Whether a node that was deleted gets its state back. */
    private boolean comesBack(String node) {
        return undone != null && undone.removed.containsKey(node) && !sharesOut(node);
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
