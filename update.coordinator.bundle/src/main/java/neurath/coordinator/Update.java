package neurath.coordinator;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import neurath.api.StateTransfer;
import neurath.coordinator.plan.Plan;
import neurath.engine.Conversions;
import neurath.engine.Draft;
import neurath.engine.Flow;
import neurath.engine.HandoverException;
import neurath.engine.Instance;
import neurath.engine.Marker;
import neurath.engine.Marker.Commit;
import neurath.engine.OperatorVersion;
import neurath.engine.PreCopy;
import neurath.events.Event;
import neurath.events.Events;
import neurath.events.Phase;
import neurath.graph.Graph;

/**
 * Carries one plan out, phase by phase. Whatever authors wrote runs under the deadline and beside the sections; what hangs is left
 * behind and named. Before SWITCHED every failure ends in ABORTED, and the old instances carry on as if nothing had been.
 */
final class Update {
    private static final String NOT_DURABLE = "it cannot be made durable: ";

    private final int number;
    private final Flow flow;
    private final Plan plan;
    private final Events events;
    private final Duration limit;
    private final boolean onProbation;
    private final Optional<Probation> undone;
    private final String because;
    private final Ledger ledger;
    private final FetchedTransfers transfers;
    private final long began = System.nanoTime();
    private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
    private final Progress progress;
    private Draft draft;
    /** What is out when the marker has passed, and whether its state goes with it. */
    private final Map<Instance, Boolean> outgoing = new LinkedHashMap<>();
    private Marker marker;
    /** What the copying ahead took, in nanoseconds. */
    private long copying;
    private Outcome completed;

    /**
     * @param limit for everything before SWITCHED
     * @param offered what bundles offer to bring old things into new shapes, at any moment
     */
    Update(int number, Flow flow, Plan plan, Events events, Duration limit, Supplier<Conversions> offered) {
        this(number, flow, plan, events, limit, new FetchedTransfers(plan, offered), false, Optional.empty(), "", Ledger.NONE);
    }

    private Update(
            int number, Flow flow, Plan plan, Events events, Duration limit, FetchedTransfers transfers, boolean onProbation,
            Optional<Probation> undone, String because, Ledger ledger) {
        this.number = number;
        this.flow = flow;
        this.plan = plan;
        this.events = events;
        this.limit = limit;
        this.transfers = transfers;
        this.onProbation = onProbation;
        this.undone = undone;
        this.because = because;
        this.ledger = ledger;
        this.progress = new Progress(number, plan);
    }

    /** The same update, written down where a restart finds it. */
    Update recordedIn(Ledger other) {
        return new Update(number, flow, plan, events, limit, transfers, onProbation, undone, because, other);
    }

    /** The same update, which keeps the old instances once it is switched, so that it can be rolled back. */
    Update onProbation() {
        return new Update(number, flow, plan, events, limit, transfers, true, undone, because, ledger);
    }

    /** The same update as one that undoes another, for a reason: instances that were kept are put in again. */
    Update undoing(Probation other, String reason) {
        return new Update(number, flow, plan, events, limit, transfers, onProbation, Optional.of(other), reason, ledger);
    }

    /** The old instances carry on; the reason is for people. */
    private static final class Abort extends Exception {
        private static final long serialVersionUID = 1;

        Abort(String reason, Throwable cause) {
            super(reason, cause);
        }
    }

    /** Whether it is an update of that flow. */
    boolean isOf(String name) {
        return flow.name().equals(name);
    }

    /** How far it has come. For any thread. */
    Progress progress() {
        return progress;
    }

    /** Has the update aborted where it is, if it is not too late. For any thread. */
    void cancel(String reason) {
        cancelled.completeExceptionally(new Abort(reason, null));
    }

    /** Carries the plan out up to SWITCHED or ABORTED; the old instances retire when their work is done. */
    Outcome carryOut() {
        try {
            Phase phase = plan();
            while (phase != Phase.SWITCHED) {
                phase = switch (phase) {
                    case PLANNED -> prepare();
                    case PREPARED -> mark();
                    case MARKING -> align();
                    case ALIGNING -> handOver();
                    case HANDING_OVER -> commit();
                    case SWITCHED, PROBATION, RETIRED, ABORTED, ROLLED_BACK ->
                            throw new IllegalStateException("no phase follows " + phase + " here");
                };
            }
            return switched();
        } catch (Abort abort) {
            return aborted(abort);
        } catch (RuntimeException e) {
            return aborted(new Abort(describe(e), e));
        }
    }

