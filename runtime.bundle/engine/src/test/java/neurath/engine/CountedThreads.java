package neurath.engine;

import java.util.concurrent.atomic.AtomicInteger;
import neurath.engine.Signature.ThreadKind;

/** The JDK's threads, counted while they live. */
final class CountedThreads implements Threads {
    final AtomicInteger alive = new AtomicInteger();
    final AtomicInteger started = new AtomicInteger();

    private final Threads threads = Threads.ofTheJdk();

    @Override
    public Thread start(ThreadKind kind, String name, Runnable task) {
        alive.incrementAndGet();
        started.incrementAndGet();
        return threads.start(kind, name, () -> {
            try {
                task.run();
            } finally {
                alive.decrementAndGet();
            }
        });
    }

    @Override
    public long now() {
        return threads.now();
    }
}
