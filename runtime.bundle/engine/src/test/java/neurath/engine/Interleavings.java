package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;

/**
 * Runs a scenario of a few threads under many interleavings that a model checker chooses: a switch may come before every access to
 * memory that threads share, and threads that wait for ever are found. Memory is sequentially consistent in it, so that fences make no
 * difference.
 */
final class Interleavings {
    private static final int SHORT = 200;
    private static final int LONG = 30_000;

    /** Never read; what is in it is not one thread's own. */
    static Object shared;
    /** What the last check that did not hold has said. */
    private static String said;

    private Interleavings() {}

    /** The scenario's assertions hold in every interleaving that is tried, and all threads come to their end. */
    static void allSatisfy(Runnable scenario) {
        Lincheck.runConcurrentTest(Boolean.getBoolean("neurath.long") ? LONG : SHORT, scenario);
    }

    /**
     * In one of as many interleavings as the normal tests try the scenario fails, and what is said of it has a text.
     *
     * <p>What the scenario said counts, where it said anything: the checker throws for every interleaving that fails, but now and then it
     * fails itself while it draws the trace, with an {@link IndexOutOfBoundsException} out of its report.
     */
    static void oneViolates(Runnable scenario, String text) {
        said = null;
        Throwable found = catchThrowable(() -> Lincheck.runConcurrentTest(SHORT, scenario));
        assertThat(found).as("what is broken on purpose must be found").isNotNull();
        if (said == null) {
            assertThat(found).isInstanceOf(LincheckAssertionError.class).hasMessageContaining(text);
        } else {
            assertThat(said).contains(text);
        }
    }

    // ---- for scenarios ----

    /**
     * Tells the checker that several threads have an object, and what it leads to. It cannot see into lambdas, and would take what only
     * they have for one thread's own, where no switch makes a difference.
     */
    static <T> T shared(T object) {
        shared = object;
        return object;
    }

    /** Runs tasks at the same time, each in a thread, until all have ended; throws what one of them threw. */
    static void together(Runnable... tasks) {
        List<Thread> threads = new ArrayList<>();
        AtomicReference<Throwable> thrown = shared(new AtomicReference<>());
        for (Runnable task : tasks) {
            threads.add(new Thread(() -> {
                try {
                    task.run();
                } catch (Throwable t) {
                    thrown.set(t);
                }
            }));
        }
        threads.forEach(Thread::start);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (thrown.get() != null) {
            throw new AssertionError(thrown.get().getMessage(), thrown.get());
        }
    }

    /** What a scenario says; small, as the checker goes through all that it calls. */
    static void check(boolean holds, String otherwise) {
        if (!holds) {
            said = otherwise;
            throw new AssertionError(otherwise);
        }
    }
}