    private Phase plan() throws Abort {
        enter(Phase.PLANNED, plan.problems().isEmpty() ? plan.summary() : "refused");
        if (!plan.problems().isEmpty()) {
            throw new Abort("the plan is refused: " + String.join("; ", plan.problems()), null);
        }
        return Phase.PLANNED;
    }

    private Phase prepare() throws Abort {
        checkTransfers();
        for (var transfer : plan.transfers().entrySet()) {
            transfers.put(transfer.getKey(), beside("fetching the transfer " + transfer.getValue().label(), transfer.getValue()::fetch,
                    late -> transfer.getValue().release(late)));
        }
        draft = plan.adapters().isEmpty()
                ? flow.draft(plan.target(), Map.of())
                : beside("fetching the adapters", () -> flow.draft(plan.target(), plan.adapters()), Draft::dismiss);
        plan.replacements().forEach(
                (node, replacement) -> outgoing.put(flow.instance(plan.difference().formerName(node)), plan.fresh().contains(node)));
        plan.difference().removed().forEach(node -> outgoing.put(flow.instance(node), true));
        for (String node : toBuild()) {
            OperatorVersion version = plan.versions().get(node);
            Optional<Instance> kept = undone.flatMap(update -> update.replaced(node));
            draft.with(kept.isPresent()
                    ? kept.get()
                    : beside("making and opening " + version.label() + " for " + node, () -> draft.build(node, version),
                            Instance::dismiss));
            Optional<Instance> last = undone.flatMap(update -> update.removed(node));
            if (last.isPresent()) {
                beside("giving " + node + " back its state", () -> {
                    draft.inherit(node, last.get());
                    return draft;
                }, late -> {});
            }
        }
        if (!plan.difference().added().isEmpty()) {
            beside("the first state of " + String.join(", ", plan.difference().added()), () -> {
                draft.begin();
                return draft;
            }, late -> {});
        }
        enter(Phase.PREPARED, draft.successors().size() + " instances are open beside the old ones" + copyAhead());
        return Phase.PREPARED;
    }

    /** Copies keyed state into the new instances while the old ones work; how it went, for people. */
    private String copyAhead() throws Abort {
        var copies = new LinkedHashMap<String, PreCopy>();
        for (String node : plan.replacements().keySet()) {
            Instance successor = draft.successors().get(node);
            if (takesOver(node, successor)) {
                beside("finding what to copy ahead for " + node, () -> flow.preCopy(successor), late -> {})
                        .ifPresent(copy -> copies.put(node, copy));
            }
        }
        for (int i = 0; i < Math.min(2, copies.size()); i++) { // once more what has changed while the others were copied
            for (var copy : copies.entrySet()) {
                copyAhead(copy.getKey(), copy.getValue());
            }
        }
        var said = new StringBuilder();
        copies.forEach((node, copy) -> said.append("; ").append(node).append(": ").append(copy.summary()));
        return said.toString();
    }

    /** However much there is to copy, it may go on as long as it moves; the deadline does not count it. */
    private void copyAhead(String node, PreCopy copy) throws Abort {
        long beganCopying = System.nanoTime();
        var done = new CompletableFuture<Void>();
        Thread worker = Thread.ofPlatform().daemon().name("update " + number + ": copying ahead for " + node).start(() -> {
            try {
                copy.run();
                done.complete(null);
            } catch (Throwable t) {
                done.completeExceptionally(t);
            }
        });
        try {
            long before;
            do {
                before = copy.copied();
            } while (!comes(done, limit) && copy.copied() != before);
            if (!done.isDone()) {
                throw new Abort("nothing was copied ahead for " + limit + ", at " + copy.doing(), null);
            }
        } finally {
            worker.interrupt();
            copying += System.nanoTime() - beganCopying;
        }
    }

