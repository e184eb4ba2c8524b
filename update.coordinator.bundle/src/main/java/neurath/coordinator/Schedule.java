package neurath.coordinator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import neurath.coordinator.plan.Ongoing;
import neurath.coordinator.plan.Plan;
import neurath.coordinator.plan.Planner;
import neurath.engine.FlowException;
import neurath.graph.Graph;

/**
 * Which updates are carried out now, each on a thread of its own, and what waits for them. Updates of one flow that do not meet go side
 * by side; what people ask for waits for its turn, flow by flow, and is planned when that has come. For the deployer's thread, but where
 * it says otherwise.
 */
final class Schedule {
    private final Executor workers;
    private final Executor decisions;
    private final Runnable changed;
    /** By flow. Read by any thread. */
    private final Map<String, List<Running>> running = new ConcurrentHashMap<>();
    private final Map<String, Deque<Waiting>> waiting = new HashMap<>();
    private String closed;

    /**
     * @param workers where updates are carried out
     * @param decisions where they end: the deployer's thread
     * @param changed is told when one has ended
     */
    Schedule(Executor workers, Executor decisions, Runnable changed) {
        this.workers = workers;
        this.decisions = decisions;
        this.changed = changed;
    }

    /** Where updates are carried out, one after the other, by those who start them. */
    static Schedule onTheCallersThread() {
        return new Schedule(Runnable::run, Runnable::run, () -> {});
    }

    /** @param base the graph for which it was planned */
    private record Running(Update update, Graph base, CompletableFuture<Outcome> ended) {
        Ongoing ongoing() {
            return new Ongoing(update.number(), update.plan(), base);
        }
    }

    /** What may find that it has to wait. */
    interface Attempt<T> {
        /**
         * Plans and starts.
         *
         * @throws Wait if it has to wait for what runs
         * @throws FlowException if it is refused
         */
        CompletableFuture<T> start() throws Wait;
    }

    /** It has to wait; the message is for people. */
    static final class Wait extends Exception {
        private static final long serialVersionUID = 1;

        Wait(String obstacle) {
            super(obstacle, null, false, false);
        }
    }

    private static final class Waiting {
        final Supplier<Optional<String>> attempt;
        final Consumer<FlowException> give;
        String obstacle;

        Waiting(Supplier<Optional<String>> attempt, Consumer<FlowException> give) {
            this.attempt = attempt;
            this.give = give;
        }
    }

    Executor decisions() {
        return decisions;
    }

    /** Whether an update of a flow is being carried out. */
    boolean isBusy(String flow) {
        return !of(flow).isEmpty();
    }

    /** The update that is being carried out and brings another instance into a node, by its name now. */
    Optional<Ongoing> replacing(String flow, String node) {
        return of(flow).stream()
                .filter(run -> run.update().plan().replacements().keySet().stream()
                        .anyMatch(later -> run.update().plan().difference().formerName(later).equals(node)))
                .map(Running::ongoing)
                .findFirst();
    }

    /**
     * Why a plan has to wait, if it has.
     *
     * @param planner for the flow as it is
     * @param alone whether it can go beside no other
     */
    Optional<String> obstacle(Planner planner, Plan plan, boolean alone) {
        List<Running> others = of(plan.flow());
        Optional<Running> inTheWay = others.stream().filter(run -> alone || run.update().goesAlone()).findFirst();
        return inTheWay.isPresent()
                ? Optional.of(inTheWay.get().ongoing() + (alone ? " has to end first" : " goes alone"))
                : Ongoing.obstacle(planner, plan, others.stream().map(Running::ongoing).toList());
    }

    /**
     * Has an update carried out.
     *
     * @param base the graph for which it was planned
     * @param ended what follows from its outcome
     */
    CompletableFuture<Outcome> start(String flow, Update update, Graph base, Consumer<Outcome> ended) {
        if (closed != null) {
            return CompletableFuture.failedFuture(new FlowException(closed, null));
        }
        var run = new Running(update, base, new CompletableFuture<>());
        running.computeIfAbsent(flow, ignored -> new CopyOnWriteArrayList<>()).add(run);
        workers.execute(() -> {
            Outcome outcome = null;
            Throwable failure = null;
            try {
                outcome = update.carryOut();
            } catch (Throwable t) {
                failure = t;
            }
            end(flow, run, outcome, failure, ended);
        });
        return run.ended();
    }

