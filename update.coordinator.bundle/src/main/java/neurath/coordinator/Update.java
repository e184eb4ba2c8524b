package neurath.coordinator;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import neurath.coordinator.plan.Plan;
import neurath.engine.Conversions;
import neurath.engine.Draft;
import neurath.engine.Flow;
import neurath.engine.Marker;
import neurath.engine.Marker.Commit;
import neurath.engine.OperatorVersion;
import neurath.events.Event;
import neurath.events.Events;
import neurath.events.Phase;
import neurath.graph.Graph;

/**
 * Carries one plan out, phase by phase, on a thread of its own; what it writes down, and the flow's new configuration, are decided where
 * everything is decided. Before SWITCHED every failure ends in ABORTED, and the old instances carry on as if nothing had been.
 */
final class Update {
    private final int number;
    private final Flow flow;
    private final Plan plan;
    private final Events events;
    private final Terms terms;
    private final Draft draft;
    private final Supplier<Conversions> offered;
    private final Deadline deadline;
    private final Progress progress;
    private Successors successors;
    private Marker marker;
    private Outcome completed;
    private boolean isAbortWritten;
    /** When what it has built is closed, if it is aborted. */
    private CompletableFuture<Void> left = CompletableFuture.completedFuture(null);

    /**
     * How it is carried out.
     *
     * @param limit for everything before SWITCHED
     * @param onProbation whether the old instances are kept once it is switched, so that it can be rolled back
     * @param undone the update it undoes, if it does: instances that were kept are put in again
     * @param because why it undoes that one
     * @param ledger where a restart finds it
     * @param decisions where configurations are decided, one after the other
     * @param expansion what it changes outside before
     */
    private record Terms(
            Duration limit, boolean onProbation, Optional<Probation> undone, String because, Ledger ledger, Executor decisions,
            Expansion expansion) {}

    /**
     * An update of a flow as it is now; what other updates change elsewhere until it has switched stays.
     *
     * @param limit for everything before SWITCHED
     * @param offered what bundles offer to bring old things into new shapes, at any moment
     */
    Update(int number, Flow flow, Plan plan, Events events, Duration limit, Supplier<Conversions> offered) {
        this(number, flow, plan, events, offered, plan.problems().isEmpty() ? flow.draft(plan.target(), plan.adapters()) : null,
                new Terms(limit, false, Optional.empty(), "", Ledger.NONE, Runnable::run, Expansion.NONE));
    }

    private Update(int number, Flow flow, Plan plan, Events events, Supplier<Conversions> offered, Draft draft, Terms terms) {
        this.number = number;
        this.flow = flow;
        this.plan = plan;
        this.events = events;
        this.offered = offered;
        this.draft = draft;
        this.terms = terms;
        this.deadline = new Deadline("update " + number, terms.limit());
        this.progress = new Progress(number, plan);
    }

    private Update with(Terms other) {
        return new Update(number, flow, plan, events, offered, draft, other);
    }

    /** The same update, written down where a restart finds it. */
    Update recordedIn(Ledger other, Executor decisions) {
        return with(new Terms(terms.limit(), terms.onProbation(), terms.undone(), terms.because(), other, decisions, terms.expansion()));
    }

    /** The same update, which keeps the old instances once it is switched, so that it can be rolled back. */
    Update onProbation() {
        return with(new Terms(terms.limit(), true, terms.undone(), terms.because(), terms.ledger(), terms.decisions(), terms.expansion()));
    }

    /** The same update as one that undoes another, for a reason: instances that were kept are put in again. */
    Update undoing(Probation other, String reason) {
        return with(new Terms(
                terms.limit(), terms.onProbation(), Optional.of(other), reason, terms.ledger(), terms.decisions(), terms.expansion()));
    }

    /** The same update, which changes something outside before its instances are made. */
    Update expanding(Expansion expansion) {
        return with(new Terms(
                terms.limit(), terms.onProbation(), terms.undone(), terms.because(), terms.ledger(), terms.decisions(), expansion));
    }

    /** Number of the update. */
    int number() {
        return number;
    }

    Plan plan() {
        return plan;
    }