    /** Whether something has come within a time. */
    private boolean comes(CompletableFuture<Void> done, Duration within) throws Abort {
        try {
            CompletableFuture.anyOf(done, cancelled).get(within.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Abort("the coordinator was interrupted", e);
        } catch (ExecutionException e) {
            if (done.isCompletedExceptionally()) {
                Throwable cause = done.exceptionNow();
                throw new Abort(cause instanceof HandoverException ? cause.getMessage() : describe(cause), cause);
            }
            throw new Abort(reasonOf(cancelled), null);
        }
    }

    /** Whether an instance takes over the state of the one before it. */
    private boolean takesOver(String node, Instance successor) {
        return !hasItsOwnState(successor) && !plan.fresh().contains(node);
    }

    /** Whether an instance was kept with its state, as nobody took it over. */
    private boolean hasItsOwnState(Instance successor) {
        return undone.isPresent() && undone.get().hasItsState(successor);
    }

    /** A transfer that comes or goes meanwhile makes another plan of this one. */
    private void checkTransfers() throws Abort {
        Optional<String> change = transfers.change();
        if (change.isPresent()) {
            throw new Abort(change.get(), null);
        }
    }

    private List<String> toBuild() {
        var nodes = new ArrayList<>(plan.replacements().keySet());
        nodes.addAll(plan.difference().added());
        return nodes;
    }

    private Phase mark() throws Abort {
        try {
            ledger.begun();
        } catch (UncheckedIOException e) {
            throw new Abort(NOT_DURABLE + e.getMessage(), e);
        }
        enter(Phase.MARKING, plan.region().isEmpty() ? "nothing that runs changes" : "marker at " + plan.region().iterator().next());
        marker = flow.mark(number, plan.region(), draft, plan.commit(), this::passed);
        progress.marks(marker);
        var _ = marker.passed().whenComplete((done, taken) -> {
            if (taken != null) {
                cancel(taken.getCause() == null ? taken.getMessage() : taken.getCause().getMessage());
            }
        });
        return Phase.MARKING;
    }

    private void passed(String node, String what) {
        progress.passed(node);
        events.publish(new Event.NodePassed(Instant.now(), flow.name(), number, node, what));
    }

    private Phase align() throws Abort {
        enter(Phase.ALIGNING, plan.commit().name().toLowerCase(java.util.Locale.ROOT) + " through " + String.join(", ", plan.region()));
        await(
                plan.commit() == Commit.HOLD ? marker.aligned() : marker.switched(),
                () -> String.join("; ", marker.awaited()));
        return Phase.ALIGNING;
    }

    private Phase handOver() throws Abort {
        if (plan.commit() == Commit.STREAM) {
            writeDownThatItIsSwitched();
            return entered(Phase.SWITCHED, plan.summary());
        }
        enter(Phase.HANDING_OVER, "the region is drained");
        checkTransfers();
        try {
            for (String node : plan.replacements().keySet()) {
                Instance successor = draft.successors().get(node);
                Optional<StateTransfer<?, ?>> transfer = transfers.of(node);
                beside("the handover of " + node + " to " + successor.version().label(), () -> handOver(node, successor, transfer),
                        late -> {});
            }
        } catch (Abort abort) {
            draft.endPreCopies(); // while the region still waits
            throw abort;
        }
        return Phase.HANDING_OVER;
    }

    private Instance handOver(String node, Instance successor, Optional<StateTransfer<?, ?>> transfer) throws Exception {
        if (takesOver(node, successor)) {
            flow.handOver(successor, transfer);
            if (onProbation) {
                flow.keepWayBack(successor);
            }
        } else if (!hasItsOwnState(successor)) {
            flow.beginAnew(successor);
        }
        return successor;
    }

    private Phase commit() throws Abort {
        if (cancelled.isCompletedExceptionally()) {
            throw new Abort(reasonOf(cancelled), null);
        }
        try {
            ledger.ended(complete());
        } catch (UncheckedIOException e) {
            throw new Abort(NOT_DURABLE + e.getMessage(), e);
        }
        if (!marker.commit()) {
            throw new Abort(reasonOf(cancelled), null);
        }
        writeDownThatItIsSwitched();
        return entered(Phase.SWITCHED, plan.summary());
    }

    /** The point of no return is behind it: what cannot be written now is said, and no more. */
    private void writeDownThatItIsSwitched() {
        try {
            if (completed == null) {
                ledger.ended(complete());
            }
            ledger.force();
        } catch (UncheckedIOException e) {
            say("is switched, and a restart may not find it so: " + e.getMessage());
        }
    }

    private Outcome complete() {
        long nanos = System.nanoTime() - began;
        completed = undone.isEmpty()
                ? new Outcome.Completed(number, plan.summary(), nanos)
                : new Outcome.RolledBack(number, undone.get().update(), because, plan.summary(), plan.remains(), nanos);
        return completed;
    }

    private Outcome switched() {
        transfers.release();
        flow.adopt(draft);
        draft.successors().values().forEach(flow::takeBack);
        undone.ifPresent(update -> update.removed().forEach(last -> outgoing.put(last, false)));
        outgoing.forEach(flow::keep);
        if (onProbation) {
            var _ = marker.passed().thenRun(() -> enter(Phase.PROBATION, "the old instances are kept; flow:confirm " + flow.name()
                    + " lets them go, flow:rollback " + flow.name() + " brings them back"));
        } else {
            var _ = marker.passed().thenRun(this::retire);
        }
        awaitPassing();
        undone.ifPresent(update -> update.rolledBack(number, because));
        return completed;
    }

    private void retire() {
        var _ = flow.retireKept(outgoing.keySet()).thenRun(() -> enter(Phase.RETIRED, "the old instances are closed"));
    }

    /** What is to be confirmed, or rolled back, of an update that was switched {@linkplain #onProbation on probation}. */
    Probation probation(Graph before, Map<String, OperatorVersion> versionsBefore, Health health) {
        return new Probation(number, flow, plan, before, versionsBefore, Map.copyOf(outgoing), health, events);
    }

    /** Waits until the marker has left the region, so that the next marker does not meet it; after the limit only says who is late. */
    private void awaitPassing() {
        try {
            marker.passed().get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            String late = String.join("; ", marker.awaited());
            say("is switched, and still passes: " + late);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private Outcome aborted(Abort abort) {
        if (marker != null && !marker.cancel() && marker.isSwitched()) {
            writeDownThatItIsSwitched();
            enter(Phase.SWITCHED, plan.summary());
            return switched();
        }
        transfers.release();
        if (draft != null) {
            draft.dismiss();
        }
        var outcome = new Outcome.Aborted(number, abort.getMessage());
        try {
            ledger.ended(outcome);
        } catch (UncheckedIOException e) {
            say("is aborted, and its history may not be found after a restart: " + e.getMessage());
        }
        enter(Phase.ABORTED, abort.getMessage());
        return outcome;
    }

    private void say(String what) {
        events.publish(new Event.Notice(Instant.now(), flow.name(), "update " + number + ' ' + what));
    }

    /** Runs what authors wrote on a thread of its own, within the limit. What comes too late is given to {@code late}. */
    private <T> T beside(String what, Callable<T> work, java.util.function.Consumer<T> late) throws Abort {
        var result = new CompletableFuture<T>();
        Thread worker = Thread.ofPlatform().daemon().name("update " + number + ": " + what).start(() -> {
            try {
                T value = work.call();
                if (!result.complete(value)) {
                    late.accept(value);
                }
            } catch (Throwable t) {
                result.completeExceptionally(t);
            }
        });
        try {
            return await(result, () -> what + " hangs" + where(worker));
        } catch (Abort abort) {
            if (!result.completeExceptionally(abort) && !result.isCompletedExceptionally()) {
                late.accept(result.join());
            }
            worker.interrupt();
            if (abort.getCause() instanceof ExecutionException failed) {
                throw new Abort(what + " failed: " + describe(failed.getCause()), failed.getCause());
            }
            throw abort;
        }
    }

    private <T> T await(CompletableFuture<T> result, Supplier<String> culprit) throws Abort {
        long left = limit.toNanos() + copying - (System.nanoTime() - began);
        try {
            CompletableFuture.anyOf(result, cancelled).get(Math.max(0, left), TimeUnit.NANOSECONDS);
            return result.join();
        } catch (TimeoutException e) {
            throw new Abort("the deadline of " + limit + " has passed: " + culprit.get(), null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Abort("the coordinator was interrupted", e);
        } catch (ExecutionException e) {
            if (result.isCompletedExceptionally()) {
                throw new Abort(describe(e.getCause()), e);
            }
            throw new Abort(reasonOf(cancelled), null);
        }
    }

    private static String reasonOf(CompletableFuture<Void> cancelled) {
        return cancelled.isCompletedExceptionally() ? cancelled.exceptionNow().getMessage() : "the marker was cancelled";
    }

    private static String describe(Throwable failure) {
        return failure.getMessage() == null
                ? failure.getClass().getSimpleName()
                : failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }

    private static String where(Thread worker) {
        StackTraceElement[] stack = worker.getStackTrace();
        return stack.length == 0 ? "" : " in " + stack[0].getClassName() + '.' + stack[0].getMethodName();
    }

    private Phase entered(Phase phase, String detail) {
        enter(phase, detail);
        return phase;
    }

    private void enter(Phase phase, String detail) {
        progress.entered(phase);
        events.publish(new Event.UpdatePhase(Instant.now(), flow.name(), number, phase, detail));
    }
}
