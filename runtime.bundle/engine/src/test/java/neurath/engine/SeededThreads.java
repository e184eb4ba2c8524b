package neurath.engine;

import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import neurath.engine.Signature.ThreadKind;

/**
 * Real virtual threads under a scheduler that takes the next runnable one by a seeded random: the production engine, one step at a time,
 * the same way for the same seed. Time stands still.
 */
final class SeededThreads implements Threads {
    private final List<Runnable> runnable = new ArrayList<>();
    private final Random random;
    private final Constructor<?> builder;

    SeededThreads(long seed) {
        random = new Random(seed);
        try {
            builder = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder").getDeclaredConstructor(Executor.class);
            builder.setAccessible(true);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK's virtual threads take no scheduler; see docs on the simulation", e);
        }
    }

    @Override
    public Thread start(ThreadKind kind, String name, Runnable task) {
        try {
            Executor scheduler = runnable::add;
            Thread thread = ((Thread.Builder.OfVirtual) builder.newInstance(scheduler)).name(name).unstarted(task);
            thread.start();
            return thread;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public long now() {
        return 0;
    }

    /** Lets one thread run until it waits; whether there was one. */
    boolean step() {
        if (runnable.isEmpty()) {
            return false;
        }
        runnable.remove(random.nextInt(runnable.size())).run();
        return true;
    }

    /** Lets threads run until all wait; the number of steps. */
    int run() {
        int steps = 0;
        while (step()) {
            steps++;
        }
        return steps;
    }
}
