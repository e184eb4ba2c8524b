package neurath.operator.http.reply;

import java.io.IOException;
import java.nio.ByteBuffer;
import neurath.api.Lease;
import neurath.http.Answer;
import neurath.http.Transport;

/** An answer without content behind its head. */
final class HeadOnly implements Answer {
    private final ByteBuffer head;
    private final Lease lease;

    HeadOnly(ByteBuffer head, Lease lease) {
        this.head = head;
        this.lease = lease;
    }

    @Override
    public boolean write(Transport transport) throws IOException {
        transport.write(head);
        return !head.hasRemaining();
    }

    @Override
    public long remaining() {
        return head.remaining();
    }

    @Override
    public void ended(Throwable failure) {
        lease.close();
    }
}
