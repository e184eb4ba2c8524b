package neurath.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a connection has received and no request has taken yet. For the home section only.
 *
 * <p>Bytes are taken without being copied: what {@link #take} gave out stays where it is until {@link #reuse}. An idle connection
 * holds no buffer after {@link #shed}.
 */
@ProviderType
public final class Inbound {
    private static final int FIRST_CAPACITY = 1024;
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private ByteBuffer buffer = NONE;
    private int start;
    private int examined;
    private boolean lent;
    private boolean ended;

    /**
     * Receives what the transport has. Where there is room left afterwards, the channel tells when there is more.
     *
     * @param most how many bytes may wait
     * @return how many bytes came; 0 also if there is no room; -1 at the end
     */
    public int fill(Transport transport, int most) throws IOException {
        int sum = 0;
        while (hasRoom(most)) {
            makeRoom(most);
            int count = transport.read(buffer);
            ended |= count < 0;
            if (count <= 0) {
                return sum > 0 ? sum : count;
            }
            sum += count;
            if (!transport.hasReceived()) {
                break;
            }
        }
        return sum;
    }

    /** Whether {@link #fill} can receive anything now. */
    public boolean hasRoom(int most) {
        return length() < most;
    }

    private void makeRoom(int most) {
        if (buffer.hasRemaining()) {
            return;
        }
        buffer.limit(buffer.position()).position(start);
        if (start > 0 && !lent) {
            buffer.compact();
        } else {
            int capacity = Math.min(most, Math.max(FIRST_CAPACITY, 2 * buffer.remaining()));
            buffer = ByteBuffer.allocate(capacity).put(buffer);
            lent = false;
        }
        start = 0;
    }

    /** How many bytes have come and are not taken. */
    public int length() {
        return buffer.position() - start;
    }

    /** One of these bytes, counted from the first that is not taken. */
    public byte get(int index) {
        return buffer.get(start + index);
    }

    /** How many of these bytes were looked at in vain, see {@link #examined(int)}. */
    public int examined() {
        return examined;
    }

    /** Notes that the end of a message is not among the first {@code count} bytes. */
    public void examined(int count) {
        examined = count;
    }

    /** Throws the next bytes away. */
    public void skip(int count) {
        start += count;
        examined = 0;
    }

    /** Takes the next bytes, in place. */
    public ByteBuffer take(int count) {
        ByteBuffer taken = buffer.slice(start, count);
        skip(count);
        lent = true;
        return taken;
    }

    /** What was taken is not needed any more. */
    public void reuse() {
        lent = false;
        if (length() == 0) {
            buffer.clear();
            start = 0;
        }
    }

    /** Lets the buffer go if nothing is in it. */
    public void shed() {
        if (!lent && length() == 0) {
            buffer = NONE;
            start = 0;
        }
    }

    /** Whether the client has closed its side: no byte comes any more. */
    public boolean ended() {
        return ended;
    }

    /** Notes what was learnt from a read elsewhere. */
    public void ended(boolean end) {
        ended |= end;
    }
}
