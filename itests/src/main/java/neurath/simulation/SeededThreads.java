package neurath.simulation;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
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

    private final List<Strand> runnable = new ArrayList<>();
    private final Random random;
    private final Constructor<?> builder;
    private final Field state;
    private final int monitorAwaited;
    private final int monitorFree;
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
            Class<?> virtual = Class.forName("java.lang.VirtualThread");
            state = virtual.getDeclaredField("state");
            state.setAccessible(true);
            monitorAwaited = constant(virtual, "BLOCKED");
            monitorFree = constant(virtual, "UNBLOCKED");
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IllegalStateException(
                    "this JDK's virtual threads take no scheduler; start it with --add-opens java.base/java.lang=ALL-UNNAMED", e);
        }
    }

    private static int constant(Class<?> type, String name) throws ReflectiveOperationException {
        Field constant = type.getDeclaredField(name);
        constant.setAccessible(true);
        return constant.getInt(null);
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
            var strand = new Strand();
            strand.thread = ((Thread.Builder.OfVirtual) builder.newInstance((Executor) strand::goesOn)).name(name).unstarted(counted);
            strand.thread.start();
            alive++;
            return strand.thread;
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

    /** A virtual thread, and what of it is to run next. */
    private final class Strand implements Runnable {
        private final BlockingQueue<Runnable> unblocked = new LinkedBlockingQueue<>();
        private Thread thread;
        private Runnable next;

        /** It may go on, as somebody woke it; or has got a monitor that a run on another thread had. */
        void goesOn(Runnable continuation) {
            if (state() == monitorFree) {
                unblocked.add(continuation);
            } else {
                next = continuation;
                runnable.add(this);
            }
        }

        /** Runs until it waits. That JDK code has a monitor which other runs want too makes no step of two. */
        @Override
        public void run() {
            next.run();
            while (state() == monitorAwaited || state() == monitorFree) {
                try {
                    unblocked.take().run();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        private int state() {
            try {
                return state.getInt(thread);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
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
