package neurath.operator.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.nio.file.Files;
import java.nio.file.Path;
import neurath.operator.http.Client.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients get that ask for too much, too slowly, or for something else. */
class RefusalTest {
    @TempDir
    Path folder;

    private Path root;
    private WebServer.Settings settings;
    private WebServer server;

    @BeforeEach
    void start() throws Exception {
        root = Files.createDirectory(folder.resolve("root"));
        Files.writeString(root.resolve("hello.txt"), "hello\n");
        Files.writeString(folder.resolve("secret"), "secret");
        settings = new WebServer.Settings(root)
                .set("http.max-head-bytes", 2000)
                .set("http.max-uri-bytes", 1000)
                .set("http.max-connections", 20);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private void serve() {
        server = settings.start();
    }

    private void serveImpatiently() {
        server = settings.set("http.head-timeout", "PT0.2S")
                .set("http.idle-timeout", "PT0.4S")
                .set("http.write-timeout", "PT0.4S")
                .set("http.linger-timeout", "PT0.2S")
                .set("http.sweep", "PT0.05S")
                .start();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../secret",
                "/../../../../../../etc/passwd",
                "/./../secret",
                "/x/../../secret",
                "/%2e%2e/secret",
                "/%2E%2E%2Fsecret",
                "/..%2fsecret",
                "/%252e%252e/secret",
                "/%252e%252e%252fsecret",
                "/..%5csecret",
                "/..\\secret",
                "/%c0%ae%c0%ae/secret",
                "/%e0%80%ae%e0%80%ae/secret",
                "/%c0%ae%c0%ae%c0%afsecret",
                "/..;/secret",
                "/hello.txt%00.html",
                "/hello.txt/../../secret",
                "//../secret",
                "/.%00./secret",
                "file:///etc/passwd",
                "http://localhost/../secret",
                "/out",
                "/folder-out/secret",
                "/device"
            })
    void a_path_never_leaves_the_root(String target) throws Exception {
        Files.createSymbolicLink(root.resolve("out"), folder.resolve("secret"));
        Files.createSymbolicLink(root.resolve("folder-out"), folder);
        Files.createSymbolicLink(root.resolve("device"), Path.of("/dev/zero"));
        serve();
        try (Client client = new Client(server.address())) {
            Answer answer = client.get(target);
            assertThat(answer.status()).isIn(400, 404);
            assertThat(answer.text()).doesNotContain("secret").doesNotContain("root:");
        }
        assertThat(server.failures()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"POST, 405", "DELETE, 405", "TRACE, 405", "BREW, 501"})
    void other_methods_are_refused_and_the_connection_goes_on(String method, int status) throws Exception {
        serve();
        try (Client client = new Client(server.address())) {
            Answer answer = client.send(method + " /hello.txt HTTP/1.1\r\nHost: x\r\n\r\n").answer();
            assertThat(answer.status()).isEqualTo(status);
            if (status == 405) {
                assertThat(answer.fields()).containsEntry("allow", "GET, HEAD, OPTIONS");
            }
            assertThat(client.get("/hello.txt").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /hello.txt HTTP/1.1\r\n\r\n",
                "GET /hello.txt HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
                "GET /hello.txt HTTP/1.1\r\nHost : x\r\n\r\n",
                "GET /hello.txt HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
                "nonsense\r\n\r\n",
                "\u0000\r\n\r\n"
            })
    void a_bad_request_is_answered_and_closed_and_others_are_served(String request) throws Exception {
        serve();
        try (Client client = new Client(server.address())) {
            Answer answer = client.send(request).answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.fields()).containsEntry("connection", "close");
            assertThat(client.isClosedByServer()).isTrue();
        }
        try (Client other = new Client(server.address())) {
            assertThat(other.get("/hello.txt").status()).isEqualTo(200);
        }
    }

    @Test
    void a_target_that_is_too_long_is_refused_with_414() throws Exception {
        serve();
        try (Client client = new Client(server.address())) {
            assertThat(client.get("/" + "a".repeat(1000)).status()).isEqualTo(414);
        }
        try (Client client = new Client(server.address())) {
            assertThat(client.send("GET /" + "a".repeat(10_000)).answer().status()).isEqualTo(414);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void a_head_that_is_too_long_is_refused_with_431_however_much_follows() throws Exception {
        serve();
        try (Client client = new Client(server.address())) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(1_000_000) + "\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(431);
            assertThat(client.isClosedByServer()).isTrue();
        }
        try (Client client = new Client(server.address())) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\n" + "X: a\r\n".repeat(10_000) + "\r\n");
            assertThat(client.answer().status()).isEqualTo(431);
        }
    }

    @Test
    void a_head_that_takes_too_long_is_refused_with_408() throws Exception {
        serveImpatiently();
        try (Client client = new Client(server.address())) {
            assertThat(client.send("GET / HTTP/1.1\r\nHo").answer().status()).isEqualTo(408);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void an_idle_connection_is_closed() throws Exception {
        serveImpatiently();
        try (Client client = new Client(server.address())) {
            assertThat(client.get("/hello.txt").status()).isEqualTo(200);
            assertThat(client.isClosedByServer()).isTrue();
        }
        try (Client silent = new Client(server.address())) {
            assertThat(silent.isClosedByServer()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0.0", "2.0.0"})
    void a_client_that_does_not_read_its_answer_is_given_up(String pair) throws Exception {
        Files.write(root.resolve("large.bin"), new byte[20_000_000]);
        settings.pair(pair);
        serveImpatiently();
        try (Client client = new Client(server.address(), 4096)) {
            client.ask("/large.bin");
            await().until(() -> server.leases() == 1);
            await().until(() -> server.leases() == 0);
            org.assertj.core.api.Assertions.assertThatThrownBy(client::answer)
                    .isInstanceOfAny(EOFException.class, java.net.SocketException.class);
        }
    }

    @Test
    void a_client_that_reads_slowly_but_reads_is_not_given_up() throws Exception {
        Files.write(root.resolve("large.bin"), new byte[8_000_000]);
        serveImpatiently();
        try (Client client = new Client(server.address(), 4096)) {
            client.ask("/large.bin");
            long begin = System.nanoTime();
            var in = client.in();
            await().pollInterval(java.time.Duration.ofMillis(20)).until(() -> {
                in.readNBytes(60_000);
                return System.nanoTime() - begin > 1_500_000_000L;
            });
            assertThat(server.leases()).isEqualTo(1);
            assertThat(in.read()).isZero();
        }
    }

    @Test
    void too_many_connections_wait_for_one_to_leave() throws Exception {
        serve();
        Client[] clients = new Client[20];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = new Client(server.address());
            assertThat(clients[i].get("/hello.txt").status()).isEqualTo(200);
        }
        try (Client waiting = new Client(server.address()).ask("/hello.txt")) {
            assertThat(clients[0].get("/hello.txt").status()).isEqualTo(200);
            assertThat(waiting.in().available()).isZero();
            clients[0].close();
            assertThat(waiting.answer().status()).isEqualTo(200);
        } finally {
            for (Client client : clients) {
                client.close();
            }
        }
    }
}
