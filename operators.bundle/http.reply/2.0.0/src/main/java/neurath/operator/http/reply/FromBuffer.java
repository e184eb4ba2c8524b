package neurath.operator.http.reply;

import java.io.IOException;
import java.nio.ByteBuffer;
import neurath.api.Lease;
import neurath.http.Answer;
import neurath.http.Transport;

/** What little of an answer lies in memory: its head, or what stands between the parts of a file. */
final class FromBuffer implements Answer {
    private final ByteBuffer bytes;
    private final Lease lease;

    FromBuffer(ByteBuffer bytes, Lease lease) {
        this.bytes = bytes;
        this.lease = lease;
    }

    @Override
    public boolean write(Transport transport) throws IOException {
        transport.write(bytes);
        return !bytes.hasRemaining();
    }

    @Override
    public long remaining() {
        return bytes.remaining();
    }

    @Override
    public void ended(Throwable failure) {
        lease.close();
    }
}
