package neurath.coordinator;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import neurath.engine.FlowException;
import neurath.engine.HandoverException;

/**
 * The time an update may take, which bounds all it waits for; and the word that it is cancelled, which ends every wait. Whatever authors
 * wrote runs beside, on a thread of the update's own; what hangs is left behind with it and named.
 */
final class Deadline {
    private final String update;
    private final Duration limit;
    private final long began = System.nanoTime();
    private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
    /** What is not counted, in nanoseconds. */
    private long extension;
    /** Where authors' work is done, or {@code null} while there was none. */
    private Bench bench;

    /** @param update its name, for threads */
    Deadline(String update, Duration limit) {
        this.update = update;
        this.limit = limit;
    }

    Duration limit() {
        return limit;
    }

    /** Nanoseconds since the update began. */
    long elapsed() {
        return System.nanoTime() - began;
    }

    /** Ends what is waited for. The first reason counts. For any thread. */
    void cancel(String reason) {
        cancelled.completeExceptionally(new Abort(reason));
    }

    /** @throws Abort if the update was cancelled */
    void check() throws Abort {
        if (cancelled.isDone()) {
            throw cancellation();
        }
    }

    /** What ends an update that was cancelled. */
    Abort cancellation() {
        return new Abort(cancelled.isCompletedExceptionally() ? cancelled.exceptionNow().getMessage() : "the marker was cancelled");
    }

    /**
     * Runs what authors wrote.
     *
     * @param late is given what comes too late
     * @throws Abort if it fails, or does not come in time
     */
    <T> T beside(String what, Callable<T> work, Consumer<T> late) throws Abort {
        var result = new CompletableFuture<T>();
        Bench here = bench();
        here.work(update + ": " + what, () -> {
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
            return await(result, () -> what + " hangs" + here.where());
        } catch (Abort abort) {
            if (!result.completeExceptionally(abort) && !result.isCompletedExceptionally()) {
                late.accept(result.join());
            }
            leave();
            if (abort.getCause() instanceof ExecutionException failed) {
                throw new Abort(what + " failed: " + Abort.describe(failed.getCause()), failed.getCause());
            }
            throw abort;
        }
    }

    /**
     * Runs what may take its time as long as it gets on; none of it is counted.
     *
     * @param progress a number that grows
     * @param doing what it is at, for people
     * @throws Abort if it fails, or the number has not changed for as long as the whole update may take
     */
    void besideAsLongAsItMoves(String what, ThrowingRunnable work, LongSupplier progress, Supplier<String> doing) throws Abort {
        long beganHere = System.nanoTime();
        var done = new CompletableFuture<Void>();
        bench().work(update + ": " + what, () -> {
            try {
                work.run();
                done.complete(null);
            } catch (Throwable t) {
                done.completeExceptionally(t);
            }
        });
        try {
            long before;
            do {
                before = progress.getAsLong();
            } while (!comes(done, limit) && progress.getAsLong() != before);
            if (!done.isDone()) {
                throw new Abort(what + ": nothing has moved for " + limit + ", at " + doing.get());
            }
        } catch (Abort abort) {
            leave();
            throw abort;
        } finally {
            extension += System.nanoTime() - beganHere;
        }
    }

    private Bench bench() {
        if (bench == null) {
            bench = new Bench();
        }
        return bench;
    }

    /** Nothing more is to run beside. What still does is interrupted, and left behind. */
    void leave() {
        if (bench != null) {
            bench.leave();
            bench = null;
        }
    }

    /** Work that may fail. */
    interface ThrowingRunnable {
        void run() throws Exception;
    }

    /** Whether something has come within a time. */
    private boolean comes(CompletableFuture<Void> done, Duration within) throws Abort {
        try {
            CompletableFuture.anyOf(done, cancelled).get(within.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            if (done.isCompletedExceptionally()) {
                Throwable cause = done.exceptionNow();
                throw new Abort(
                        cause instanceof HandoverException || cause instanceof FlowException ? cause.getMessage() : Abort.describe(cause),
                        cause);
            }
            throw cancellation();
        }
    }

    /**
     * Waits for something until the update is to be over.
     *
     * @param culprit who keeps it from coming
     * @throws Abort if it fails, or does not come in time
     */
    <T> T await(CompletableFuture<T> result, Supplier<String> culprit) throws Abort {
        long left = limit.toNanos() + extension - elapsed();
        try {
            CompletableFuture.anyOf(result, cancelled).get(Math.max(0, left), TimeUnit.NANOSECONDS);
            return result.join();
        } catch (TimeoutException e) {
            throw new Abort("the deadline of " + limit + " has passed: " + culprit.get());
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            if (result.isCompletedExceptionally()) {
                throw new Abort(Abort.describe(e.getCause()), e);
            }
            throw cancellation();
        }
    }

    private static Abort interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Abort("the coordinator was interrupted", e);
    }

    /** One thread, which does one thing after the other, and is named for what it does. */
    private static final class Bench {
        private final ExecutorService executor = Executors.newSingleThreadExecutor(this::thread);
        private volatile Thread thread;

        private Thread thread(Runnable work) {
            thread = Thread.ofPlatform().daemon().unstarted(work);
            return thread;
        }

        void work(String what, Runnable work) {
            executor.execute(() -> {
                Thread.currentThread().setName(what);
                work.run();
            });
        }

        /** The method it is in, for people. */
        String where() {
            Thread worker = thread;
            StackTraceElement[] stack = worker == null ? new StackTraceElement[0] : worker.getStackTrace();
            return stack.length == 0 ? "" : " in " + stack[0].getClassName() + '.' + stack[0].getMethodName();
        }

        void leave() {
            executor.shutdownNow();
        }
    }
}
