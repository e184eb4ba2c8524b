package neurath.simulation;

import java.util.concurrent.Semaphore;

/** An update that goes beside the one under way: the two drivers take turns, each on its own thread, and one runs at a time. */
final class Companion {
    private final Semaphore turn = new Semaphore(0);
    private final Semaphore others = new Semaphore(0);
    private final Thread thread;
    private Throwable failure;
    private boolean leftAlone;
    private boolean over;

    Companion(Runnable update) {
        thread = Thread.ofPlatform().daemon().name("companion").start(() -> {
            turn.acquireUninterruptibly();
            try {
                update.run();
            } catch (Throwable t) {
                failure = t;
            } finally {
                over = true;
                others.release();
            }
        });
    }

    /** Whether it is its turn, and the other waits for one. */
    boolean takesTurns() {
        return Thread.currentThread() == thread && !leftAlone;
    }

    /** Whether it waits for a turn. */
    boolean waits() {
        return !over && Thread.currentThread() != thread;
    }

    void goOn() {
        turn.release();
        others.acquireUninterruptibly();
        if (failure instanceof RuntimeException e) {
            throw e;
        } else if (failure instanceof Error e) {
            throw e;
        }
    }

    void letTheOtherGoOn() {
        others.release();
        turn.acquireUninterruptibly();
    }

    /** The other has ended. */
    void finish() {
        leftAlone = true;
        while (!over) {
            goOn();
        }
    }
}
