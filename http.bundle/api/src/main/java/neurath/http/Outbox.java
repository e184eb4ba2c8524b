package neurath.http;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What waits to be written on one connection, in order. It belongs to the connection and not to the operator that replies: answers
 * of an old version are written to their end by its own code, and answers of the new one queue behind.
 *
 * <p>An answer put into an empty outbox is written at once by the thread that puts it. What the transport does not take is the home
 * section's, which calls {@link #flush} when the channel is writable. Answers are told their end outside the lock.
 */
@ProviderType
public final class Outbox {
    private final Connection connection;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Exchange> waiting = new ArrayDeque<>(2);
    private Throwable closed;

    Outbox(Connection connection) {
        this.connection = connection;
    }

    void put(Exchange exchange) {
        boolean first;
        Throwable refusal;
        lock.lock();
        try {
            first = waiting.isEmpty();
            refusal = closed;
            if (refusal == null) {
                waiting.add(exchange);
            }
        } finally {
            lock.unlock();
        }
        if (refusal != null) {
            exchange.end(refusal);
        } else if (first && !flush()) {
            connection.wake();
        }
    }

    /**
     * Writes what the transport takes now. For any thread; further on for the home section.
     *
     * @return whether nothing is left
     */
    public boolean flush() {
        Exchange written;
        do {
            Throwable failure;
            lock.lock();
            try {
                Exchange first = waiting.peek();
                if (first == null) {
                    return connection.transport().flush();
                }
                if (!first.answer().write(connection.transport()) || !connection.transport().flush()) {
                    return false;
                }
                written = waiting.remove();
                failure = null;
            } catch (IOException | RuntimeException e) {
                written = null;
                failure = e;
            } finally {
                lock.unlock();
            }
            if (failure != null) {
                connection.abort(failure);
                return true;
            }
            written.end(null);
        } while (true);
    }

    /** Bytes of the answers that wait; a client that reads makes it change. For any thread. */
    public long remaining() {
        lock.lock();
        try {
            long sum = 0;
            for (Exchange exchange : waiting) {
                sum += exchange.answer().remaining();
            }
            return sum;
        } finally {
            lock.unlock();
        }
    }

    /** What the answer that is being written is fed from, where it waits for more of that; else {@code null}. For any thread. */
    public Feed awaits() {
        lock.lock();
        try {
            Exchange first = waiting.peek();
            return first == null ? null : first.answer().awaits();
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing waits. For any thread. */
    public boolean isEmpty() {
        lock.lock();
        try {
            return waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing can be written any more: what waits, and whatever is put in later, ends with the reason. */
    void close(Throwable reason) {
        List<Exchange> left;
        lock.lock();
        try {
            if (closed == null) {
                closed = reason;
            }
            left = List.copyOf(waiting);
            waiting.clear();
        } finally {
            lock.unlock();
        }
        left.forEach(exchange -> exchange.end(reason));
    }
}
