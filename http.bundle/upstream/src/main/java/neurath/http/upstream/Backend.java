package neurath.http.upstream;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import neurath.api.Watch;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A server that requests are sent on to, and the connections to it: those that are idle and can be used again, and how many there may be.
 * Who finds none free waits in a queue. For any thread.
 */
@ProviderType
public final class Backend implements AutoCloseable {
    private final InetSocketAddress address;
    private final Limits limits;
    private final ReentrantLock lock = new ReentrantLock();
    /** The one used last is the last. */
    private final ArrayDeque<Idle> idle = new ArrayDeque<>();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private int open;
    private boolean closed;

    /**
     * What a backend gets at most.
     *
     * @param connections open at once
     * @param headBytes of an answer's status line and fields
     * @param idle how long a connection is kept for the next request
     */
    public record Limits(int connections, int headBytes, Duration idle) {}

    private record Idle(Upstream connection, long since) {}

    private record Waiting(Forwarded request, Watch door) {}

    /** @param address resolved */
    public Backend(InetSocketAddress address, Limits limits) {
        this.address = address;
        this.limits = limits;
    }

    public InetSocketAddress address() {
        return address;
    }

    Limits limits() {
        return limits;
    }

    /** Connections that are open, or are being opened. */
    public int open() {
        lock.lock();
        try {
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** A connection for a request whose turn it is: an idle one, or one that is not connected yet; {@code null} if there is none free. */
    Upstream take(Forwarded request) throws IOException {
        var stale = new ArrayList<Upstream>();
        lock.lock();
        try {
            Waiting first = waiting.peek();
            if (first != null && first.request() != request) {
                return null;
            }
            Upstream free = takeIdle(stale);
            if (free == null && open < limits.connections()) {
                free = new Upstream(this);
                open++;
            }
            if (free != null && first != null) {
                waiting.remove();
            }
            return free;
        } finally {
            lock.unlock();
            stale.forEach(Upstream::disconnect);
        }
    }

    private Upstream takeIdle(List<Upstream> stale) {
        for (Idle last = idle.pollLast(); last != null; last = idle.pollLast()) {
            if (System.nanoTime() - last.since() < limits.idle().toNanos() && last.connection().isQuiet()) {
                return last.connection();
            }
            open--;
            stale.add(last.connection());
        }
        return null;
    }

    /**
     * Puts a request at the end of the queue, if it is not in it.
     *
     * @param door is woken when it may be the turn of the first
     * @return false if it should try again first
     */
    boolean queue(Forwarded request, Watch door) {
        lock.lock();
        try {
            if (waiting.stream().noneMatch(other -> other.request() == request)) {
                waiting.add(new Waiting(request, door));
            }
            return waiting.element().request() != request || idle.isEmpty() && open >= limits.connections();
        } finally {
            lock.unlock();
        }
    }

    /** A request waits no more. */
    void leaveQueue(Forwarded request) {
        lock.lock();
        try {
            waiting.removeIf(other -> other.request() == request);
        } finally {
            lock.unlock();
        }
        wakeFirst();
    }

    /** A connection can be used again. */
    void giveBack(Upstream connection) {
        lock.lock();
        try {
            if (!closed) {
                idle.add(new Idle(connection, System.nanoTime()));
                connection = null;
            } else {
                open--;
            }
        } finally {
            lock.unlock();
        }
        if (connection != null) {
            connection.disconnect();
        }
        wakeFirst();
    }

    /** A connection was closed. */
    void left() {
        lock.lock();
        try {
            open--;
        } finally {
            lock.unlock();
        }
        wakeFirst();
    }

    private void wakeFirst() {
        Waiting first;
        lock.lock();
        try {
            first = waiting.peek();
        } finally {
            lock.unlock();
        }
        if (first != null) {
            first.door().wake();
        }
    }

    /** No connection is kept from here on; requests under way, and those that wait, go on. */
    @Override
    public void close() {
        var left = new ArrayList<Idle>();
        lock.lock();
        try {
            closed = true;
            left.addAll(idle);
            open -= left.size();
            idle.clear();
        } finally {
            lock.unlock();
        }
        left.forEach(each -> each.connection().disconnect());
        wakeFirst();
    }

    @Override
    public String toString() {
        return address.getHostString() + ':' + address.getPort();
    }
}
