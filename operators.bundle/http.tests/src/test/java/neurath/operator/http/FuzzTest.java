package neurath.operator.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import neurath.operator.http.WebServer.Scheme;
import neurath.testing.Identity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random octets, most of them close to requests: each connection is answered or closed, nothing is answered with 500, and it makes no
 * difference in which pieces the octets come. Every failure names its seed.
 */
@ParameterizedClass(name = "load and reply {0}, by {1}")
@CsvSource({"1.0.0, HTTP", "2.0.0, HTTP", "2.0.0, HTTPS"})
class FuzzTest {
    private static final boolean IS_LONG = Boolean.getBoolean("neurath.long");
    private static final int SEEDS = IS_LONG ? 20_000 : 1500;
    /** What differs from answer to answer: the time, what stands between parts, and whether a client has sent its body before it was told to. */
    private static final Pattern PASSING =
            Pattern.compile("Date: [^\r]*|boundary=\\w+|--\\w{20,}|HTTP/1.1 100 Continue\r\n\r\n");
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})");
    private static final Pattern ANSWERS = Pattern.compile("(HTTP/1\\.[01] [1-5]\\d\\d [\\s\\S]*)?");

    @TempDir
    Path folder;

    @TempDir
    Path keys;

    private final String pair;
    private final Scheme scheme;
    private WebServer server;
    private Bystander bystander;

    FuzzTest(String pair, Scheme scheme) {
        this.pair = pair;
        this.scheme = scheme;
    }

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("hello.txt"), "hello\n");
        Files.createDirectory(folder.resolve("sub"));
        Files.writeString(folder.resolve("sub/index.html"), "<p>index");
        server = new WebServer.Settings(folder)
                .pair(pair)
                .scheme(scheme, Identity.make(keys, "server"))
                .set("http.max-head-bytes", 4000)
                .set("http.max-uri-bytes", 500)
                .start();
        bystander = new Bystander(server, "/hello.txt", "hello\n", 100);
    }

    @AfterEach
    void stop() throws Exception {
        try {
            bystander.close();
        } finally {
            server.close();
        }
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void whatever_comes_is_answered_or_closed_and_never_with_500_and_its_pieces_do_not_matter() throws Exception {
        long first = IS_LONG ? new Random().nextLong() : 0;
        System.out.println("FuzzTest: seeds from " + first);
        var statuses = new TreeSet<String>();
        long end = first + (scheme == Scheme.HTTPS ? SEEDS / 3 : SEEDS); // handshakes take their time
        for (long seed = first; seed < end; seed++) {
            var random = new Random(seed);
            byte[] bytes = RandomBytes.from(random);
            String what = "seed " + seed + ": " + RandomBytes.readable(bytes);
            String whole = answers(what, bytes, 0, bytes.length);
            assertThat(whole).as(what).matches(ANSWERS).doesNotContain("HTTP/1.1 500", "HTTP/1.0 500");
            STATUS.matcher(whole).results().forEach(status -> statuses.add(status.group(1)));
            int[] cuts = RandomBytes.cuts(random, bytes.length);
            assertThat(answers(what + " in pieces", bytes, cuts)).as("%s in %d pieces", what, cuts.length - 1).isEqualTo(whole);
            assertThat(server.failures()).as(what).isEmpty();
        }
        assertThat(statuses).as("what was tried").contains("200", "301", "400", "404", "405", "414", "431", "501", "505");
        bystander.isServed();
    }

    /** All that a client gets that sends these pieces and closes its side. */
    private String answers(String what, byte[] bytes, int... cuts) throws IOException {
        try (Client client = server.connect()) {
            try {
                for (int i = 1; i < cuts.length; i++) {
                    client.socket.getOutputStream().write(bytes, cuts[i - 1], cuts[i] - cuts[i - 1]);
                }
                client.socket.shutdownOutput();
            } catch (SocketException closedByServer) {
                assertThat(closedByServer).as(what).hasMessageContaining("pipe");
            }
            return PASSING.matcher(new String(client.in().readAllBytes(), ISO_8859_1)).replaceAll("");
        } catch (SocketTimeoutException hangs) {
            throw new AssertionError(what + " is neither answered nor closed", hangs);
        }
    }
}
