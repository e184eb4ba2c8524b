package neurath.http;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What follows the head of a request, up to its end: it is read over, and nobody gets it (RFC 9112, 6 and 7). For the home section,
 * from when the exchange expects it.
 */
@ProviderType
public final class Body {
    private static final int BODY = 1;
    private static final int ANSWER = 2;
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String TOKEN = "!#$%&'*+-.^_`|~";

    /** What comes next. */
    private enum Next {
        /** The size of a chunk. */
        SIZE,
        /** White space between a size and an extension. */
        SPACE,
        /** The extension of a chunk. */
        EXTENSION,
        /** The end of the line with the size of a chunk. */
        DATA_BEGIN,
        /** Content. */
        DATA,
        /** The line end behind a chunk. */
        DATA_END,
        /** The rest of the line end behind a chunk. */
        CHUNK_END,
        /** A trailer field, or the empty line. */
        TRAILER,
        /** The name of a trailer field. */
        NAME,
        /** The value of a trailer field. */
        VALUE,
        /** The end of the line with a trailer field. */
        VALUE_END,
        /** The end of the empty line. */
        LAST,
        /** Nothing of this body. */
        NOTHING
    }

    private final boolean isChunked;
    private final AtomicInteger done = new AtomicInteger();
    private Next next;
    private long left;
    private long received;
    private int digits;
    private ByteBuffer invitation;
    private int refusal;

    private Body(boolean isChunked, long length, boolean isAwaitingInvitation) {
        this.isChunked = isChunked;
        next = isChunked ? Next.SIZE : Next.DATA;
        left = length;
        invitation = isAwaitingInvitation ? ByteBuffer.wrap(CONTINUE) : null;
    }

    /**
     * A body whose length is known.
     *
     * @param length above zero
     * @param isAwaitingInvitation whether the client waits for a 100 before it sends it
     */
    public static Body ofLength(long length, boolean isAwaitingInvitation) {
        return new Body(false, length, isAwaitingInvitation);
    }

    /**
     * A body in chunks.
     *
     * @param isAwaitingInvitation whether the client waits for a 100 before it sends it
     */
    public static Body chunked(boolean isAwaitingInvitation) {
        return new Body(true, 0, isAwaitingInvitation);
    }

    /**
     * Takes what has come of it, and nothing behind its end.
     *
     * @return whether it has come whole
     * @throws ProtocolException if it is not what it should be, so that nobody knows where it ends
     */
    public boolean read(Inbound inbound) throws ProtocolException {
        while (next != Next.NOTHING && inbound.length() > 0) {
            if (next == Next.DATA) {
                int count = (int) Math.min(left, inbound.length());
                inbound.skip(count);
                received += count;
                left -= count;
                if (left == 0) {
                    next = isChunked ? Next.DATA_END : Next.NOTHING;
                }
            } else {
                byte octet = inbound.get(0);
                inbound.skip(1);
                received++;
                next = behind(octet);
            }
        }
        return next == Next.NOTHING;
    }

    private Next behind(byte octet) throws ProtocolException {
        return switch (next) {
            case SIZE -> behindSize(octet);
            case SPACE -> isSpace(octet) ? Next.SPACE : only(';', octet, Next.EXTENSION);
            case EXTENSION -> octet == '\r' ? Next.DATA_BEGIN : text(octet, Next.EXTENSION);
            case DATA_BEGIN -> only('\n', octet, left == 0 ? Next.TRAILER : Next.DATA);
            case DATA_END -> only('\r', octet, Next.CHUNK_END);
            case CHUNK_END -> only('\n', octet, Next.SIZE);
            case TRAILER -> octet == '\r' ? Next.LAST : token(octet);
            case NAME -> octet == ':' ? Next.VALUE : token(octet);
            case VALUE -> octet == '\r' ? Next.VALUE_END : text(octet, Next.VALUE);
            case VALUE_END -> only('\n', octet, Next.TRAILER);
            case LAST -> only('\n', octet, Next.NOTHING);
            case DATA, NOTHING -> throw new IllegalStateException("there is no line at " + next);
        };
    }

    private Next behindSize(byte octet) throws ProtocolException {
        int digit = Character.digit(octet, 16);
        if (digit >= 0 && left <= Long.MAX_VALUE >> 4) {
            left = digits++ == 0 ? digit : left << 4 | digit;
            return Next.SIZE;
        }
        if (digits == 0 || digit >= 0) {
            throw malformed(octet);
        }
        digits = 0;
        return octet == '\r' ? Next.DATA_BEGIN : isSpace(octet) ? Next.SPACE : only(';', octet, Next.EXTENSION);
    }

    private Next only(char wanted, byte octet, Next then) throws ProtocolException {
        if (octet != wanted) {
            throw malformed(octet);
        }
        return then;
    }

    private Next text(byte octet, Next then) throws ProtocolException {
        if (octet >= 0 && octet < ' ' && octet != '\t' || octet == 0x7F) {
            throw malformed(octet);
        }
        return then;
    }

    private Next token(byte octet) throws ProtocolException {
        boolean isToken = octet > 0 && (Character.isLetterOrDigit(octet) || TOKEN.indexOf(octet) >= 0);
        if (!isToken) {
            throw malformed(octet);
        }
        return Next.NAME;
    }

    private static boolean isSpace(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    private ProtocolException malformed(byte octet) {
        return new ProtocolException("octet " + (octet & 0xFF) + " at " + received + " of a body, where " + next + " was to come");
    }

    /** How many bytes it has, its framing included, as far as is known now. */
    public long length() {
        long length = received + left;
        return length < 0 ? Long.MAX_VALUE : length;
    }

    /**
     * Tells a client that waits for it to go on, unless the body comes already.
     *
     * @return whether all is told
     */
    public boolean invite(Transport transport) throws IOException {
        if (invitation != null && received > 0 && invitation.position() == 0) {
            invitation = null;
        }
        if (invitation != null) {
            transport.write(invitation);
            if (invitation.hasRemaining() || !transport.flush()) {
                return false;
            }
            invitation = null;
        }
        return true;
    }

    /** Whether the client is to be told to go on. */
    public boolean isInviting() {
        return invitation != null;
    }

    /** Whether the client has been told a part of that, so that nothing else can be said before the rest. */
    public boolean isMidway() {
        return invitation != null && invitation.position() > 0;
    }

    /** Whether its end is awaited. */
    public boolean isAwaited() {
        return (done.get() & BODY) == 0;
    }

    /** It has come whole, or never will; whether the answer is there, and its time has come with that. For any thread. */
    boolean received() {
        return done.getAndAccumulate(BODY, (a, b) -> a | b) == ANSWER;
    }

    /** The answer is there; whether its time has come with that. For any thread. */
    boolean answered() {
        return done.getAndAccumulate(ANSWER, (a, b) -> a | b) == BODY;
    }

    /** The status to answer with because of it, or 0. For whoever learns that the answer's time has come. */
    int refusal() {
        return refusal;
    }

    void refuse(int status) {
        refusal = status;
    }
}
