package neurath.operator.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import neurath.operator.http.Client.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests with bodies, and requests for no file, from memory and from open files. */
@ParameterizedClass(name = "load and reply {0}")
@ValueSource(strings = {"1.0.0", "2.0.0", "2.1.0"})
class BodiesTest {
    private static final String GET = "GET /hello.txt HTTP/1.1\r\nHost: x\r\n\r\n";

    @TempDir
    Path root;

    private final String pair;
    private WebServer server;
    private Client client;

    BodiesTest(String pair) {
        this.pair = pair;
    }

    @BeforeEach
    void start() throws Exception {
        Files.writeString(root.resolve("hello.txt"), "hello\n");
        server = new WebServer.Settings(root)
                .pair(pair)
                .set("http.max-body-bytes", 100_000)
                .set("http.body-timeout", "PT0.3S")
                .set("http.sweep", "PT0.05S")
                .start();
        client = new Client(server.address());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        List<String> failures = server.failures();
        server.close();
        assertThat(failures).isEmpty();
        assertThat(server.leases()).isZero();
    }

    private Client send(String method, String field, String body) throws Exception {
        return client.send(method + " /hello.txt HTTP/1.1\r\nHost: x\r\n" + field + "\r\n\r\n" + body);
    }

    private void assertConnectionGoesOn() throws Exception {
        assertThat(client.answer().text()).isEqualTo("hello\n");
        assertThat(client.get("/hello.txt").text()).isEqualTo("hello\n");
    }

    @Test
    void a_body_is_not_taken_for_the_next_request() throws Exception {
        String smuggled = "GET /none HTTP/1.1\r\nHost: x\r\n\r\n";
        send("POST", "Content-Length: " + smuggled.length(), smuggled + GET);
        assertThat(client.answer().status()).isEqualTo(405);
        assertConnectionGoesOn();
        String chunked = Integer.toHexString(smuggled.length()) + ";a=b\r\n" + smuggled + "\r\n0\r\nX: y\r\n\r\n";
        send("GET", "Transfer-Encoding: chunked", chunked + GET);
        assertThat(client.answer().text()).isEqualTo("hello\n");
        assertConnectionGoesOn();
    }

    @Test
    void bodies_are_read_over_on_one_connection_however_they_come() throws Exception {
        for (int size = 1; size < 100_000; size = size * 3 + 1) {
            send("PUT", "Content-Length: " + size, "x".repeat(size));
            assertThat(client.answer().status()).isEqualTo(405);
            send("BREW", "Transfer-Encoding: chunked", "3\r\nabc\r\n".repeat(size / 10) + "0\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(501);
        }
        assertThat(client.get("/hello.txt").text()).isEqualTo("hello\n");
    }

    @Test
    void an_answer_waits_for_the_body() throws Exception {
        send("POST", "Content-Length: 5", "hel");
        await().until(() -> server.taken("reply") == 1);
        assertThat(client.in().available()).isZero();
        assertThat(server.leases()).isEqualTo(1);
        client.send("lo" + GET);
        assertThat(client.answer().status()).isEqualTo(405);
        assertConnectionGoesOn();
    }

    @Test
    void a_client_that_waits_is_told_to_go_on() throws Exception {
        send("GET", "Content-Length: 5\r\nExpect: 100-continue", "");
        assertThat(client.answer().status()).isEqualTo(100);
        client.send("hello" + GET);
        assertThat(client.answer().text()).isEqualTo("hello\n");
        assertConnectionGoesOn();
    }

    @Test
    void a_client_that_waits_in_vain_is_told_so_at_once() throws Exception {
        send("POST", "Content-Length: 5\r\nExpect: 100-continue", "");
        Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.fields()).containsEntry("connection", "close");
        client.send("hello" + GET);
        assertThat(client.isClosedByServer()).isTrue();
    }

