package neurath.operator.http.reply;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import neurath.api.Lease;
import neurath.http.Answer;
import neurath.http.Content;
import neurath.http.Transport;

/** What is transferred from an open file, past the memory of this process, and what stands before it: the head of an answer. */
final class FromFile implements Answer {
    private static final long FAIR_SHARE = 1024 * 1024;

    private final ByteBuffer head;
    private final FileChannel file;
    private final long end;
    private final Content.FileRegion region;
    private final Lease lease;
    private long position;

    FromFile(ByteBuffer head, Content.FileRegion region, Lease lease) {
        this.head = head;
        this.region = region;
        this.lease = lease;
        file = region.channel();
        position = region.position();
        end = position + region.length();
    }

    @Override
    public boolean write(Transport transport) throws IOException {
        if (head.hasRemaining()) {
            transport.write(head);
            if (head.hasRemaining()) {
                return false;
            }
        }
        if (position < end) {
            long sent = transport.transferFrom(file, position, Math.min(FAIR_SHARE, end - position));
            position += sent;
            if (sent == 0 && file.size() < end) {
                throw new EOFException("the file has become shorter than the " + region.length() + " bytes that were announced");
            }
        }
        return position == end;
    }

    @Override
    public long remaining() {
        return head.remaining() + end - position;
    }

    @Override
    public void ended(Throwable failure) {
        try {
            region.release();
        } finally {
            lease.close();
        }
    }
}
