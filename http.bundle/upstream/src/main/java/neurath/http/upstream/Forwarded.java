package neurath.http.upstream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import neurath.api.Beginning;
import neurath.api.Droppable;
import neurath.api.Pinnable;
import neurath.api.Watch;
import neurath.http.Request;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A request on its way to a backend, until the head of its answer has come. Nothing here blocks; whoever holds the packet calls
 * {@link #goOn} when the channel is ready for what the phase waits for.
 *
 * <p>A connection that was used before may have been closed by the backend just when the request was sent. Where it breaks before a byte
 * of the answer has come, the request is sent once more on a new one: it was a GET or a HEAD, which may be repeated (RFC 9110, 9.2.2).
 */
@ProviderType
public final class Forwarded implements Droppable, Pinnable {
    /** What it is at. */
    public enum Phase {
        /** All connections that the backend may have are taken. */
        WAITING(0),
        /** A new connection is being made. */
        CONNECTING(SelectionKey.OP_CONNECT),
        /** The backend has not taken the whole request yet. */
        SENDING(SelectionKey.OP_WRITE),
        /** The backend has the request. */
        AWAITED(SelectionKey.OP_READ),
        /** The head of the answer has come. */
        ANSWERED(0),
        /** There will be no answer. */
        FAILED(0);

        private final int interest;

        Phase(int interest) {
            this.interest = interest;
        }

        /** The operations it waits for, of {@link SelectionKey}. */
        public int interest() {
            return interest;
        }
    }

    private final Request request;
    private final Backend backend;
    private final ByteBuffer head;
    private ByteBuffer unsent;
    private Phase phase = Phase.WAITING;
    private Upstream upstream;
    private Arrival.Head answer;
    private Relay content;
    private IOException failure;

    /** @param head of the request as the backend is to get it, from the request line to the empty line */
    public Forwarded(Request request, Backend backend, ByteBuffer head) {
        this.request = request;
        this.backend = backend;
        this.head = head;
    }

    public Request request() {
        return request;
    }

    public Backend backend() {
        return backend;
    }

    public Phase phase() {
        return phase;
    }

    /** The channel that the phase waits for, or {@code null}; it may become another one. */
    public SocketChannel channel() {
        return upstream == null ? null : upstream.channel();
    }

    /**
     * Does what can be done now.
     *
     * @param scratch for what comes from the backend; nothing lies in it afterwards
     * @return the phase then
     */
    public Phase goOn(ByteBuffer scratch) {
        try {
            step(scratch);
        } catch (IOException e) {
            if (upstream != null && upstream.mayBeStale()) {
                again();
            } else {
                fail(e);
            }
        }
        return phase;
    }

    private void step(ByteBuffer scratch) throws IOException {
        switch (phase) {
            case WAITING -> {
                upstream = backend.take(this);
                if (upstream != null) {
                    begin();
                }
            }
            case CONNECTING -> {
                if (upstream.channel().finishConnect()) {
                    write();
                }
            }
            case SENDING -> write();
            case AWAITED -> {
                answer = upstream.head(scratch);
                if (answer != null) {
                    content = new Relay(upstream, scratch);
                    phase = Phase.ANSWERED;
                }
            }
            case ANSWERED, FAILED -> {}
        }
    }

    private void begin() throws IOException {
        upstream.begin(request.isHead());
        unsent = head.duplicate();
        if (upstream.isConnected() || upstream.connect()) {
            write();
        } else {
            phase = Phase.CONNECTING;
        }
    }

    private void write() throws IOException {
        phase = Phase.SENDING;
        upstream.channel().write(unsent);
        if (!unsent.hasRemaining()) {
            phase = Phase.AWAITED;
        }
    }

    /** Sends it on a new connection, which takes the place of the one that broke. */
    private void again() {
        try {
            Upstream fresh = new Upstream(backend);
            upstream.disconnect();
            upstream = fresh;
            begin();
        } catch (IOException e) {
            fail(e);
        }
    }

    private void fail(IOException reason) {
        failure = reason;
        abandon();
    }

    /** Gives it up: nothing more comes of it, and its connection is closed. */
    public void abandon() {
        if (phase == Phase.WAITING) {
            backend.leaveQueue(this);
        }
        if (phase != Phase.ANSWERED && phase != Phase.FAILED && upstream != null) {
            upstream.close();
        }
        if (phase != Phase.ANSWERED) {
            phase = Phase.FAILED;
        }
    }

    /**
     * Waits for a connection, in the order of those who do.
     *
     * @param door is woken when it should try to go on
     * @return false if it should try at once
     */
    public boolean waitInTurn(Watch door) {
        return backend.queue(this, door);
    }

    /** Why there is no answer, if it {@linkplain Phase#FAILED failed} by itself; else {@code null}. */
    public IOException failure() {
        return failure;
    }

    /** Status of the answer. */
    public int status() {
        return answer.status();
    }

    /** What the answer's status line says behind the status, perhaps {@code null}. */
    public String reason() {
        return answer.reason();
    }

    /** Fields of the answer, as they came. */
    public HttpFields fields() {
        return answer.fields();
    }

    /** Whether the answer has content, perhaps none of it: where the request was a HEAD and after some statuses there is nothing. */
    public boolean hasContent() {
        return !request.isHead() && !HttpStatus.hasNoBody(answer.status());
    }

    /** Content of the answer; the caller's from now on. */
    public Relay content() {
        return content;
    }

    /** Length of the content as the fields say it, or -1. */
    public long length() {
        return answer.fields().getLongField(HttpHeader.CONTENT_LENGTH);
    }

    @Override
    public Beginning beginning() {
        return request.beginning();
    }

    @Override
    public void dropped(Throwable reason) {
        try {
            if (phase == Phase.ANSWERED) {
                content.release();
            } else {
                abandon();
            }
        } finally {
            request.dropped(reason);
        }
    }

    @Override
    public String toString() {
        return request.method() + ' ' + request.path() + " at " + backend;
    }
}
