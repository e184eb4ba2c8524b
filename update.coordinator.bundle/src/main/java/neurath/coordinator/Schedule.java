package neurath.coordinator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is being done to flows, each on a thread of its own, and what waits for it. Updates of one flow that do not meet go side by side;
 * a flow is started and stopped as a whole, beside which nothing else of it begins. What people ask for waits for its turn, flow by flow,
 * and is planned when that has come. For the deployer's thread, but where it says otherwise.
 */
final class Schedule {
    private static final Logger LOG = LoggerFactory.getLogger(Schedule.class);

    private final Executor workers;
    private final Executor decisions;
    private final Runnable changed;
    /** By flow. Read by any thread. */
    private final Map<String, List<Running>> running = new ConcurrentHashMap<>();
    /** Flows that are being started or stopped. */
    private final Map<String, Whole> wholes = new HashMap<>();
    private final Map<String, Deque<Waiting>> waiting = new HashMap<>();
    private String closed;

    /**
     * @param workers where it is done
     * @param decisions where it ends: the deployer's thread
     * @param changed is told when one has ended
     */
    Schedule(Executor workers, Executor decisions, Runnable changed) {
        this.workers = workers;
        this.decisions = decisions;
        this.changed = changed;
    }

    /** Where all is done at once, one thing after the other, by those who ask for it. */
    static Schedule onTheCallersThread() {
        return new Schedule(Runnable::run, Runnable::run, () -> {});
    }

    /** @param base the graph for which it was planned */
    private record Running(Update update, Graph base, CompletableFuture<Outcome> ended) {
        Ongoing ongoing() {
            return new Ongoing(update.number(), update.plan(), base);
        }
    }

    /** @param doing for people: {@code is being stopped} */
    private record Whole(String doing, CompletableFuture<?> ended) {}

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

    /** Has something decided where everything is; not any more once the coordinator is stopped. For any thread. */
    void decide(Runnable decision) {
        try {
            decisions.execute(decision);
        } catch (RejectedExecutionException e) {
            LOG.debug("nobody decides any more", e);
        }
    }

    /** Has work that takes long done beside; not any more once the coordinator is stopped. */
    void work(Runnable work) {
        try {
            workers.execute(work);
        } catch (RejectedExecutionException e) {
            LOG.debug("nobody works any more", e);
        }
    }

    /** Whether an update of a flow is being carried out. */
    boolean isBusy(String flow) {
        return !of(flow).isEmpty();
    }

    /** Whether a flow is being started or stopped. */
    boolean isTaken(String flow) {
        return wholes.containsKey(flow);
    }

    /** Which of these, for people. */
    Optional<String> doing(String flow) {
        return Optional.ofNullable(wholes.get(flow)).map(Whole::doing);
    }

    private void passBy(String flow) throws Wait {
        Optional<String> doing = doing(flow);
        if (doing.isPresent()) {
            throw new Wait(flow + ' ' + doing.get());
        }
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
     * @param planner for the flow as it is
     * @param alone whether the plan can go beside no other
     * @throws Wait if it has to wait
     */
    void letPass(Planner planner, Plan plan, boolean alone) throws Wait {
        passBy(plan.flow());
        List<Running> others = of(plan.flow());
        Optional<Running> inTheWay = others.stream().filter(run -> alone || run.update().goesAlone()).findFirst();
        Optional<String> obstacle = inTheWay.isPresent()
                ? Optional.of(inTheWay.get().ongoing() + (alone ? " has to end first" : " goes alone"))
                : Ongoing.obstacle(planner, plan, others.stream().map(Running::ongoing).toList());
        if (obstacle.isPresent()) {
            throw new Wait(obstacle.get());
        }
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
        carryOut(flow, update::carryOut, run.ended(), () -> running.get(flow).remove(run), ended);
        return run.ended();
    }

    /**
     * Starts or stops a flow.
     *
     * @param doing for people: {@code is being stopped}
     * @param then what follows if it succeeds
     */
    <T> CompletableFuture<T> asWhole(String flow, String doing, Callable<T> work, Consumer<T> then) {
        if (closed != null) {
            return CompletableFuture.failedFuture(new FlowException(closed, null));
        }
        var ended = new CompletableFuture<T>();
        wholes.put(flow, new Whole(doing, ended));
        carryOut(flow, work, ended, () -> wholes.remove(flow), then);
        return ended;
    }

    /**
     * @param over what is decided first when it has ended, in any case
     * @param then what is decided next, if it has succeeded
     */
    private <T> void carryOut(String flow, Callable<T> work, CompletableFuture<T> ended, Runnable over, Consumer<T> then) {
        workers.execute(() -> {
            T value = null;
            Throwable failure = null;
            try {
                value = work.call();
            } catch (Throwable t) {
                failure = t;
            }
            end(flow, value, failure, ended, over, then);
        });
    }

    private <T> void end(String flow, T value, Throwable failure, CompletableFuture<T> ended, Runnable over, Consumer<T> then) {
        Runnable decision = () -> {
            over.run();
            try {
                if (failure != null) {
                    throw failure instanceof FlowException refusal ? refusal
                            : new IllegalStateException("the coordinator failed in what it did to " + flow, failure);
                }
                then.accept(value);
                ended.complete(value);
            } catch (RuntimeException e) {
                ended.completeExceptionally(e);
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
        var later = new Waiting(() -> attempt(flow, attempt, result), result::completeExceptionally);
        if (waiting.containsKey(flow)) {
            later.obstacle = "others wait before it";
        } else {
            try {
                return begin(flow, attempt);
            } catch (Wait wait) {
                later.obstacle = wait.getMessage();
            }
        }
        waiting.computeIfAbsent(flow, ignored -> new ArrayDeque<>()).add(later);
        return result;
    }

    private <T> CompletableFuture<T> begin(String flow, Attempt<T> attempt) throws Wait {
        passBy(flow);
        return attempt.start();
    }

    /** What it still waits for; nothing if it has started, or was refused. */
    private <T> Optional<String> attempt(String flow, Attempt<T> attempt, CompletableFuture<T> result) {
        try {
            var _ = begin(flow, attempt).whenComplete((value, failure) -> {
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
        var ends = new ArrayList<CompletableFuture<?>>();
        wholes.values().forEach(whole -> ends.add(whole.ended()));
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
