package neurath.bench;

import java.util.concurrent.locks.LockSupport;

/**
 * Sends on a schedule that does not depend on answers. Who is late sends what is due at once and leaves nothing out, and each item
 * carries the time it was due: a subject that stalls is charged for everything that had to wait (no coordinated omission).
 */
final class OpenLoop implements AutoCloseable {
    private final Thread thread;
    private final long start;
    private final double nanosEach;
    private volatile boolean stopped;
    private volatile long sent;

    /** Takes what is due. It must not wait for an answer. */
    @FunctionalInterface
    interface Target {
        void send(long number, long due);
    }

    private OpenLoop(double perSecond, Target target) {
        this.nanosEach = 1e9 / perSecond;
        this.start = System.nanoTime();
        this.thread = Thread.ofPlatform().daemon().name("open loop").unstarted(() -> run(target));
    }

    static OpenLoop start(double perSecond, Target target) {
        var loop = new OpenLoop(perSecond, target);
        loop.thread.start();
        return loop;
    }

    private void run(Target target) {
        while (!stopped) {
            long due = due(sent);
            long now = System.nanoTime();
            if (now < due) {
                LockSupport.parkNanos(due - now);
            } else {
                target.send(sent, due);
                advance();
            }
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void advance() {
        sent++;
    }

    private long due(long number) {
        return start + (long) (number * nanosEach);
    }

    /** How many were sent so far. */
    long sent() {
        return sent;
    }

    /** Ends the schedule; how many were sent. */
    long stop() throws InterruptedException {
        stopped = true;
        thread.join();
        return sent;
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }
}
