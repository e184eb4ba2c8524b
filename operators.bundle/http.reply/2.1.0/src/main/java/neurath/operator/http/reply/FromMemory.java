package neurath.operator.http.reply;

import java.io.IOException;
import java.nio.ByteBuffer;
import neurath.api.Lease;
import neurath.http.Answer;
import neurath.http.Transport;

/** An answer that lies in memory: head and body, or its parts, gathered into one write where they fit. */
final class FromMemory implements Answer {
    /** Offered to the channel at once at most: the JDK copies it into a native buffer first. */
    private static final int CHUNK = 128 * 1024;
    private static final int FAIR_SHARE = 4 * CHUNK;

    private final ByteBuffer[] parts;
    private final Lease lease;
    private int first;

    /** @param parts the answer's alone, the head first */
    FromMemory(ByteBuffer[] parts, Lease lease) {
        this.parts = parts;
        this.lease = lease;
    }

    @Override
    public boolean write(Transport transport) throws IOException {
        long share = FAIR_SHARE;
        while (remaining() > 0 && share > 0) {
            long offered = Math.min(CHUNK, remaining());
            long written = offer(transport, (int) offered);
            if (written < offered) {
                return false;
            }
            share -= written;
        }
        return remaining() == 0;
    }

    /** Offers the next so many bytes, of as many parts as it takes. */
    private long offer(Transport transport, int most) throws IOException {
        int last = first;
        int before = 0;
        while (before + parts[last].remaining() < most) {
            before += parts[last++].remaining();
        }
        ByteBuffer cut = parts[last];
        int end = cut.limit();
        cut.limit(cut.position() + most - before);
        try {
            return transport.write(parts, first, last - first + 1);
        } finally {
            cut.limit(end);
            while (first < last && !parts[first].hasRemaining()) {
                first++;
            }
        }
    }

    @Override
    public long remaining() {
        long sum = 0;
        for (int i = first; i < parts.length; i++) {
            sum += parts[i].remaining();
        }
        return sum;
    }

    @Override
    public void ended(Throwable failure) {
        lease.close();
    }
}
