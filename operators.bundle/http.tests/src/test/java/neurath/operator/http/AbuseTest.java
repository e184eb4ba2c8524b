package neurath.operator.http;

import static neurath.operator.http.Abuse.abuse;
import static neurath.operator.http.Abuse.get;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import neurath.operator.http.Client.Answer;
import neurath.operator.http.WebServer.Scheme;
import neurath.testing.Identity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What should not be done to a server, each with the answer of RFC 9110 and 9112. All is done to one server, on which somebody else
 * is served all the time.
 */
@ParameterizedClass(name = "load and reply {0}, by {1}")
@CsvSource({"1.0.0, HTTP", "2.0.0, HTTP", "2.0.0, HTTPS"})
class AbuseTest {
    private static final String HELLO = "0123456789";
    private static final String SMUGGLED = get("/smuggled.txt");
    private static final int MAX_HEAD = 16 * 1024;

    @TempDir
    static Path all;

    @Parameter(0)
    String pair;

    @Parameter(1)
    Scheme scheme;

    private static WebServer server;
    private static Bystander bystander;

    @BeforeParameterizedClassInvocation
    static void start(String pair, Scheme scheme) throws Exception {
        Path folder = Files.createDirectory(all.resolve(pair + scheme));
        Path root = Files.createDirectory(folder.resolve("root"));
        Files.writeString(root.resolve("hello.txt"), HELLO);
        Files.writeString(root.resolve("smuggled.txt"), "a request that nobody made");
        Files.writeString(root.resolve("empty.txt"), "");
        Files.writeString(folder.resolve("secret"), "secret");
        Files.createSymbolicLink(root.resolve("out"), folder.resolve("secret"));
        Files.createSymbolicLink(root.resolve("folder-out"), folder);
        Files.createSymbolicLink(root.resolve("device"), Path.of("/dev/zero"));
        Files.createSymbolicLink(root.resolve("loop"), root.resolve("loop"));
        assertThat(new ProcessBuilder("mkfifo", root.resolve("pipe").toString()).start().waitFor()).isZero();
        server = new WebServer.Settings(root)
                .pair(pair)
                .scheme(scheme, Identity.make(folder, "server"))
                .set("http.max-head-bytes", MAX_HEAD)
                .start();
        bystander = new Bystander(server, "/hello.txt", HELLO, 100);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        try {
            bystander.close();
        } finally {
            server.close();
        }
    }

