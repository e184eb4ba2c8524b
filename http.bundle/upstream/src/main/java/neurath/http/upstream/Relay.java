package neurath.http.upstream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import neurath.http.Answer;
import neurath.http.Content;
import neurath.http.Feed;
import neurath.http.Transport;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Content that comes from a backend while the client takes it. It keeps a bounded number of bytes: what the client does not take stays with
 * the backend. The connection to the backend is free when all has come.
 */
@ProviderType
public final class Relay implements Content.Streamed {
    /** Received at once at most, and kept while the client does not take it. */
    static final int CAPACITY = 64 * 1024;
    private static final long FAIR_SHARE = 1024 * 1024;
    /** Stands for all that is still to come, where nobody knows how much that is. */
    private static final long ENDLESS = 1L << 62;
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Upstream upstream;
    private final ByteBuffer begun;
    private final long length;
    private boolean inChunks;
    /** The connection is the backend's again, or closed. */
    private boolean released;

    /** @param arrived what came behind the head; empty afterwards */
    Relay(Upstream upstream, ByteBuffer arrived) throws IOException {
        this.upstream = upstream;
        long announced = upstream.announced();
        begun = ByteBuffer.allocate(arrived.remaining());
        for (ByteBuffer content = upstream.content(arrived); content != null; content = upstream.content(arrived)) {
            begun.put(content);
        }
        begun.flip();
        if (upstream.isComplete()) {
            length = begun.remaining();
            release(arrived.hasRemaining());
        } else {
            length = announced;
        }
    }

    /** {@inheritDoc} Where the backend did not say so before, it is known if all of it came with the head. */
    @Override
    public long length() {
        return length;
    }

    /** It is to be written in chunks (RFC 9112, 7.1). Before it is written. */
    public void writeInChunks() {
        inChunks = true;
    }

    @Override
    public Answer behind(ByteBuffer head) {
        return new Relayed(head);
    }

    /** Nobody will write it. */
    @Override
    public void release() {
        if (!released) {
            released = true;
            upstream.close();
        }
    }

    private void release(boolean excess) {
        released = true;
        upstream.release(excess);
    }

    private final class Relayed implements Answer {
        private final Feed feed = new Feed(upstream.channel());
        /** The head first, then a piece of content with what stands around it. */
        private ByteBuffer[] pieces;
        private ByteBuffer received = NOTHING;
        private boolean isWhole;
        private boolean waitsForFeed;
        private final long total;
        private long written;

        Relayed(ByteBuffer head) {
            total = length < 0 ? ENDLESS : head.remaining() + length;
            pieces = begun.hasRemaining() ? withHead(head) : new ByteBuffer[] {head};
        }

        private ByteBuffer[] withHead(ByteBuffer head) {
            ByteBuffer[] first = framed(begun);
            var both = new ByteBuffer[first.length + 1];
            both[0] = head;
            System.arraycopy(first, 0, both, 1, first.length);
            return both;
        }

        @Override
        public boolean write(Transport transport) throws IOException {
            waitsForFeed = false;
            long share = FAIR_SHARE;
            while (share > 0) {
                if (unwritten() > 0) {
                    long sent = transport.write(pieces);
                    written += sent;
                    share -= sent;
                    if (unwritten() > 0) {
                        return false;
                    }
                } else if (isWhole) {
                    return true;
                } else if (!receive()) {
                    waitsForFeed = transport.flush();
                    return false;
                }
            }
            return false;
        }

        private long unwritten() {
            long sum = 0;
            for (ByteBuffer piece : pieces) {
                sum += piece.remaining();
            }
            return sum;
        }

        /** Makes ready what is to be written next; whether there is something, or nothing will come any more. */
        private boolean receive() throws IOException {
            ByteBuffer content = null;
            while (!released && content == null) {
                content = upstream.content(received);
                if (content != null && !received.hasRemaining()) {
                    upstream.content(received); // it may have been the last
                }
                if (upstream.isComplete()) {
                    feed.over();
                    release(received.hasRemaining());
                } else if (content == null && !receiveMore()) {
                    return false;
                }
            }
            if (content != null) {
                pieces = framed(content);
            } else {
                isWhole = true;
                pieces = inChunks ? new ByteBuffer[] {ByteBuffer.wrap(LAST_CHUNK)} : new ByteBuffer[0];
            }
            return true;
        }

        private boolean receiveMore() throws IOException {
            if (received.capacity() == 0) {
                received = ByteBuffer.allocate(CAPACITY);
            }
            int count = upstream.channel().read(received.clear());
            received.flip();
            if (count < 0) {
                upstream.end();
            }
            return count != 0;
        }

        private ByteBuffer[] framed(ByteBuffer content) {
            if (!inChunks) {
                return new ByteBuffer[] {content};
            }
            String size = Integer.toHexString(content.remaining()) + "\r\n";
            return new ByteBuffer[] {
                ByteBuffer.wrap(size.getBytes(StandardCharsets.US_ASCII)), content, ByteBuffer.wrap(LINE_END)
            };
        }

        @Override
        public Feed awaits() {
            return waitsForFeed ? feed : null;
        }

        @Override
        public long remaining() {
            return total - written;
        }

        @Override
        public void ended(Throwable failure) {
            release();
        }
    }
}
