package neurath.coordinator;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import neurath.engine.ResourceChange;
import neurath.engine.ResourceChange.Step;

/** A step of a parallel change that is being done. For any thread. */
final class StepAtWork {
    private final Step step;
    private final ResourceChange change;
    private final long began = System.nanoTime();
    private final CompletableFuture<Void> returned = new CompletableFuture<>();
    private volatile Thread thread;

    StepAtWork(Step step, ResourceChange change) {
        this.step = step;
        this.change = change;
    }

    /** Does it, on the caller's thread; what has failed, for people. */
    Optional<String> carryOut() {
        thread = Thread.currentThread();
        try {
            change.carryOut(step);
            return Optional.empty();
        } catch (Throwable t) {
            return Optional.of(Abort.describe(t));
        } finally {
            thread = null;
            returned.complete(null);
        }
    }

    /** Completes when authors' code has returned. */
    CompletableFuture<Void> returned() {
        return returned;
    }

    void interrupt() {
        Thread worker = thread;
        if (worker != null) {
            worker.interrupt();
        }
    }

    /** For people: {@code contracts the schema of orders, for 4 s, in java.lang.Thread.sleep}. */
    @Override
    public String toString() {
        Thread worker = thread;
        StackTraceElement[] stack = worker == null ? new StackTraceElement[0] : worker.getStackTrace();
        return step.verb() + "s " + change.resource() + ", for " + (System.nanoTime() - began) / 1_000_000_000 + " s"
                + (stack.length == 0 ? "" : ", in " + stack[0].getClassName() + '.' + stack[0].getMethodName());
    }
}
