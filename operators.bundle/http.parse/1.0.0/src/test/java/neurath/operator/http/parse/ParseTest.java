package neurath.operator.http.parse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import neurath.http.Admission;
import neurath.http.Body;
import neurath.http.Connection;
import neurath.http.Exchange;
import neurath.http.RawRequest;
import neurath.http.Request;
import neurath.testing.Workbench;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParseTest {
    private final Parse parse = new Parse();

    @BeforeEach
    void open() {
        parse.open(new Workbench().set("MAX_URI_BYTES", 100));
    }

    private Request parse(String head) {
        Exchange exchange = new Exchange(new Connection(null, 1, new Admission()));
        return parse.apply(new RawRequest(exchange, ByteBuffer.wrap(head.getBytes(ISO_8859_1)), 0));
    }

    @Test
    void a_request_is_understood() {
        Request request = parse("GET /a%20b?c HTTP/1.1\r\nHost: x\r\nAccept: text/plain\r\n\r\n");
        assertThat(request.refusal()).isZero();
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.path()).isEqualTo("/a b");
        assertThat(request.uri().getQuery()).isEqualTo("c");
        assertThat(request.fields().get(HttpHeader.ACCEPT)).isEqualTo("text/plain");
        assertThat(request.exchange().isLast()).isFalse();
    }

    @Test
    void one_request_leaves_nothing_for_the_next() {
        parse("GET /a HTTP/1.1\r\nHost: x\r\nAccept: text/plain\r\n\r\n");
        assertThat(parse("GET /a HTTP/1.1\r\nHost: x\r\nbad field\r\n\r\n").refusal()).isEqualTo(400);
        Request request = parse("HEAD /b HTTP/1.1\r\nHost: y\r\n\r\n");
        assertThat(request.refusal()).isZero();
        assertThat(request.path()).isEqualTo("/b");
        assertThat(request.isHead()).isTrue();
        assertThat(request.fields().contains(HttpHeader.ACCEPT)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n folded\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: b\u0000c\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX\u0001: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n",
                "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http://b@a/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\u0001 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\u0000 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /% HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET\r\n\r\n",
                "\u0016\u0003\u0001\r\n\r\n",
                "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
                "GET /\r\n\r\n",
                "GET /\r\nHost: a\r\n\r\n",
                "GET HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.10\r\nHost: a\r\n\r\n",
                "GET / HTTP/11.1\r\nHost: a\r\n\r\n",
                "GET / http/1.1\r\nHost: a\r\n\r\n",
                "GET / RTSP/1.0\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\nHost: a\n\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: b\nContent-Length: 1\r\n\r\n",
                "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
            })
    void a_bad_request_is_refused(String head) {
        assertThat(parse(head).refusal()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, 405", "PUT, 405", "DELETE, 405", "TRACE, 405", "PATCH, 405", "BREW, 501", "get, 501",
    })
    void other_methods_are_refused_and_the_connection_goes_on(String method, int status) {
        Request request = parse(method + " / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(request.refusal()).isEqualTo(status);
        assertThat(request.exchange().isLast()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/0.9", "HTTP/2.0", "HTTP/3.0"})
    void other_versions_are_refused(String version) {
        Request request = parse("GET / " + version + "\r\nHost: a\r\n\r\n");
        assertThat(request.refusal()).isEqualTo(505);
        assertThat(request.exchange().isLast()).isTrue();
    }

    @Test
    void a_head_that_ends_before_its_frame_is_refused() {
        Request request = parse("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\n\r\n");
        assertThat(request.refusal()).isEqualTo(400);
        assertThat(request.exchange().isLast()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.2", "HTTP/1.9"})
    void a_minor_version_that_is_not_known_is_taken_for_the_highest_known(String version) {
        Request request = parse("GET / " + version + "\r\nHost: a\r\n\r\n");
        assertThat(request.refusal()).isZero();
        assertThat(request.version()).isEqualTo(HttpVersion.HTTP_1_1);
        assertThat(request.exchange().isLast()).isFalse();
    }

    @Test
    void a_target_may_be_as_long_as_the_limit() {
        assertThat(parse("GET /" + "a".repeat(99) + " HTTP/1.1\r\nHost: a\r\n\r\n").refusal()).isZero();
        assertThat(parse("GET /" + "a".repeat(100) + " HTTP/1.1\r\nHost: a\r\n\r\n").refusal()).isEqualTo(414);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "HTTP/1.1, -, false",
                "HTTP/1.1, close, true",
                "HTTP/1.1, Close, true",
                "HTTP/1.1, 'x, close', true",
                "HTTP/1.1, keep-alive, false",
                "HTTP/1.0, -, true",
                "HTTP/1.0, close, true",
                "HTTP/1.0, keep-alive, false",
            })
    void the_client_says_whether_it_is_the_last(String version, String connection, boolean last) {
        String field = connection == null ? "" : "Connection: " + connection + "\r\n";
        Request request = parse("GET / " + version + "\r\nHost: a\r\n" + field + "\r\n");
        assertThat(request.refusal()).isZero();
        assertThat(request.exchange().isLast()).isEqualTo(last);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "OPTIONS", "POST", "BREW"})
    void a_body_is_expected_whatever_the_answer(String method) {
        Body body = parse(method + " / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n").exchange().body();
        assertThat(body.length()).isEqualTo(5);
        assertThat(body.isAwaited()).isTrue();
        assertThat(body.isInviting()).isFalse();
        Request chunked = parse(method + " / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n");
        assertThat(chunked.exchange().body().length()).isZero();
        assertThat(chunked.exchange().isLast()).isFalse();
        assertThat(parse(method + " / HTTP/1.1\r\nHost: a\r\n\r\n").exchange().body()).isNull();
    }

    @Test
    void a_client_that_waits_is_invited_or_refused_at_once() {
        String rest = " / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n\r\n";
        assertThat(parse("GET" + rest).exchange().body().isInviting()).isTrue();
        Request refused = parse("PUT" + rest);
        assertThat(refused.refusal()).isEqualTo(405);
        assertThat(refused.exchange().body()).isNull();
        assertThat(refused.exchange().isLast()).isTrue();
        assertThat(parse("GET" + rest.replace("1.1", "1.0")).exchange().body().isInviting()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Expect: 200-ok", "Expect: 100-continue, more", "Expect: 100-continue\r\nExpect: more", "Expect:"})
    void other_expectations_fail(String expect) {
        assertThat(parse("GET / HTTP/1.1\r\nHost: a\r\n" + expect + "\r\n\r\n").refusal()).isEqualTo(417);
        assertThat(parse("GET / HTTP/1.0\r\nHost: a\r\n" + expect + "\r\n\r\n").refusal()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Transfer-Encoding: gzip, chunked", "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: ,chunked"})
    void other_transfer_codings_are_not_implemented(String coding) {
        Request request = parse("POST / HTTP/1.1\r\nHost: a\r\n" + coding + "\r\n\r\n");
        assertThat(request.refusal()).isEqualTo(501);
        assertThat(request.exchange().isLast()).isTrue();
        assertThat(request.exchange().body()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "/", "/none", "http://a/", "http://a"})
    void every_target_has_the_same_options(String target) {
        Request request = parse("OPTIONS " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(request.refusal()).isEqualTo(204);
        assertThat(request.exchange().isLast()).isFalse();
    }

    @Test
    void the_host_of_the_target_takes_the_place_of_the_field() {
        Request request = parse("GET http://example.org:8080/a HTTP/1.1\r\nHost: other\r\n\r\n");
        assertThat(request.path()).isEqualTo("/a");
        assertThat(request.fields().getValuesList(HttpHeader.HOST)).containsExactly("example.org:8080");
        assertThat(parse("GET http://example.org HTTP/1.1\r\nHost: other\r\n\r\n").path()).isEqualTo("/");
        assertThat(parse("GET http://example.org/a HTTP/1.1\r\n\r\n").refusal()).as("a field there must be").isEqualTo(400);
    }

    @Test
    void nobody_is_connected_to_somebody_else() {
        assertThat(parse("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n").refusal()).isEqualTo(405);
        assertThat(parse("GET example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n").refusal()).isEqualTo(400);
    }

    @Test
    void an_empty_body_is_none() {
        Request request = parse("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
        assertThat(request.refusal()).isZero();
        assertThat(request.exchange().isLast()).isFalse();
    }

    @Test
    void what_was_refused_before_stays_refused() {
        Exchange exchange = new Exchange(new Connection(null, 1, new Admission()));
        Request request = parse.apply(new RawRequest(exchange, ByteBuffer.allocate(0), 408));
        assertThat(request.refusal()).isEqualTo(408);
        assertThat(exchange.isLast()).isTrue();
    }
}
