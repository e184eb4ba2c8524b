package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Requests of the pages of the test site, on connections that stay open. */
final class Requests {
    private static final int PAGE = 20_000;
    private static final int PATIENCE_MS = 10_000;

    private Requests() {}

    /** Asks for a page and takes it. */
    static void ask(Socket connection) throws IOException {
        ask(connection, "/page-00000.bin");
    }

    /** @param target a page, perhaps with a query */
    static void ask(Socket connection, String target) throws IOException {
        connection.setSoTimeout(PATIENCE_MS);
        connection.getOutputStream().write(("GET " + target + " HTTP/1.1\r\nHost: test\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        InputStream in = connection.getInputStream();
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            assertThat(b).as("closed by the server after '%s'", head).isNotNegative();
            head.append((char) b);
        }
        assertThat(head).startsWith("HTTP/1.1 200 ");
        assertThat(in.readNBytes(PAGE)).hasSize(PAGE);
    }
}
