package neurath.events;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream of events. Publishing never waits for a listener: events are handed on by an executor, one at a time and in the order
 * they were published. The latest {@value #KEPT} are kept for those who come late; where listeners fall further behind than that, the
 * oldest are skipped and the skipped are counted in the log.
 */
public final class Events {
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);
    private static final int KEPT = 4096;

    private final Executor executor;
    private final List<Consumer<? super Event>> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Event> latest = new ArrayDeque<>();
    private final Deque<Event> undelivered = new ArrayDeque<>();
    private boolean delivering;
    private long skipped;

    /** @param executor runs the listeners; one task at a time is handed to it */
    public Events(Executor executor) {
        this.executor = executor;
    }

    /** Adds an event. For any thread. */
    public void publish(Event event) {
        lock.lock();
        try {
            keep(latest, event);
            if (keep(undelivered, event)) {
                skipped++;
            }
            if (delivering) {
                return;
            }
            delivering = true;
        } finally {
            lock.unlock();
        }
        try {
            executor.execute(this::deliver);
        } catch (RejectedExecutionException e) {
            LOG.debug("nobody is told any more of {}", event, e);
            dropUndelivered();
        }
    }

    /** Has the listener called for every event from now on, until the subscription is closed. */
    public Subscription subscribe(Consumer<? super Event> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** The latest events, oldest first. */
    public List<Event> latest() {
        lock.lock();
        try {
            return new ArrayList<>(latest);
        } finally {
            lock.unlock();
        }
    }

    private static boolean keep(Deque<Event> events, Event event) {
        events.addLast(event);
        if (events.size() <= KEPT) {
            return false;
        }
        events.removeFirst();
        return true;
    }

    private void deliver() {
        for (Event event = next(); event != null; event = next()) {
            for (Consumer<? super Event> listener : listeners) {
                try {
                    listener.accept(event);
                } catch (Throwable t) {
                    LOG.error("a listener failed on {}", event, t);
                }
            }
        }
    }

    /** The executor has ended, and with it the platform. */
    private void dropUndelivered() {
        lock.lock();
        try {
            undelivered.clear();
            delivering = false;
        } finally {
            lock.unlock();
        }
    }

    private Event next() {
        lock.lock();
        try {
            if (skipped > 0) {
                LOG.warn("{} events were skipped: listeners are too slow", skipped);
                skipped = 0;
            }
            Event next = undelivered.pollFirst();
            delivering = next != null;
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** A listener's place in the stream. */
    @FunctionalInterface
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