    @Test
    void another_expectation_fails_and_the_connection_goes_on() throws Exception {
        send("GET", "Expect: the-unexpected", "");
        assertThat(client.answer().status()).isEqualTo(417);
        client.send(GET);
        assertConnectionGoesOn();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n",
                "5\r\nhello!\r\n",
                "5\nhello\n0\n\n",
                "-5\r\nhello\r\n",
                "0x5\r\nhello\r\n",
                "ffffffffffffffffff\r\n",
                "5;a\nb\r\nhello\r\n",
                "0\r\nGET /hello.txt HTTP/1.1\r\n\r\n"
            })
    void a_malformed_chunk_is_refused_and_nothing_behind_it_is_read(String chunks) throws Exception {
        send("GET", "Transfer-Encoding: chunked", chunks + GET);
        Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.fields()).containsEntry("connection", "close").containsKey("date");
        assertThat(client.isClosedByServer()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 4\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 4",
                "Content-Length: 4\r\nContent-Length: 5",
                "Content-Length: 4, 4",
                "Content-Length: -4",
                "Content-Length: +4",
                "Content-Length: 99999999999999999999999",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding : chunked",
                "Transfer-Encoding: chunked\nContent-Length: 4",
                "X: y\r\n Transfer-Encoding: chunked",
                "Transfer-Encoding: \u000bchunked",
                "Content-Length: 4\u0000"
            })
    void a_body_whose_end_is_uncertain_is_refused(String fields) throws Exception {
        send("POST", fields, "0\r\n\r\n" + GET);
        assertThat(client.answer().status()).isEqualTo(400);
        assertThat(client.isClosedByServer()).isTrue();
    }

    @Test
    void another_transfer_coding_is_not_implemented() throws Exception {
        send("POST", "Transfer-Encoding: gzip, chunked", "0\r\n\r\n" + GET);
        assertThat(client.answer().status()).isEqualTo(501);
        assertThat(client.isClosedByServer()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100001", "Content-Length: 100001\r\nExpect: 100-continue", "Transfer-Encoding: chunked"})
    void a_body_that_is_too_long_is_refused(String framing) throws Exception {
        send("GET", framing, framing.startsWith("T") ? "9\r\n123456789\r\n".repeat(20_000) : "");
        assertThat(client.answer().status()).isEqualTo(413);
        assertThat(client.isClosedByServer()).isTrue();
    }

    @Test
    void a_body_that_does_not_come_is_given_up() throws Exception {
        send("GET", "Content-Length: 5", "hel");
        assertThat(client.answer().status()).isEqualTo(408);
        assertThat(client.isClosedByServer()).isTrue();
    }

    @Test
    void a_client_that_leaves_in_the_middle_of_a_body_leaves_nothing() throws Exception {
        send("GET", "Content-Length: 5", "hel");
        await().until(() -> server.leases() == 1);
        client.close();
        await().until(() -> server.leases() == 0);
    }

    @Test
    void whoever_shuts_his_side_down_gets_all_his_answers() throws Exception {
        client.send(GET + "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello" + GET.repeat(50));
        client.socket.shutdownOutput();
        assertThat(client.answer().text()).isEqualTo("hello\n");
        assertThat(client.answer().status()).isEqualTo(405);
        for (int i = 0; i < 50; i++) {
            assertThat(client.answer().text()).isEqualTo("hello\n");
        }
        assertThat(client.isClosedByServer()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "/hello.txt", "http://other/none"})
    void the_options_are_told(String target) throws Exception {
        Answer answer = client.send("OPTIONS " + target + " HTTP/1.1\r\nHost: x\r\n\r\n" + GET).answer();
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.fields()).containsEntry("allow", "GET, HEAD, OPTIONS").doesNotContainKey("content-length");
        assertConnectionGoesOn();
    }

    @Test
    void a_target_may_be_absolute() throws Exception {
        assertThat(client.send("GET http://other:81/hello.txt HTTP/1.1\r\nHost: x\r\n\r\n").answer().text()).isEqualTo("hello\n");
        assertThat(client.send("GET http://other HTTP/1.1\r\nHost: x\r\n\r\n").answer().status()).isEqualTo(404);
    }

    @Test
    void a_client_of_HTTP_1_0_gets_no_chunks() throws Exception {
        Answer answer = client.send("GET /hello.txt HTTP/1.0\r\nRange: bytes=0-1\r\n\r\n").answer();
        assertThat(answer.text()).isEqualTo("he");
        assertThat(answer.fields()).doesNotContainKey("transfer-encoding");
        assertThat(client.isClosedByServer()).isTrue();
    }
}
