package neurath.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The answer to a request whose handling failed: 500, without content, so that it suits every method. */
final class ServerError implements Answer {
    private static final byte[] HEAD =
            """
            HTTP/1.1 500 Server Error\r
            Server: neurath\r
            Content-Length: 0\r
            Connection: close\r
            \r
            """.getBytes(StandardCharsets.US_ASCII);

    private final ByteBuffer head = ByteBuffer.wrap(HEAD);

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
    public void ended(Throwable failure) {}
}
