package neurath.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import neurath.engine.Signature.ThreadKind;

/**
 * The instances of a flow that are out: those that still have work to finish before they are closed, and those that are kept, so that
 * they can be put in again. For any thread.
 */
public final class Retirement {
    /** What operators may take to close when the grace is over. */
    private static final Duration CLOSING = Duration.ofSeconds(1);

    private final Flow flow;
    private final Set<Instance> retiring = Collections.synchronizedSet(new LinkedHashSet<>());
    /** Whether their state goes with them if they are not put in again. */
    private final Map<Instance, Boolean> kept = Collections.synchronizedMap(new LinkedHashMap<>());

    Retirement(Flow flow) {
        this.flow = flow;
    }

    /** The instances that still have work to finish. */
    public List<Instance> retiring() {
        synchronized (retiring) {
            return List.copyOf(retiring);
        }
    }

    /** Completes when those that still have work to finish now are closed, and are not among them any more. */
    public CompletableFuture<Void> finished() {
        return CompletableFuture.allOf(retiring().stream()
                .map(instance -> instance.closed().thenRun(() -> retiring.remove(instance)))
                .toArray(CompletableFuture<?>[]::new));
    }

    /** The instances that are kept. */
    public List<Instance> kept() {
        synchronized (kept) {
            return List.copyOf(kept.keySet());
        }
    }

    /** The threads that closed instances have left behind and that still run, for people. */
    public List<String> leftThreads() {
        return flow.leftThreads.of(flow);
    }

    /** Has an instance closed once its work is done. */
    public CompletableFuture<Void> retire(Instance old) {
        return closing(old, old.retire());
    }

    /** Has the last instance of a node that is no more closed, with its state, once its work is done. */
    public CompletableFuture<Void> retireWithState(Instance last) {
        return closing(last, last.retireWithState());
    }

    private CompletableFuture<Void> closing(Instance old, CompletableFuture<Void> closed) {
        retiring.add(old);
        return closed.whenComplete((done, failure) -> retiring.remove(old));
    }

    /**
     * Keeps an instance, so that it can be put in again.
     *
     * @param stateToo whether nobody took its state over, so that it goes with the instance
     */
    public void keep(Instance out, boolean stateToo) {
        out.keepWith(stateToo);
        kept.put(out, stateToo);
    }

    /** An instance that was kept has been put in again. */
    public void takeBack(Instance in) {
        kept.remove(in);
    }

    /** Has instances that are kept closed once their work is done; those that are not kept any more are left alone. */
    public CompletableFuture<Void> retireKept(Collection<Instance> instances) {
        var retired = new ArrayList<CompletableFuture<Void>>();
        for (Instance instance : instances) {
            Boolean stateToo = kept.remove(instance);
            if (stateToo != null) {
                instance.predecessor().endWayBack(instance.version());
                retired.add(stateToo ? retireWithState(instance) : retire(instance));
            }
        }
        return CompletableFuture.allOf(retired.toArray(CompletableFuture<?>[]::new));
    }

    /** Lets go of all that are kept, waits for the work in hand, and closes those that do not finish it. */
    void end(Duration grace) throws InterruptedException {
        var _ = retireKept(kept());
        List<Instance> left = retiring();
        CompletableFuture<Void> retired = CompletableFuture.allOf(left.stream().map(Instance::retire).toArray(CompletableFuture<?>[]::new));
        if (!Flow.awaitEnd(retired, grace)) {
            flow.log.warn("{}: work of retired instances is cut off: {}", flow.name(), left.stream().map(Instance::toString).toList());
            left.forEach(instance -> flow.threads.start(ThreadKind.VIRTUAL, flow.name() + " retires", instance::dismiss));
            Flow.awaitEnd(retired, CLOSING);
        }
    }
}
