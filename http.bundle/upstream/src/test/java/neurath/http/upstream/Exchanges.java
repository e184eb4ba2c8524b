package neurath.http.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import neurath.http.Request;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;

/** Requests that are sent on, and brought forward by hand. */
final class Exchanges {
    static final ByteBuffer SCRATCH = ByteBuffer.allocate(64 * 1024);

    static {
        // The parser asserts that what it refuses with a status is a request.
        ClassLoader.getSystemClassLoader().setClassAssertionStatus("org.eclipse.jetty.http.HttpException", false);
    }

    private Exchanges() {}

    static Forwarded sent(Backend backend) {
        return sent(backend, "GET");
    }

    static Forwarded sent(Backend backend, String method) {
        var request = new Request(null, 0, method, HttpURI.from("/"), "/", HttpVersion.HTTP_1_1, HttpFields.EMPTY, List.of());
        String head = method + " / HTTP/1.1\r\nHost: x\r\n\r\n";
        var forwarded = new Forwarded(request, backend, ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
        forwarded.goOn(SCRATCH);
        return forwarded;
    }

    /** Brings a request forward, as its channel becomes ready, until it is in a phase. */
    static Forwarded until(Forwarded forwarded, Forwarded.Phase phase) throws IOException {
        while (forwarded.phase() != phase) {
            assertThat(forwarded.phase()).as("of %s: %s", forwarded, forwarded.failure())
                    .isNotIn(Forwarded.Phase.ANSWERED, Forwarded.Phase.FAILED, Forwarded.Phase.WAITING);
            awaitReady(forwarded);
            forwarded.goOn(SCRATCH);
        }
        return forwarded;
    }

    static void awaitReady(Forwarded forwarded) throws IOException {
        awaitReady(forwarded.channel(), forwarded.phase().interest());
    }

    static void awaitReady(SocketChannel channel, int operations) throws IOException {
        try (Selector selector = Selector.open()) {
            SelectionKey key = channel.register(selector, operations);
            assertThat(selector.select(10_000)).as("%s is ready", channel).isEqualTo(1);
            key.cancel();
        }
    }
}