    @AfterEach
    void others_are_served_and_no_operator_failed() {
        bystander.isServed();
        assertThat(server.failures()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void paths(Abuse abuse) throws Exception {
        assertAnswered(abuse);
    }

    static List<Abuse> paths() {
        return List.of(
                abuse("a path that climbs out of the root", get("/../secret")).gets(400),
                abuse("a path that climbs far", get("/../../../../../../etc/passwd")).gets(400),
                abuse("a path that climbs out after a dot", get("/./../secret")).gets(400),
                abuse("a path that climbs out of a folder that is not there", get("/x/../../secret")).gets(400),
                abuse("a path that climbs out of a file", get("/hello.txt/../../secret")).gets(400),
                abuse("a path that climbs out after two slashes", get("//../secret")).gets(404),
                abuse("dots encoded", get("/%2e%2e/secret")).gets(400),
                abuse("dots and slash encoded", get("/%2E%2E%2Fsecret")).gets(400),
                abuse("the slash encoded", get("/..%2fsecret")).gets(400),
                abuse("dots encoded twice", get("/%252e%252e/secret")).gets(404),
                abuse("dots and slash encoded twice", get("/%252e%252e%252fsecret")).gets(404),
                abuse("a backslash", get("/..\\secret")).gets(400),
                abuse("a backslash encoded", get("/..%5csecret")).gets(400),
                abuse("overlong UTF-8 of two octets", get("/%c0%ae%c0%ae/secret")).gets(400),
                abuse("overlong UTF-8 of three octets", get("/%e0%80%ae%e0%80%ae/secret")).gets(400),
                abuse("an overlong slash", get("/%c0%ae%c0%ae%c0%afsecret")).gets(400),
                abuse("a lone octet of UTF-8", get("/%c3")).gets(400),
                abuse("NUL behind a name", get("/hello.txt%00.html")).gets(400),
                abuse("NUL between dots", get("/.%00./secret")).gets(400),
                abuse("a line feed encoded", get("/hello.txt%0a")).gets(400),
                abuse("dots with a parameter", get("/..;/secret")).gets(400),
                abuse("a name with a semicolon", get("/hello.txt;a=b")).gets(404),
                abuse("an escape that is none", get("/%zz")).gets(400),
                abuse("an escape that is cut off", get("/hello.txt%")).gets(400),
                abuse("an escape of UTF-16", get("/%u0068ello.txt")).gets(400),
                abuse("a symbolic link out of the root", get("/out")).gets(404),
                abuse("a path through a symbolic link out of the root", get("/folder-out/secret")).gets(404),
                abuse("a symbolic link to itself", get("/loop")).gets(404),
                abuse("a device", get("/device")).gets(404),
                abuse("a named pipe", get("/pipe")).gets(404),
                abuse("a path of 300 octets", get("/" + "a".repeat(300))).gets(404),
                abuse("a path of 9,000 octets", get("/" + "a".repeat(9000))).gets(414),
                abuse("a path of 1,000 folders", get("/a".repeat(1000))).gets(404),
                abuse("a path of 1,000 slashes", get("/".repeat(1000) + "hello.txt")).gets(200),
                abuse("a slash behind a file", get("/hello.txt/")).gets(404),
                abuse("dots in the query", get("/hello.txt?../../secret")).gets(200));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void heads(Abuse abuse) throws Exception {
        assertAnswered(abuse);
    }

    static Stream<Abuse> heads() {
        return Stream.of(hosts(), lines(), fields(), targets(), methods(), versions()).flatMap(List::stream);
    }

    private static List<Abuse> hosts() {
        return List.of(
                abuse("no Host", "GET / HTTP/1.1\r\n\r\n").gets(400).isClosed(),
                abuse("two Hosts", get("/", "Host: other")).gets(400).isClosed(),
                abuse("the same Host twice", get("/", "Host: localhost")).gets(400).isClosed(),
                abuse("a Host with a space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n").gets(400).isClosed(),
                abuse("a Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n").gets(400).isClosed(),
                abuse("two Hosts in one", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n").gets(400).isClosed(),
                abuse("a Host with a port that is none", "GET / HTTP/1.1\r\nHost: a:http\r\n\r\n").gets(400).isClosed(),
                abuse("a target with a host and no Host", "GET http://localhost/hello.txt HTTP/1.1\r\n\r\n").gets(400).isClosed());
    }

    private static List<Abuse> lines() {
        return List.of(
                abuse("a folded line", get("/hello.txt", "X: a", " b")).gets(400).isClosed(),
                abuse("a folded line with a tab", get("/hello.txt", "X: a", "\tb")).gets(400).isClosed(),
                abuse("a folded line behind the request line", "GET / HTTP/1.1\r\n X: a\r\nHost: x\r\n\r\n").gets(400).isClosed(),
                abuse("lines that end with a bare line feed", get("/hello.txt").replace("\r", "")).gets(400).isClosed(),
                abuse("one line that ends with a bare line feed", "GET /hello.txt HTTP/1.1\r\nHost: x\nX: a\r\n\r\n").gets(400).isClosed(),
                abuse("a bare line feed that hides a field", get("/hello.txt", "X: a\nTransfer-Encoding: chunked")).gets(400).isClosed(),
                abuse("a bare carriage return in a value", get("/hello.txt", "X: a\rb")).gets(400).isClosed(),
                abuse("a bare carriage return before a name", get("/hello.txt", "\rX: a")).gets(400).isClosed(),
                abuse("a bare carriage return in the request line", "GET /hello.txt\rHTTP/1.1\r\nHost: x\r\n\r\n").gets(400).isClosed(),
                abuse("empty lines before the request", "\r\n\r\n" + get("/hello.txt")).gets(200),
                abuse("a space before the request", ' ' + get("/hello.txt")).gets(400).isClosed(),
                abuse("tabs in the request line", "GET\t/hello.txt\tHTTP/1.1\r\nHost: x\r\n\r\n").gets(400).isClosed(),
                abuse("a fourth word in the request line", get("/hello.txt HTTP/1.1")).gets(400).isClosed(),
                abuse("two words in the request line", "GET HTTP/1.1\r\nHost: x\r\n\r\n").gets(400).isClosed(),
                abuse("one word", "nonsense\r\n\r\n").gets(400).isClosed(),
                abuse("NUL", "\0\r\n\r\n").gets(400).isClosed());
    }

    private static List<Abuse> fields() {
        return List.of(
                abuse("a space before the colon", get("/hello.txt", "X : a")).gets(400).isClosed(),
                abuse("a space before the colon of Host", "GET /hello.txt HTTP/1.1\r\nHost : x\r\n\r\n").gets(400).isClosed(),
                abuse("a space in a name", get("/hello.txt", "X Y: a")).gets(400).isClosed(),
                abuse("no colon", get("/hello.txt", "X")).gets(400).isClosed(),
                abuse("no name", get("/hello.txt", ": a")).gets(400).isClosed(),
                abuse("brackets in a name", get("/hello.txt", "X[]: a")).gets(400).isClosed(),
                abuse("an octet above 127 in a name", get("/hello.txt", "\u00e4: a")).gets(400).isClosed(),
                abuse("NUL in a name", get("/hello.txt", "X\0: a")).gets(400).isClosed(),
                abuse("NUL in a value", get("/hello.txt", "X: a\0b")).gets(400).isClosed(),
                abuse("a bell in a value", get("/hello.txt", "X: a\u0007")).gets(400).isClosed(),
                abuse("a rubout in a value", get("/hello.txt", "X: a\u007f")).gets(400).isClosed(),
                abuse("octets above 127 in a value", get("/hello.txt", "X: \u00e4\u00f6")).gets(200),
                abuse("an empty value", get("/hello.txt", "X:")).gets(200),
                abuse("a tab before a value", get("/hello.txt", "X:\ta")).gets(200),
                abuse("a field of 1 MB", get("/hello.txt", "X: " + "a".repeat(1_000_000))).gets(431).isClosed(),
                abuse("a name of 1 MB", get("/hello.txt", "a".repeat(1_000_000) + ": a")).gets(431).isClosed(),
                abuse("a field of 10,000 octets", get("/hello.txt", "X: " + "a".repeat(10_000))).gets(200),
                abuse("10,000 fields", get("/hello.txt", "X: a\r\n".repeat(9_999) + "X: a")).gets(431).isClosed(),
                abuse("1,000 fields", get("/hello.txt", "X: a\r\n".repeat(999) + "X: a")).gets(200));
    }

    private static List<Abuse> targets() {
        return List.of(
                abuse("the form of a proxy's request", get("http://localhost/hello.txt")).gets(200),
                abuse("the form of a proxy's request to another host", get("http://other/hello.txt")).gets(200),
                abuse("a proxy's request that climbs out", get("http://localhost/../secret")).gets(400),
                abuse("a proxy's request to a file", get("file:///etc/passwd")).gets(400),
                abuse("a proxy's request to no host", get("http:///hello.txt")).gets(400),
                abuse("the form of CONNECT", get("localhost:80")).gets(400),
                abuse("a target without a slash", get("hello.txt")).gets(400),
                abuse("the server as a whole", get("*")).gets(400),
                abuse("no target", "GET  HTTP/1.1\r\nHost: x\r\n\r\n").gets(400).isClosed(),
                abuse("a space in the target", get("/hello .txt")).gets(400).isClosed(),
                abuse("an octet above 127 in the target", get("/\u00e4")).gets(400),
                abuse("a target of 1 MB", get("/" + "a".repeat(1_000_000))).gets(414).isClosed());
    }

    private static List<Abuse> methods() {
        return List.of(
                abuse("OPTIONS of the server as a whole", Abuse.request("OPTIONS", "*")).gets(204),
                abuse("OPTIONS of a file", Abuse.request("OPTIONS", "/hello.txt")).gets(204),
                abuse("TRACE", Abuse.request("TRACE", "/hello.txt", "Cookie: secret")).gets(405),
                abuse("POST", Abuse.request("POST", "/hello.txt", "Content-Length: 0")).gets(405),
                abuse("DELETE", Abuse.request("DELETE", "/hello.txt")).gets(405),
                abuse("CONNECT", Abuse.request("CONNECT", "localhost:80")).gets(405),
                abuse("a method that nobody knows", Abuse.request("BREW", "/hello.txt")).gets(501),
                abuse("GET in small letters", Abuse.request("get", "/hello.txt")).gets(501),
                abuse("a method of 10,000 letters", Abuse.request("A".repeat(10_000), "/hello.txt")).gets(501),
                abuse("a method with a parenthesis", Abuse.request("GET(", "/hello.txt")).gets(400).isClosed());
    }

    private static List<Abuse> versions() {
        return List.of(
                abuse("HTTP/0.9", "GET /hello.txt\r\n\r\n").gets(400).isClosed(),
                abuse("HTTP/0.9 with fields", "GET /hello.txt\r\nHost: x\r\n\r\n").gets(400).isClosed(),
                abuse("HTTP/1.0 without Host", "GET /hello.txt HTTP/1.0\r\n\r\n").gets(200).isClosed(),
                abuse("HTTP/1.2", "GET /hello.txt HTTP/1.2\r\nHost: x\r\n\r\n").gets(200),
                abuse("HTTP/2.0", "GET /hello.txt HTTP/2.0\r\nHost: x\r\n\r\n").gets(505).isClosed(),
                abuse("HTTP/9.9", "GET /hello.txt HTTP/9.9\r\nHost: x\r\n\r\n").gets(505).isClosed(),
                abuse("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").gets(505).isClosed(),
                abuse("an upgrade to HTTP/2",
                        get("/hello.txt", "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AA")).gets(200),
                abuse("a version of one number", "GET /hello.txt HTTP/1\r\nHost: x\r\n\r\n").gets(400).isClosed(),
                abuse("a version of three numbers", "GET /hello.txt HTTP/1.1.1\r\nHost: x\r\n\r\n").gets(400).isClosed(),
                abuse("a version in small letters", "GET /hello.txt http/1.1\r\nHost: x\r\n\r\n").gets(400).isClosed(),
                abuse("another protocol", "GET /hello.txt RTSP/1.0\r\nHost: x\r\n\r\n").gets(400).isClosed());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void bodies(Abuse abuse) throws Exception {
        assertAnswered(abuse);
    }

    static Stream<Abuse> bodies() {
        return Stream.of(lengths(), codings(), chunks(), expectations()).flatMap(List::stream);
    }

    private static Abuse post(String sentence, String body, String... fields) {
        return abuse(sentence, Abuse.request("POST", "/hello.txt", fields) + body);
    }

    private static List<Abuse> lengths() {
        String length = "Content-Length: " + SMUGGLED.length();
        return List.of(
                post("a body", SMUGGLED, length).gets(405),
                abuse("a body on GET", get("/hello.txt", length) + SMUGGLED).gets(200),
                post("Content-Length beside Transfer-Encoding", "0\r\n\r\n" + SMUGGLED, length, "Transfer-Encoding: chunked").gets(400)
                        .isClosed(),
                post("Transfer-Encoding beside Content-Length", "0\r\n\r\n" + SMUGGLED, "Transfer-Encoding: chunked", length).gets(400)
                        .isClosed(),
                post("two lengths", SMUGGLED, "Content-Length: 0", length).gets(400).isClosed(),
                post("two lengths in one", SMUGGLED, "Content-Length: 0, " + SMUGGLED.length()).gets(400).isClosed(),
                post("a negative length", SMUGGLED, "Content-Length: -1").gets(400).isClosed(),
                post("a length with a sign", SMUGGLED, "Content-Length: +0").gets(400).isClosed(),
                post("a length in hexadecimal", SMUGGLED, "Content-Length: 0x10").gets(400).isClosed(),
                post("a length with a space", SMUGGLED, "Content-Length: 1 0").gets(400).isClosed(),
                post("an empty length", SMUGGLED, "Content-Length:").gets(400).isClosed(),
                post("a length of 2^63", "", "Content-Length: 9223372036854775808").gets(400).isClosed(),
                post("a length of 2^64", "", "Content-Length: 18446744073709551616").gets(400).isClosed(),
                post("a length of 1,000 digits", "", "Content-Length: " + "9".repeat(1000)).gets(400).isClosed(),
                post("a length of 2^62, and a body that is never sent", "", "Content-Length: 4611686018427387904").gets(413)
                        .isClosed());
    }

    private static List<Abuse> codings() {
        String chunked = "0\r\n\r\n" + SMUGGLED;
        return List.of(
                post("an unknown coding", SMUGGLED, "Transfer-Encoding: nonsense").gets(400).isClosed(),
                post("no coding at all", SMUGGLED, "Transfer-Encoding: identity").gets(400).isClosed(),
                post("chunked, but not at the end", chunked, "Transfer-Encoding: chunked, gzip").gets(400).isClosed(),
                post("chunked twice", chunked, "Transfer-Encoding: chunked, chunked").gets(400).isClosed(),
                post("chunked in two fields", chunked, "Transfer-Encoding: chunked", "Transfer-Encoding: chunked").gets(400).isClosed(),
                post("chunked behind a vertical tab", chunked, "Transfer-Encoding: \u000bchunked").gets(400).isClosed(),
                post("chunked in quotes", chunked, "Transfer-Encoding: \"chunked\"").gets(400).isClosed(),
                post("a space before the colon of Transfer-Encoding", chunked, "Transfer-Encoding : chunked").gets(400).isClosed(),
                post("chunked in a folded line", chunked, "Transfer-Encoding:", " chunked").gets(400).isClosed(),
                abuse("chunked in HTTP/1.0", "POST /hello.txt HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked).gets(400)
                        .isClosed());
    }

    private static Abuse chunked(String sentence, String body) {
        return post(sentence, body, "Transfer-Encoding: chunked");
    }

    private static List<Abuse> chunks() {
        return List.of(
                chunked("a body in chunks", "5\r\nhello\r\n0\r\n\r\n").gets(405),
                chunked("a size with many zeros", "0".repeat(50) + "5\r\nhello\r\n0\r\n\r\n").gets(405),
                chunked("a chunk extension", "5;a=b\r\nhello\r\n0;c=\"d\"\r\n\r\n").gets(405),
                chunked("a chunk extension of 2 MB", "5;a=" + "b".repeat(2_000_000) + "\r\nhello\r\n0\r\n\r\n").gets(413).isClosed(),
                chunked("a line feed in a chunk extension", "5;a\nb\r\nhello\r\n0\r\n\r\n").gets(400).isClosed(),
                chunked("no size", "\r\nhello\r\n0\r\n\r\n").gets(400).isClosed(),
                chunked("a size in letters", "Z\r\nhello\r\n0\r\n\r\n").gets(400).isClosed(),
                chunked("a size with a prefix", "0x5\r\nhello\r\n0\r\n\r\n").gets(400).isClosed(),
                chunked("a size with a sign", "+5\r\nhello\r\n0\r\n\r\n").gets(400).isClosed(),
                chunked("a negative size", "-5\r\nhello\r\n0\r\n\r\n").gets(400).isClosed(),
                chunked("a size with a space before", " 5\r\nhello\r\n0\r\n\r\n").gets(400).isClosed(),
                chunked("a size of 2^63", "8000000000000000\r\nhello").gets(400).isClosed(),
                chunked("a size of 2^64", "10000000000000000\r\nhello").gets(400).isClosed(),
                chunked("a size of 2^62, and a chunk that is never sent", "4000000000000000\r\n").gets(413).isClosed(),
                chunked("sizes that add up to more than 2^63", "1\r\na\r\n7fffffffffffffff\r\n").gets(413).isClosed(),
                chunked("more than the size", "5\r\nhello!\r\n0\r\n\r\n").gets(400).isClosed(),
                chunked("no line end behind a chunk", "5\r\nhello0\r\n\r\n").gets(400).isClosed(),
                chunked("lines of chunks that end with a bare line feed", "5\nhello\n0\n\n").gets(400).isClosed(),
                chunked("a body of 2 MB in chunks of one octet", "1\r\na\r\n".repeat(400_000) + "0\r\n\r\n").gets(413).isClosed(),
                chunked("a trailer", "0\r\nX: a\r\n\r\n").gets(405),
                chunked("a trailer that would frame the next request", "0\r\nContent-Length: 100\r\n\r\n").gets(405),
                chunked("a trailer of 2 MB", "0\r\nX: " + "a".repeat(2_000_000) + "\r\n\r\n").gets(413).isClosed(),
                chunked("a trailer without a colon", "0\r\n" + SMUGGLED).gets(400).isClosed());
    }

    private static List<Abuse> expectations() {
        String length = "Content-Length: " + SMUGGLED.length();
        return List.of(
                abuse("100-continue without a body", get("/hello.txt", "Expect: 100-continue")).gets(200),
                abuse("100-continue, and the body at once", get("/hello.txt", length, "Expect: 100-continue") + SMUGGLED).gets(200),
                post("100-continue for a body that nobody wants", SMUGGLED, length, "Expect: 100-continue").gets(405).isClosed(),
                abuse("100-continue in HTTP/1.0", "GET /hello.txt HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").gets(200).isClosed(),
                abuse("an unknown expectation", get("/hello.txt", "Expect: a miracle")).gets(417));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void ranges(Abuse abuse) throws Exception {
        assertAnswered(abuse);
    }

    private static Abuse range(String sentence, String ranges) {
        return abuse(sentence, get("/hello.txt", "Range: " + ranges));
    }

    static List<Abuse> ranges() {
        return List.of(
                range("a range", "bytes=0-4").gets(206),
                range("a reversed range", "bytes=5-2").gets(200),
                range("a range that begins behind the end", "bytes=10-").gets(416),
                range("a range that ends behind the end", "bytes=5-100").gets(206),
                range("a first octet beyond 2^64", "bytes=18446744073709551616-").gets(416),
                range("a last octet beyond 2^64", "bytes=0-18446744073709551616").gets(206),
                range("a suffix of 0", "bytes=-0").gets(416),
                range("a suffix longer than the file", "bytes=-100").gets(206),
                range("a suffix beyond 2^64", "bytes=-18446744073709551616").gets(206),
                range("a negative range", "bytes=--1").gets(200),
                range("no range", "bytes=").gets(200),
                range("letters", "bytes=a-b").gets(200),
                range("three numbers", "bytes=0-1-2").gets(200),
                range("an unknown unit", "lines=0-1").gets(200),
                range("no unit", "0-1").gets(200),
                range("1,000 ranges", "bytes=" + "0-0,".repeat(999) + "0-0").gets(200),
                range("100 overlapping ranges", "bytes=" + "0-,".repeat(99) + "0-").gets(200),
                abuse("a range of an empty file", get("/empty.txt", "Range: bytes=0-0")).gets(416),
                abuse("a range on HEAD", Abuse.request("HEAD", "/hello.txt", "Range: bytes=0-4")).gets(200),
                abuse("If-Range of another file", get("/hello.txt", "Range: bytes=0-4", "If-Range: \"other\"")).gets(200),
                abuse("If-Match of another file", get("/hello.txt", "If-Match: \"other\"")).gets(412));
    }

    private void assertAnswered(Abuse abuse) throws Exception {
        String what = abuse.sentence() + ", with load and reply " + pair + ", by " + scheme;
        try (Client client = server.connect()) {
            client.send(abuse.request());
            Answer answer = client.answer(!abuse.isHead());
            assertThat(answer.status()).as(what).isIn(abuse.statuses());
            assertThat(answer.text()).as(what).doesNotContain("secret", "root:");
            if (answer.status() == 405) {
                assertThat(answer.fields().get("allow")).as(what).contains("GET", "HEAD");
            }
            switch (abuse.afterwards()) {
                case GOES_ON -> assertThat(client.get("/hello.txt").text()).as(what).isEqualTo(HELLO);
                case IS_CLOSED -> {
                    assertThat(answer.fields()).as(what).containsEntry("connection", "close");
                    assertThat(client.isClosedByServer()).as(what).isTrue();
                }
            }
        }
    }
}
