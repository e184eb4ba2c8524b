package neurath.operator.http;

import static neurath.operator.http.Abuse.get;
import static neurath.operator.http.Abuse.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The behaviours that two public suites look at, both of them named h1spec: uNetworking's and dropseed's, 33 cases each. The suites
 * themselves are in no package registry, so these are tests of our own, which ask for the same; see docs/conformance.md.
 */
class H1SpecTest {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ");

    @TempDir
    Path folder;

    private WebServer server;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("index.html"), "<p>index");
        server = new WebServer.Settings(folder).start();
    }

    @AfterEach
    void stop() throws Exception {
        List<String> failures = server.failures();
        server.close();
        assertThat(failures).isEmpty();
    }

    /** The 15 places where uNetworking's suite stops in the middle of a request. */
    @ParameterizedTest
    @MethodSource
    void a_request_that_has_not_come_whole_is_waited_for(String begun, String rest) throws Exception {
        try (Client client = new Client(server.address());
                Client other = new Client(server.address())) {
            client.send(begun);
            assertThat(other.get("/").status()).isEqualTo(200);
            assertThat(client.in().available()).isZero();
            assertThat(client.send(rest).answer().status()).isEqualTo(200);
        }
    }

    static List<String[]> a_request_that_has_not_come_whole_is_waited_for() {
        String whole = get("/?hello");
        return List.of("G", "GET ", "GET /?hello", "GET /?hello ", "GET /?hello HTTP", "GET /?hello HTTP/1.1", "GET /?hello HTTP/1.1\r",
                "GET /?hello HTTP/1.1\r\n", "GET /?hello HTTP/1.1\r\nHos", "GET /?hello HTTP/1.1\r\nHost:",
                "GET /?hello HTTP/1.1\r\nHost: ",
                "GET /?hello HTTP/1.1\r\nHost: localhost", "GET /?hello HTTP/1.1\r\nHost: localhost\r",
                "GET /?hello HTTP/1.1\r\nHost: localhost\r\n", "GET /?hello HTTP/1.1\r\nHost: localhost\r\n\r")
                .stream()
                .map(begun -> new String[] {begun, whole.substring(begun.length())})
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"uNetworking", "dropseed"})
    void a_request_is_answered_as_the_suite_expects(Abuse abuse) throws Exception {
        try (Client client = new Client(server.address())) {
            client.send(abuse.request()).socket.shutdownOutput();
            assertThat(statuses(client)).as(abuse.sentence()).isNotEmpty().first().isIn(abuse.statuses());
        }
    }

    private static List<Integer> statuses(Client client) throws IOException {
        String all = new String(client.in().readAllBytes(), StandardCharsets.ISO_8859_1);
        return STATUS.matcher(all).results().map(status -> Integer.valueOf(status.group(1))).toList();
    }

    private static Abuse head(String sentence, String... lines) {
        return Abuse.abuse(sentence, String.join("\r\n", lines) + "\r\n\r\n");
    }

    /** Two of this suite's cases need a server that takes a POST and sends its body back; one for files says 405. */
    static List<Abuse> uNetworking() {
        String chunks = "b\r\nhello world\r\n0\r\n\r\n";
        return List.of(
                head("no version", "GET / ").gets(400),
                head("Expect", "GET / HTTP/1.1", "Host: x", "Expect: 100-continue").gets(100, 200),
                head("a good GET", "GET / HTTP/1.1", "Host: x").gets(200),
                head("a good GET with a tab, and a field that is empty", "GET / HTTP/1.1", "hOST:\tx", "a:").gets(200),
                head("brackets in a name", "GET / HTTP/1.1", "Host: x", "X[]: a").gets(400),
                head("no Host", "GET / HTTP/1.1", "Content-Length: 5").gets(400),
                head("two Hosts", "GET / HTTP/1.1", "Host: x", "Host: y").gets(400),
                head("a negative length that overflows", "GET / HTTP/1.1", "Host: x", "Content-Length: -" + "9".repeat(27)).gets(400),
                head("a negative length", "GET / HTTP/1.1", "Host: x", "Content-Length: -10").gets(400),
                head("a length in letters", "GET / HTTP/1.1", "Host: x", "Content-Length: ten").gets(400),
                head("a field of a space", "GET / HTTP/1.1", "Host: x", "X: ").gets(200),
                head("a control character", "GET / HTTP/1.1", "Host: x", "X: a\u0007").gets(400),
                head("another version", "GET / HTTP/9.9", "Host: x").gets(505),
                head("words before the method", "So a GET / HTTP/1.1", "Host: x").gets(400),
                head("a bare carriage return", "GET / HTTP/1.1", "Host: x", "\rX: a").gets(400),
                Abuse.abuse("POST", request("POST", "/", "Content-Length: 5") + "hello").gets(405),
                Abuse.abuse("POST in chunks", request("POST", "/", "Transfer-Encoding: chunked") + chunks).gets(405),
                Abuse.abuse("chunks and a length", request("POST", "/", "content-LengtH: 5", "TransFer-Encoding: chunked") + chunks)
                        .gets(400));
    }

    static List<Abuse> dropseed() {
        String chunks = "5\r\nhello\r\n0\r\n\r\n";
        return List.of(
                Abuse.abuse("a simple GET", get("/")).gets(200),
                Abuse.abuse("POST with a length", request("POST", "/", "Content-Length: 5") + "hello").gets(405),
                Abuse.abuse("OPTIONS of the server", request("OPTIONS", "*")).gets(200, 204, 405),
                Abuse.abuse("absolute form", get("http://localhost/")).gets(200),
                Abuse.abuse("CONNECT", request("CONNECT", "example.com:443")).gets(405, 501),
                head("HTTP/2.0", "GET / HTTP/2.0", "Host: x").gets(400, 505),
                head("a request line without a version", "GET /", "Host: x").gets(400),
                head("no Host at all", "GET / HTTP/1.1").gets(400),
                head("Host twice", "GET / HTTP/1.1", "Host: x", "Host: y").gets(400),
                head("a Host with a space", "GET / HTTP/1.1", "Host: x y").gets(400),
                head("a name with a space", "GET / HTTP/1.1", "Host: x", "X Y: a").gets(400),
                head("a folded line", "GET / HTTP/1.1", "Host: x", "  more").gets(400),
                head("a space before the colon", "GET / HTTP/1.1", "Host : x").gets(400),
                head("NUL in a value", "GET / HTTP/1.1", "Host: x\0y").gets(400),
                Abuse.abuse("chunks", request("POST", "/", "Transfer-Encoding: chunked") + chunks).gets(405),
                Abuse.abuse("chunks in HTTP/1.0", "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks).gets(400),
                Abuse.abuse("chunks beside a length", request("POST", "/", "Transfer-Encoding: chunked", "Content-Length: 5") + chunks)
                        .gets(400),
                Abuse.abuse("an unknown coding", request("POST", "/", "Transfer-Encoding: nonsense") + "hello").gets(400, 501),
                Abuse.abuse("a length in letters", request("POST", "/", "Content-Length: xyz") + "hello").gets(400),
                Abuse.abuse("two lengths", request("POST", "/", "Content-Length: 5", "Content-Length: 7") + "hello!!").gets(400),
                Abuse.abuse("a method in small letters", request("get", "/")).gets(501));
    }

    /** dropseed's cases of bodies whose end cannot be known: at most one answer follows, and it is not the next request's. */
    @ParameterizedTest
    @MethodSource
    void what_follows_a_body_without_a_certain_end_is_no_request(String fields, String body, Integer[] answers) throws Exception {
        try (Client client = new Client(server.address())) {
            client.send(request("POST", "/", fields) + body + get("/", "Connection: close"));
            assertThat(statuses(client)).singleElement().isIn(Arrays.asList(answers));
        }
    }

    static List<Object[]> what_follows_a_body_without_a_certain_end_is_no_request() {
        String chunked = "Transfer-Encoding: chunked";
        return List.of(
                new Object[] {"Transfer-Encoding: chunked, gzip", "5\r\nhello\r\n0\r\n\r\n", new Integer[] {400}},
                new Object[] {"Content-Length: 5\r\n" + chunked, "5\r\nhello\r\n0\r\n\r\n", new Integer[] {400}},
                new Object[] {chunked, "Z\r\nhello\r\n0\r\n\r\n", new Integer[] {400, 405}},
                new Object[] {chunked, "5\r\nhello0\r\n\r\n", new Integer[] {400, 405}});
    }

    @Test
    void a_client_that_waits_for_100_is_told_to_go_on_or_is_answered() throws Exception {
        try (Client client = new Client(server.address())) {
            client.send(request("POST", "/", "Content-Length: 5", "Expect: 100-continue"));
            int status = client.answer().status();
            assertThat(status == 100 ? client.send("hello").answer().status() : status).isEqualTo(405);
        }
    }

    @Test
    void the_answer_to_HEAD_has_no_body() throws Exception {
        try (Client client = new Client(server.address())) {
            client.send(request("HEAD", "/")).socket.shutdownOutput();
            assertThat(new String(client.in().readAllBytes(), StandardCharsets.ISO_8859_1)).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n");
        }
    }

    @Test
    void a_connection_carries_two_requests() throws Exception {
        try (Client client = new Client(server.address())) {
            assertThat(client.get("/").status()).isEqualTo(200);
            assertThat(client.get("/").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @MethodSource
    void the_server_closes_where_it_is_asked_to(String request) throws Exception {
        try (Client client = new Client(server.address())) {
            assertThat(client.send(request).answer().status()).isEqualTo(200);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    static List<String> the_server_closes_where_it_is_asked_to() {
        return List.of(get("/", "Connection: close"), "GET / HTTP/1.0\r\nHost: x\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource
    void a_server_lives_on_that_was_asked_too_much(String request, int status) throws Exception {
        try (Client client = new Client(server.address());
                Client next = new Client(server.address())) {
            assertThat(client.send(request).answer().status()).isEqualTo(status);
            assertThat(next.get("/").status()).isEqualTo(200);
        }
    }

    static List<Object[]> a_server_lives_on_that_was_asked_too_much() {
        return List.of(
                new Object[] {get("/" + "a".repeat(9000)), 414},
                new Object[] {get("/", "X: a\r\n".repeat(100) + "X: a"), 200},
                new Object[] {get("/", "X: " + "x".repeat(9000)), 200});
    }
}
