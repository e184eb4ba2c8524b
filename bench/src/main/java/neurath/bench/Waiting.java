package neurath.bench;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Time that an experiment lets pass, always bounded. */
final class Waiting {
    private static final long LOOK = 200_000;

    private Waiting() {}

    /** Lets a time pass. */
    static void pass(Duration time) {
        passNanos(time.toNanos());
    }

    static void passNanos(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /**
     * Waits until something holds.
     *
     * @throws IllegalStateException if it does not within the time
     */
    static void until(String what, Duration atMost, BooleanSupplier holds) {
        long end = System.nanoTime() + atMost.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("waited " + atMost.toSeconds() + " s in vain for " + what);
            }
            LockSupport.parkNanos(LOOK);
        }
    }
}
