package neurath.coordinator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import neurath.api.StateTransfer;
import neurath.coordinator.plan.Plan;
import neurath.coordinator.plan.Scaling;
import neurath.engine.Draft;
import neurath.engine.Flow;
import neurath.engine.Handover;
import neurath.engine.Initialization;
import neurath.engine.Instance;
import neurath.engine.OperatorVersion;
import neurath.engine.PreCopy;
import neurath.engine.Repartition;

/**
 * The instances that an update brings, from being built beside the running ones to taking their state over; and what goes out for them.
 * Whatever authors wrote runs under the update's deadline. For the thread that carries the update out.
 */
final class Successors {
    private final Flow flow;
    private final Plan plan;
    private final Draft draft;
    private final FetchedTransfers transfers;
    private final Optional<Probation> undone;
    private final Deadline deadline;
    /** What is out when the marker has passed, and whether its state goes with it. */
    private final Map<Instance, Boolean> outgoing = new LinkedHashMap<>();

    /**
     * @param draft what the flow is to be; nothing is built for it yet
     * @param undone the update that this one undoes: what it has kept is put in again
     */
    Successors(Flow flow, Plan plan, Draft draft, FetchedTransfers transfers, Optional<Probation> undone, Deadline deadline) {
        this.flow = flow;
        this.plan = plan;
        this.draft = draft;
        this.transfers = transfers;
        this.undone = undone;
        this.deadline = deadline;
        plan.replacements().forEach(
                (node, replacement) -> outgoing.put(flow.instance(plan.difference().formerName(node)), plan.fresh().contains(node)));
        plan.difference().removed().forEach(node -> outgoing.put(flow.instance(node), true));
    }

    /**
     * Builds and opens them, waits until they are ready, and copies ahead what state can be.
     *
     * @param progress is told how far they are
     * @return what was done, for people
     */
    String prepare(Progress progress) throws Abort {
        checkTransfers();
        for (var transfer : plan.transfers().entrySet()) {
            transfers.put(transfer.getKey(), deadline.beside("fetching the transfer " + transfer.getValue().label(),
                    transfer.getValue()::fetch, late -> transfer.getValue().release(late)));
        }
        if (!plan.adapters().isEmpty()) {
            run("fetching the adapters", draft::fetch);
        }
        for (String node : toBuild()) {
            build(node);
        }
        String readiness = initialize(progress);
        if (!plan.difference().added().isEmpty()) {
            run("the first state of " + String.join(", ", plan.difference().added()), draft::begin);
        }
        return draft.successors().size() + " instances are open beside the old ones" + readiness + copyAhead();
    }

    /** Waits until those that were built are ready; how long it took, for people. */
    private String initialize(Progress progress) throws Abort {
        var initialization = new Initialization(plan.initialFlows());
        if (!draft.needs(initialization)) {
            return "";
        }
        progress.initializes(initialization);
        deadline.besideAsLongAsItMoves(
                "getting ready", () -> draft.initialize(initialization), initialization::moves, initialization::doing);
        return "; " + initialization.summary();
    }

    private void build(String node) throws Abort {
        OperatorVersion version = plan.versions().get(node);
        Optional<Instance> kept = undone.flatMap(update -> update.replaced(node));
        draft.with(kept.isPresent()
                ? kept.get()
                : deadline.beside("making and opening " + version.label() + " for " + node, () -> draft.build(node, version),
                        Instance::dismiss));
        Optional<Instance> last = undone.flatMap(update -> update.removed(node));
        if (last.isPresent() && !sharesOut(node)) {
            run("giving " + node + " back its state", () -> draft.inherit(node, last.get()));
        }
    }

    /** Copies keyed state into the new instances while the old ones work; how it went, for people. */
    private String copyAhead() throws Abort {
        var copies = new LinkedHashMap<String, PreCopy>();
        for (String node : plan.replacements().keySet()) {
            Instance successor = draft.successors().get(node);
            if (takesOver(node, successor) && hasEntries(plan.replacements().get(node))) {
                deadline.beside("finding what to copy ahead for " + node, () -> Handover.to(successor).preCopy(), late -> {})
                        .ifPresent(copy -> copies.put(node, copy));
            }
        }
        for (int i = 0; i < Math.min(2, copies.size()); i++) { // once more what has changed while the others were copied
            for (var copy : copies.entrySet()) {
                PreCopy state = copy.getValue();
                deadline.besideAsLongAsItMoves("copying ahead for " + copy.getKey(), state::run, state::copied, state::doing);
            }
        }
        var said = new StringBuilder();
        copies.forEach((node, copy) -> said.append("; ").append(node).append(": ").append(copy.summary()));
        return said.toString();
    }

