package neurath.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.DateGenerator;
import org.eclipse.jetty.http.HttpStatus;

/** An answer that was not composed: a status without content, so that it suits every method, and the last of its connection. */
final class BareStatus implements Answer {
    private final ByteBuffer head;

    BareStatus(int status) {
        head = ByteBuffer.wrap("""
                HTTP/1.1 %d %s\r
                Date: %s\r
                Server: neurath\r
                Content-Length: 0\r
                Connection: close\r
                \r
                """
                .formatted(status, HttpStatus.getMessage(status), DateGenerator.formatDate(System.currentTimeMillis()))
                .getBytes(StandardCharsets.US_ASCII));
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
    public void ended(Throwable failure) {}
}
