package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Requests of the pages of the test site, on connections that stay open. */
final class Requests {
    private static final int PAGE = 20_000;
    private static final int PATIENCE_MS = 10_000;
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)\r\n");

    private Requests() {}

    /** Asks for a page and takes it. */
    static void ask(Socket connection) throws IOException {
        ask(connection, "/page-00000.bin");
    }

    /** @param target a page, perhaps with a query */
    static void ask(Socket connection, String target) throws IOException {
        connection.getOutputStream().write(("GET " + target + " HTTP/1.1\r\nHost: test\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        String head = head(connection);
        assertThat(head).startsWith("HTTP/1.1 200 ");
        assertThat(connection.getInputStream().readNBytes(PAGE)).hasSize(PAGE);
    }

    /** Takes an answer, whatever it is; its status. */
    static int answer(Socket connection) throws IOException {
        String head = head(connection);
        Matcher length = LENGTH.matcher(head);
        int count = length.find() ? Integer.parseInt(length.group(1)) : 0;
        assertThat(connection.getInputStream().readNBytes(count)).hasSize(count);
        return Integer.parseInt(head.split(" ")[1]);
    }

    private static String head(Socket connection) throws IOException {
        connection.setSoTimeout(PATIENCE_MS);
        InputStream in = connection.getInputStream();
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            assertThat(b).as("closed by the server after '%s'", head).isNotNegative();
            head.append((char) b);
        }
        return head.toString();
    }
}