    /**
     * Whether no other update of the flow goes beside it: it is to be undone as a whole, or undoes another as a whole, or begins an epoch
     * of requests.
     */
    boolean goesAlone() {
        return terms.onProbation() || terms.undone().isPresent() || plan.epoch().isPresent();
    }

    /** How far it has come. For any thread. */
    Progress progress() {
        return progress;
    }

    /** Has the update aborted where it is, if it is not too late. For any thread. */
    void cancel(String reason) {
        deadline.cancel(reason);
    }

    /** Once it has ended: completes when what it has built is closed, if it is aborted. */
    CompletableFuture<Void> left() {
        return left;
    }

    /** Carries the plan out up to SWITCHED or ABORTED; the old instances retire when their work is done. */
    Outcome carryOut() {
        try {
            return carriedOut();
        } finally {
            deadline.leave();
        }
    }

    private Outcome carriedOut() {
        try {
            Phase phase = planned();
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
            return aborted(new Abort(Abort.describe(e), e));
        }
    }

    private Phase planned() throws Abort {
        enter(Phase.PLANNED, plan.problems().isEmpty() ? plan.summary() : "refused");
        if (!plan.problems().isEmpty()) {
            throw new Abort("the plan is refused: " + String.join("; ", plan.problems()));
        }
        return Phase.PLANNED;
    }

    private Phase prepare() throws Abort {
        terms.expansion().carryOut(deadline, this::decide);
        successors = new Successors(flow, plan, draft, new FetchedTransfers(plan, offered), terms.undone(), deadline);
        return entered(Phase.PREPARED, successors.prepare(progress));
    }

    private Phase mark() throws Abort {
        decide(this::begin);
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
        enter(Phase.ALIGNING, plan.commit().name().toLowerCase(Locale.ROOT) + " through " + String.join(", ", plan.region()));
        deadline.await(
                plan.commit() == Commit.HOLD ? marker.aligned() : marker.switched(),
                () -> String.join("; ", marker.awaited()));
        return Phase.ALIGNING;
    }

    private Phase handOver() throws Abort {
        if (plan.commit() == Commit.STREAM) {
            decide(this::complete);
            return entered(Phase.SWITCHED, plan.summary());
        }
        enter(Phase.HANDING_OVER, "the region is drained");
        successors.handOver(terms.onProbation());
        return Phase.HANDING_OVER;
    }

    private Phase commit() throws Abort {
        deadline.check();
        decide(this::commitIfWritten);
        return entered(Phase.SWITCHED, plan.summary());
    }

    private Outcome switched() {
        var _ = marker.passed()
                .thenRun(() -> events.publish(new Event.UpdateCompleted(Instant.now(), flow.name(), number, deadline.elapsed())))
                .thenRun(terms.onProbation() ? this::stayOnProbation : this::retire);
        if (plan.epoch().isPresent()) {
            var _ = marker.passed().thenRun(() -> flow.beginEpoch(plan.epoch().getAsInt()));
        }
        awaitPassing();
        terms.undone().ifPresent(update -> update.rolledBack(number, terms.because()));
        return completed;
    }

    private void stayOnProbation() {
        enter(Phase.PROBATION, "the old instances are kept; flow:confirm " + flow.name() + " lets them go, flow:rollback " + flow.name()
                + " brings them back");
    }

    private void retire() {
        var _ = flow.retirement().retireKept(successors.outgoing().keySet())
                .thenRun(() -> enter(Phase.RETIRED, "the old instances are closed"));
    }

    /** What is to be confirmed, or rolled back, of an update that was switched {@linkplain #onProbation on probation}. */
    Probation probation(Graph before, Map<String, OperatorVersion> versionsBefore, Health health) {
        return new Probation(number, flow, plan, before, versionsBefore, Map.copyOf(successors.outgoing()), health, events);
    }

    /** Waits until the marker has left the region, so that the next marker does not meet it; after the limit only says who is late. */
    private void awaitPassing() {
        try {
            marker.passed().get(deadline.limit().toNanos(), TimeUnit.NANOSECONDS);
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
            if (completed == null) {
                decided(() -> {
                    complete();
                    return Optional.empty();
                });
            }
            enter(Phase.SWITCHED, plan.summary());
            return switched();
        }
        if (successors != null) {
            left = successors.dismiss();
        }
        var outcome = new Outcome.Aborted(number, abort.getMessage());
        decided(() -> {
            writeAborted(outcome);
            return Optional.empty();
        });
        enter(Phase.ABORTED, abort.getMessage());
        return outcome;
    }

