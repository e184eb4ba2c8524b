package neurath.http;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import neurath.api.Droppable;
import neurath.api.Watch;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A client's connection, from its acceptance to its end.
 *
 * <p>Its home is the section of the operator that reads it. What that section knows of it lies here, so that it passes from
 * version to version by reference; it is for the home section only. The {@link #outbox}, {@link #abort}, {@link #wake} and
 * {@link #close} are for any thread.
 */
@ProviderType
public final class Connection implements Droppable {
    /** What a connection is at, seen from home. */
    public enum Phase {
        /** No byte of a request has come. */
        IDLE,
        /** A part of a request's head has come. */
        HEAD,
        /** A request is in the graph, and its body is coming; its answer waits for that. */
        BODY,
        /** A request is in the graph, or its answer in the outbox. */
        BUSY,
        /** The last answer is written; what still comes is thrown away, so that the client gets to read the answer. */
        LINGERING,
        /** It is over. */
        CLOSED
    }

    private final SocketChannel channel;
    private Transport transport;
    private final long number;
    private final Admission admission;
    private final Outbox outbox = new Outbox(this);
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Watch watch;
    private volatile Throwable broken;

    private final Inbound inbound = new Inbound();
    private Phase phase = Phase.IDLE;
    private Exchange exchange;
    private long since;
    private long backlog;
    private int interest;

    /**
     * A connection that was just accepted.
     *
     * @param channel connected and in non-blocking mode
     * @param number which one of its server
     * @param admission let it in, and is told when it leaves
     */
    public Connection(SocketChannel channel, long number, Admission admission) {
        this.channel = channel;
        transport = new SocketTransport(channel);
        this.number = number;
        this.admission = admission;
    }

    /** What is watched for it. */
    public SocketChannel channel() {
        return channel;
    }

    /** What its bytes go through. */
    public Transport transport() {
        return transport;
    }

    /**
     * Puts TLS between the socket and whoever reads and writes. For the home section, before a byte was read or written.
     *
     * @param engine in server mode
     */
    public SecureTransport secure(SSLEngine engine) throws SSLException {
        var secure = new SecureTransport(channel, engine);
        transport = secure;
        return secure;
    }

    public long number() {
        return number;
    }

    public Outbox outbox() {
        return outbox;
    }

    /** Says that the connection cannot go on: what waits to be written ends with the reason, and the home section closes it. */
    public void abort(Throwable reason) {
        broken = reason;
        outbox.close(reason);
        if (watch == null) {
            close(reason);
        } else {
            wake();
        }
    }

    /** Why it cannot go on, or {@code null}. */
    public Throwable broken() {
        return broken;
    }

    /** Has the home section look at it. */
    public void wake() {
        Watch home = watch;
        if (home != null) {
            home.wake();
        }
    }

    /** Closes it; what waits to be written ends with the reason. A second call does nothing. */
    public void close(Throwable reason) {
        if (closed.compareAndSet(false, true)) {
            outbox.close(reason);
            try {
                transport.close();
            } catch (IOException e) {
                reason.addSuppressed(e);
            } finally {
                admission.leave();
            }
            if (exchange != null) {
                exchange.received();
            }
        }
    }

    /** Whether it was closed. For any thread. */
    public boolean isClosed() {
        return closed.get();
    }

    @Override
    public void dropped(Throwable reason) {
        close(reason == null ? new ClosedChannelException() : reason);
    }

    /** Its watch at home. */
    public Watch watch() {
        return watch;
    }

    /**
     * It has come home.
     *
     * @param home without interest yet
     */
    public void watched(Watch home, long now) {
        watch = home;
        since = now;
        interest = 0;
    }

    public Inbound inbound() {
        return inbound;
    }

    public Phase phase() {
        return phase;
    }

    /** The exchange under way, or the last one. */
    public Exchange exchange() {
        return exchange;
    }

    /** Enters a phase. */
    public void enter(Phase next, long now) {
        phase = next;
        since = now;
    }

    /** Begins the next exchange. */
    public Exchange begin(long now) {
        enter(Phase.BUSY, now);
        backlog = 0;
        exchange = new Exchange(this);
        return exchange;
    }

    /** When the phase was entered, or when there was progress in it, on the home section's clock. */
    public long since() {
        return since;
    }

    /** There was progress in this phase. */
    public void progressed(long now) {
        since = now;
    }

    /** The bytes that waited to be written when the home section last looked. */
    public long backlog() {
        return backlog;
    }

    public void backlog(long bytes) {
        backlog = bytes;
    }

    /** Asks the watch for these operations, if they are others than before. */
    public void interest(int operations) {
        if (interest != operations) {
            interest = operations;
            watch.interest(operations);
        }
    }

    @Override
    public String toString() {
        return "connection " + number;
    }
}