    private void end(String flow, Running run, Outcome outcome, Throwable failure, Consumer<Outcome> ended) {
        Runnable decision = () -> {
            running.get(flow).remove(run);
            try {
                if (failure != null) {
                    throw new IllegalStateException(run.ongoing() + " of " + flow + " failed in the coordinator", failure);
                }
                ended.accept(outcome);
                run.ended().complete(outcome);
            } catch (RuntimeException e) {
                run.ended().completeExceptionally(e);
            }
            tryAgain(flow);
            changed.run();
        };
        try {
            decisions.execute(decision);
        } catch (RejectedExecutionException e) {
            decision.run(); // nobody decides any more
        }
    }

    /**
     * Starts something for a flow now, or when what runs has ended and what was asked for earlier has started.
     *
     * @throws FlowException if it is refused now
     */
    <T> CompletableFuture<T> inTurn(String flow, Attempt<T> attempt) {
        var result = new CompletableFuture<T>();
        var later = new Waiting(() -> attempt(attempt, result), result::completeExceptionally);
        if (waiting.containsKey(flow)) {
            later.obstacle = "others wait before it";
        } else {
            try {
                return attempt.start();
            } catch (Wait wait) {
                later.obstacle = wait.getMessage();
            }
        }
        waiting.computeIfAbsent(flow, ignored -> new ArrayDeque<>()).add(later);
        return result;
    }

    /** What it still waits for; nothing if it has started, or was refused. */
    private static <T> Optional<String> attempt(Attempt<T> attempt, CompletableFuture<T> result) {
        try {
            var _ = attempt.start().whenComplete((value, failure) -> {
                if (failure == null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(failure);
                }
            });
        } catch (Wait wait) {
            return Optional.of(wait.getMessage());
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
        return Optional.empty();
    }

    private void tryAgain(String flow) {
        Deque<Waiting> left = waiting.getOrDefault(flow, new ArrayDeque<>());
        while (!left.isEmpty()) {
            Optional<String> obstacle = left.getFirst().attempt.get();
            if (obstacle.isPresent()) {
                left.getFirst().obstacle = obstacle.get();
                return;
            }
            left.removeFirst();
        }
        waiting.remove(flow);
    }

    /** What is being carried out, of all flows. */
    List<Plan> plans() {
        return running.values().stream().flatMap(Collection::stream).map(run -> run.update().plan()).toList();
    }

    /** What was asked for and waits, for people. */
    List<String> waiting(String flow) {
        return waiting.getOrDefault(flow, new ArrayDeque<>()).stream().map(later -> later.obstacle).toList();
    }

    /** How far the updates of a flow have come. For any thread. */
    List<String> progress(String flow) {
        return of(flow).stream().map(run -> run.update().progress().toString()).toList();
    }

    /** Completes when the updates of a flow that are carried out now have ended. */
    CompletableFuture<Void> ends(String flow) {
        return CompletableFuture.allOf(of(flow).stream().map(Running::ended).toArray(CompletableFuture<?>[]::new))
                .exceptionally(failure -> null);
    }

    /** Aborts the updates of a flow that are carried out, where it is not too late. For any thread. */
    boolean cancel(String flow, String reason) {
        List<Running> meant = of(flow);
        meant.forEach(run -> run.update().cancel(reason));
        return !meant.isEmpty();
    }

    /** What was asked for and has not begun is not begun. */
    void forget(String flow, String reason) {
        Deque<Waiting> left = waiting.remove(flow);
        if (left != null) {
            left.forEach(later -> later.give.accept(new FlowException(flow + ": " + reason, null)));
        }
    }

    /** Begins nothing more, and aborts what can be; completes when nothing is carried out any more. */
    CompletableFuture<Void> close(String reason) {
        closed = reason;
        List.copyOf(waiting.keySet()).forEach(flow -> forget(flow, reason));
        var ends = new ArrayList<CompletableFuture<Outcome>>();
        running.values().stream().flatMap(Collection::stream).forEach(run -> {
            run.update().cancel(reason);
            ends.add(run.ended());
        });
        return CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new)).exceptionally(failure -> null);
    }

    private List<Running> of(String flow) {
        return running.getOrDefault(flow, List.of());
    }
}