    // ---- what is decided where everything is decided ----

    /** A decision that may be that the update goes no further. */
    interface Decision {
        void make() throws Abort;
    }

    /** Where everything is decided. */
    interface Decisions {
        void decide(Decision decision) throws Abort;
    }

    private void decide(Decision decision) throws Abort {
        Optional<Abort> abort = decided(() -> {
            try {
                decision.make();
                return Optional.empty();
            } catch (Abort e) {
                return Optional.of(e);
            }
        });
        if (abort.isPresent()) {
            throw abort.get();
        }
    }

    /** Where nobody decides any more, as the coordinator is stopped, what is left to decide of this update is decided here. */
    private <T> T decided(Supplier<T> decision) {
        CompletableFuture<T> result;
        try {
            result = CompletableFuture.supplyAsync(decision, terms.decisions());
        } catch (RejectedExecutionException e) {
            return decision.get();
        }
        try {
            return result.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    private void begin() throws Abort {
        try {
            terms.ledger().begun(progress.milestones());
        } catch (UncheckedIOException e) {
            throw notDurable(e);
        }
    }

    /** One decision, so that no other update of the flow sees half of it. */
    private void commitIfWritten() throws Abort {
        Outcome outcome = outcome();
        try {
            terms.ledger().completed(outcome, flow.after(draft), progress.milestones());
        } catch (UncheckedIOException e) {
            throw taken(notDurable(e));
        }
        if (!marker.commit()) {
            throw taken(deadline.cancellation());
        }
        adopt(outcome);
        force();
    }

    /** What was written down to be completed is not. */
    private Abort taken(Abort abort) {
        writeAborted(new Outcome.Aborted(number, abort.getMessage()));
        return abort;
    }

    static Abort notDurable(UncheckedIOException e) {
        return new Abort("it cannot be made durable: " + e.getMessage(), e);
    }

    /** The point of no return is behind it: what cannot be written now is said, and no more. */
    private void complete() {
        Outcome outcome = outcome();
        try {
            terms.ledger().completed(outcome, flow.after(draft), progress.milestones());
        } catch (UncheckedIOException e) {
            sayThatItMayBeLost(e);
        }
        adopt(outcome);
        force();
    }

    private void adopt(Outcome outcome) {
        successors.putIn();
        flow.adopt(draft);
        successors.release();
        completed = outcome;
    }

    private void force() {
        try {
            terms.ledger().force();
        } catch (UncheckedIOException e) {
            sayThatItMayBeLost(e);
        }
    }

    private void sayThatItMayBeLost(UncheckedIOException e) {
        say("is switched, and a restart may not find it so: " + e.getMessage());
    }

    private void writeAborted(Outcome.Aborted outcome) {
        if (isAbortWritten) {
            return;
        }
        isAbortWritten = true;
        try {
            terms.ledger().aborted(outcome, progress.milestones());
        } catch (UncheckedIOException e) {
            say("is aborted, and its history may not be found after a restart: " + e.getMessage());
        }
    }

    private Outcome outcome() {
        long nanos = deadline.elapsed();
        return terms.undone()
                .<Outcome>map(update -> new Outcome.RolledBack(
                        number, update.update(), terms.because(), plan.summary(), plan.remains(), nanos))
                .orElseGet(() -> new Outcome.Completed(number, plan.summary(), nanos));
    }

    private void say(String what) {
        events.publish(new Event.Notice(Instant.now(), flow.name(), "update " + number + ' ' + what));
    }

    private Phase entered(Phase phase, String detail) {
        enter(phase, detail);
        return phase;
    }

    private void enter(Phase phase, String detail) {
        Instant now = Instant.now();
        progress.entered(phase, now, detail);
        events.publish(new Event.UpdatePhase(now, flow.name(), number, phase, detail));
    }
}
