package neurath.simulation;

import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import neurath.engine.Signature.ThreadKind;
import neurath.engine.Threads;

/**
 * Real virtual threads under a scheduler that takes the next runnable one by a seeded random: the production engine, one step at a time,
 * the same way for the same seed. Time stands still.
 *
 * <p>Some seeds prefer whoever has become runnable last, or first, so that others starve for a while.
 */
final class SeededThreads implements Threads {
    /** What no turn of a section comes near: who looks at the clock so often in one step runs in a circle. */
    private static final int CIRCLE = 100_000;

    private final List<Runnable> runnable = new ArrayList<>();
    private final Random random;
    private final Constructor<?> builder;
    private final double preference;
    private final boolean prefersLast;
    private int looks;
    private int steps;
    private int alive;

    SeededThreads(long seed) {
        random = new Random(seed);
        preference = random.nextInt(3) * 0.4;
        prefersLast = random.nextBoolean();
        try {
            builder = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder").getDeclaredConstructor(Executor.class);
            builder.setAccessible(true);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IllegalStateException(
                    "this JDK's virtual threads take no scheduler; start it with --add-opens java.base/java.lang=ALL-UNNAMED", e);
        }
    }

    @Override
    public Thread start(ThreadKind kind, String name, Runnable task) {
        Runnable counted = () -> {
            try {
                task.run();
            } finally {
                alive--;
            }
        };
        try {
            Executor scheduler = runnable::add;
            Thread thread = ((Thread.Builder.OfVirtual) builder.newInstance(scheduler)).name(name).unstarted(counted);
            thread.start();
            alive++;
            return thread;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public long now() {
        if (++looks > CIRCLE) {
            throw new IllegalStateException("a section runs in a circle");
        }
        return 0;
    }

    /** Lets one thread run until it waits; whether there was one. */
    boolean step() {
        if (runnable.isEmpty()) {
            return false;
        }
        looks = 0;
        steps++;
        runnable.remove(next()).run();
        return true;
    }

    private int next() {
        if (random.nextDouble() < preference) {
            return prefersLast ? runnable.size() - 1 : 0;
        }
        return random.nextInt(runnable.size());
    }

    /** The number of steps so far. */
    int steps() {
        return steps;
    }

    /** The number of threads that have not ended. */
    int alive() {
        return alive;
    }
}
