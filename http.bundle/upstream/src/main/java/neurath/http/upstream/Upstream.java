package neurath.http.upstream;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpStatus;

/** A connection to a backend, with one request after the other on it. For one thread at a time. */
final class Upstream {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Backend backend;
    private final SocketChannel channel;
    private final Arrival arrival = new Arrival();
    private final HttpParser parser;
    private boolean used;
    private boolean spoken;
    private boolean ended;

    /** A connection that is not connected yet. */
    Upstream(Backend backend) throws IOException {
        this.backend = backend;
        parser = new HttpParser(arrival, backend.limits().headBytes(), HttpCompliance.RFC9110);
        channel = SocketChannel.open();
        channel.configureBlocking(false);
    }

    SocketChannel channel() {
        return channel;
    }

    /** Begins to connect; whether that is done already. */
    boolean connect() throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return channel.connect(backend.address());
    }

    boolean isConnected() {
        return channel.isConnected();
    }

    /** Whether it was opened for an earlier request and has said nothing to this one: the backend may have closed it meanwhile. */
    boolean mayBeStale() {
        return used && !spoken;
    }

    /** Whether it is open, and nothing has come on it that nobody asked for. */
    boolean isQuiet() {
        try {
            return channel.read(ByteBuffer.allocate(1)) == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** The next request is to be sent on it. */
    void begin(boolean isHead) {
        parser.reset();
        parser.setHeadResponse(isHead);
        arrival.clear();
        spoken = false;
    }

    /**
     * Receives the head of the answer.
     *
     * @param scratch what comes behind the head lies in it afterwards, from its position to its limit
     * @return the head, or {@code null} if it has not come whole
     */
    Arrival.Head head(ByteBuffer scratch) throws IOException {
        while (true) {
            int count = channel.read(scratch.clear());
            scratch.flip();
            if (count == 0) {
                return null;
            } else if (count < 0) {
                throw new EOFException("the backend " + backend + " has closed the connection before it answered");
            }
            spoken = true;
            if (parseHead(scratch)) {
                return arrival.head();
            }
        }
    }

    private boolean parseHead(ByteBuffer bytes) throws ProtocolException {
        do {
            parse(bytes);
            if (arrival.isHeadComplete && !HttpStatus.isInformational(arrival.status)) {
                return true;
            } else if (arrival.isHeadComplete) {
                passOver(bytes);
            }
        } while (bytes.hasRemaining());
        return false;
    }

    /** An answer that only says that another will come. */
    private void passOver(ByteBuffer bytes) throws ProtocolException {
        if (arrival.status == HttpStatus.SWITCHING_PROTOCOLS_101) {
            throw new ProtocolException("the backend " + backend + " switches protocols, which nobody asked for");
        }
        if (!arrival.isComplete) {
            parse(bytes);
        }
        parser.reset();
        arrival.clear();
    }

    /** How long the answer's content is, as its head says; -1 if it does not. */
    long announced() {
        return arrival.fields.getLongField(HttpHeader.CONTENT_LENGTH);
    }

    /** The next content among these bytes, in place; {@code null} if there is no more among them. */
    ByteBuffer content(ByteBuffer bytes) throws ProtocolException {
        int before;
        do {
            before = bytes.remaining();
            parse(bytes);
        } while (arrival.content == null && !arrival.isComplete && bytes.hasRemaining() && bytes.remaining() < before);
        return arrival.content;
    }

    private void parse(ByteBuffer bytes) throws ProtocolException {
        arrival.content = null;
        if (!arrival.isComplete) {
            parser.parseNext(bytes);
        }
        if (arrival.violation != null) {
            throw new ProtocolException("the backend " + backend + " answers with what is no HTTP/1.1: " + arrival.violation);
        }
    }

    /** The backend has closed its side. */
    void end() throws IOException {
        ended = true;
        parser.atEOF();
        parse(NOTHING);
        if (!arrival.isComplete) {
            throw new EOFException("the backend " + backend + " has closed the connection in the middle of an answer");
        }
    }

    /** Whether the answer has come whole. */
    boolean isComplete() {
        return arrival.isComplete;
    }

    /**
     * The answer has come whole: the connection goes back to its backend, or is closed.
     *
     * @param excess whether something has come behind the answer
     */
    void release(boolean excess) {
        used = true;
        if (ended || excess || !arrival.isPersistent()) {
            close();
        } else {
            backend.giveBack(this);
        }
    }

    /** It is not used any more. */
    void close() {
        disconnect();
        backend.left();
    }

    /** Closes the channel alone. */
    void disconnect() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is closed all the same, and nobody is told anything by it.
        }
    }
}
