package neurath.operator.http.reply;

import java.io.IOException;
import java.nio.ByteBuffer;
import neurath.api.Lease;
import neurath.http.Answer;
import neurath.http.Transport;

/** An answer that lies in memory: head and body, gathered into one write where they fit. */
final class FromMemory implements Answer {
    /** Offered to the channel at once at most: the JDK copies it into a native buffer first. */
    private static final int CHUNK = 128 * 1024;
    private static final int FAIR_SHARE = 4 * CHUNK;

    private final ByteBuffer[] parts;
    private final ByteBuffer body;
    private final Lease lease;

    FromMemory(ByteBuffer head, ByteBuffer body, Lease lease) {
        this.parts = new ByteBuffer[] {head, body};
        this.body = body;
        this.lease = lease;
    }

    @Override
    public boolean write(Transport transport) throws IOException {
        long share = FAIR_SHARE;
        while (remaining() > 0 && share > 0) {
            int end = body.limit();
            body.limit(Math.min(end, body.position() + CHUNK));
            long offered = remaining();
            long written;
            try {
                written = transport.write(parts);
            } finally {
                body.limit(end);
            }
            if (written < offered) {
                return false;
            }
            share -= written;
        }
        return remaining() == 0;
    }

    @Override
    public long remaining() {
        return (long) parts[0].remaining() + body.remaining();
    }

    @Override
    public void ended(Throwable failure) {
        lease.close();
    }
}