    /**
     * Gives them the state, while the region is drained and waits.
     *
     * @param keepWayBack whether the old state is kept in step afterwards
     */
    void handOver(boolean keepWayBack) throws Abort {
        checkTransfers();
        try {
            for (String node : plan.replacements().keySet()) {
                Instance successor = draft.successors().get(node);
                Optional<StateTransfer<?, ?>> transfer = transfers.of(node);
                run("the handover of " + node + " to " + successor.version().label(),
                        () -> handOver(node, successor, transfer, keepWayBack));
            }
            for (Scaling scaling : plan.scalings()) {
                if (scaling.sharesOut()) {
                    shareOut(scaling);
                }
            }
        } catch (Abort abort) {
            draft.endPreCopies(); // while the region still waits
            throw abort;
        }
    }

    private void handOver(String node, Instance successor, Optional<StateTransfer<?, ?>> transfer, boolean keepWayBack) throws Exception {
        if (takesOver(node, successor)) {
            Handover.to(successor).take(transfer);
            if (keepWayBack) {
                Handover.to(successor).keepWayBack();
            }
        } else if (!hasItsOwnState(successor) && !sharesOut(node)) {
            Handover.to(successor).beginAnew();
        }
    }

    private void shareOut(Scaling scaling) throws Abort {
        List<Instance> before = scaling.before().stream().map(flow::instance).toList();
        List<Instance> after = scaling.after().stream().map(draft.successors()::get).toList();
        run("sharing out the entries of " + scaling.group(), () -> Repartition.between(before, after));
    }

    /** Whether an instance takes over the state of the one before it. */
    private boolean takesOver(String node, Instance successor) {
        return !hasItsOwnState(successor) && !plan.fresh().contains(node) && !plan.isOfScaling(node);
    }

    /** Whether there is keyed state before or afterwards. */
    private static boolean hasEntries(Plan.Replacement replacement) {
        return !replacement.from().signature().keyed().isEmpty() || !replacement.to().signature().keyed().isEmpty();
    }

    /** Whether a node is one of several that get the entries of those before them. */
    private boolean sharesOut(String node) {
        return plan.scalings().stream().anyMatch(scaling -> scaling.sharesOut() && scaling.after().contains(node));
    }

    /** Whether an instance was kept with its state, as nobody took it over. */
    private boolean hasItsOwnState(Instance successor) {
        return undone.isPresent() && undone.get().hasItsState(successor);
    }

    /** A transfer that comes or goes meanwhile makes another plan of this one. */
    private void checkTransfers() throws Abort {
        Optional<String> change = transfers.change();
        if (change.isPresent()) {
            throw new Abort(change.get());
        }
    }

    private List<String> toBuild() {
        var nodes = new ArrayList<>(plan.replacements().keySet());
        nodes.addAll(plan.difference().added());
        return nodes;
    }

    private void run(String what, Deadline.ThrowingRunnable work) throws Abort {
        deadline.beside(what, () -> {
            work.run();
            return what;
        }, late -> {});
    }

    /** They are in, and the others are out: those are kept until they may be closed. */
    void putIn() {
        draft.successors().values().forEach(flow.retirement()::takeBack);
        undone.ifPresent(update -> update.leftBy(draft.successors().values()).forEach(left -> outgoing.put(left, false)));
        outgoing.forEach(flow.retirement()::keep);
    }

    /** What is out when the marker has passed, and whether its state goes with it. */
    Map<Instance, Boolean> outgoing() {
        return outgoing;
    }

    /** The update is aborted: nothing is left of them when this completes. */
    CompletableFuture<Void> dismiss() {
        transfers.release();
        draft.dismiss();
        return draft.closed();
    }

    /** The update is switched: what helped to bring them is given back. */
    void release() {
        transfers.release();
    }
}
