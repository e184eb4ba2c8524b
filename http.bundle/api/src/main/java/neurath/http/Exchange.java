package neurath.http;

import java.net.ProtocolException;
import java.util.concurrent.atomic.AtomicBoolean;
import neurath.api.Beginning;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One request and its answer on a connection. It is answered exactly once, by {@link #answer} or {@link #fail}, and has ended when
 * the answer is written or never will be. For any thread, where nothing else is said.
 */
@ProviderType
public final class Exchange {
    private static final int SERVER_ERROR = 500;

    private final Connection connection;
    private final AtomicBoolean answered = new AtomicBoolean();
    private Answer answer;
    private long length;
    private Ending ending;
    private Beginning beginning;
    private volatile Body body;
    private volatile boolean last;
    private volatile boolean awaited;
    private volatile int instead;
    private volatile boolean ended;

    /** Begins an exchange. For the home section, after the one before has ended. */
    public Exchange(Connection connection) {
        this.connection = connection;
    }

    /** The connection that the request came by. */
    public Connection connection() {
        return connection;
    }

    /** Its request began when that says; the exchange tells it when it has ended. Before its first packet is emitted. */
    public void began(Beginning when) {
        beginning = when;
    }

    /** When its request began, or {@code null} where nobody said. For whoever holds a packet of it. */
    public Beginning beginning() {
        return beginning;
    }

    /** Somebody more wants to be told the end. For whoever holds the packet, before it is answered. */
    public void whenEnded(Ending told) {
        Ending before = ending;
        ending = before == null ? told : (sent, failure) -> {
            try {
                before.ended(sent, failure);
            } finally {
                told.ended(sent, failure);
            }
        };
    }

    /** The connection is to be closed after the answer. For whoever holds the packet, before it is answered. */
    public void closeAfter() {
        last = true;
    }

    /** Whether the connection is closed after the answer. */
    public boolean isLast() {
        return last;
    }

    /**
     * Says that its request has a body: its answer has to wait until the home section has read that. For whoever holds the packet,
     * before it is answered.
     */
    public void expect(Body body) {
        this.body = body;
        if (connection.isClosed()) {
            received();
        } else {
            connection.wake();
        }
    }

    /** The body of its request, or {@code null} as long as nobody said that it has one. */
    public Body body() {
        return body;
    }

    /** Its body has come whole, or never will: the answer has not to wait for it any more. A second call does nothing. */
    public void received() {
        Body expected = body;
        if (expected != null && expected.received()) {
            put();
        }
    }

    /** Its body is none: this status, as the connection's last, takes the place of the answer. For the home section. */
    public void refuse(int status) {
        last = true;
        body.refuse(status);
        received();
    }

    /**
     * Puts the answer into the connection's outbox, and writes it at once if nothing is before it; both when the request's body has come
     * if it has one. Does not block.
     *
     * @param answer the outbox's from now on
     * @throws IllegalStateException if there is an answer already
     */
    public void answer(Answer answer) {
        if (!answered.compareAndSet(false, true)) {
            throw new IllegalStateException(this + " was to be answered, but it has been answered already; answer each request once");
        }
        this.answer = answer;
        answered();
    }

    private void answered() {
        Body expected = body;
        if (expected == null || expected.answered()) {
            put();
        }
    }

    private void put() {
        if (body != null && body.refusal() != 0) {
            Answer replaced = answer;
            instead = body.refusal();
            answer = new BareStatus(body.refusal());
            replaced.ended(new ProtocolException("the body of " + this + " was refused with " + body.refusal()));
        }
        length = answer.remaining();
        connection.outbox().put(this);
    }

    /**
     * Nobody will answer: says 500 to the client, or closes the connection where an answer is on its way, so that no client hangs.
     * Does not throw.
     */
    public void fail(Throwable reason) {
        if (answered.compareAndSet(false, true)) {
            last = true;
            instead = SERVER_ERROR;
            answer = new BareStatus(SERVER_ERROR);
            answered();
        } else if (!ended) {
            connection.abort(reason);
        }
    }

    /** The status that was said in place of the answer that somebody has made: 500 if its handling failed; 0 if there is none. */
    public int instead() {
        return instead;
    }

    /** Whether the answer has been written, or never will be: the credit for the connection's next request. */
    public boolean ended() {
        return ended;
    }

    /**
     * Asks for the home section to be woken at the end. For the home section, when more has come than this request; as long as it
     * does not ask, the end costs no wake-up.
     *
     * @return whether it has ended already
     */
    public boolean awaitEnd() {
        awaited = true;
        return ended;
    }

    Answer answer() {
        return answer;
    }

    void end(Throwable failure) {
        long sent = length - answer.remaining();
        try {
            answer.ended(failure);
        } finally {
            try {
                if (ending != null) {
                    ending.ended(sent, failure);
                }
            } finally {
                ended = true;
                if (beginning != null) {
                    beginning.close();
                }
                if (awaited || last) {
                    connection.wake();
                }
            }
        }
    }

    @Override
    public String toString() {
        return "a request of " + connection;
    }
}
