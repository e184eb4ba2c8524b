package neurath.operator.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import neurath.testing.Identity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The web server behind TLS, from memory and from open files. */
@ParameterizedClass(name = "load and reply {0}")
@ValueSource(strings = {"1.0.0", "2.0.0", "2.1.0"})
class SecureServingTest {
    @TempDir
    static Path folder;

    private static final byte[] LARGE = new byte[5_000_000];
    private static final int MAX_HEAD = 1000;
    private static Path root;
    private static Identity identity;
    private static Identity renewed;
    private static SSLContext trust;

    private final WebServer.Settings settings;
    private WebServer server;

    SecureServingTest(String pair) throws Exception {
        settings = new WebServer.Settings(root)
                .pair(pair)
                .secure(identity)
                .set("http.max-head-bytes", MAX_HEAD)
                .set("http.sweep", "PT1M"); // who was forgotten is found by none
        server = settings.start();
    }

    @BeforeAll
    static void make() throws Exception {
        root = Files.createDirectories(folder.resolve("root"));
        identity = Identity.make(folder, "first");
        renewed = Identity.make(folder, "renewed");
        trust = Identity.trusting(identity, renewed);
        new Random(1).nextBytes(LARGE);
        Files.writeString(root.resolve("hello.txt"), "hello\n");
        Files.write(root.resolve("large.bin"), LARGE);
    }

    @AfterEach
    void stop() throws Exception {
        List<String> failures = server.failures();
        server.close();
        assertThat(failures).isEmpty();
    }

    private static X509 shown(Client client) throws IOException {
        return new X509(((SSLSocket) client.socket).getSession().getPeerCertificates()[0]);
    }

    /** What a client was shown. */
    private record X509(Object certificate) {
        boolean isOf(Identity identity) throws Exception {
            return certificate.equals(identity.x509());
        }
    }

    @Test
    void the_jdks_client_gets_every_byte() throws Exception {
        try (HttpClient client = HttpClient.newBuilder().sslContext(trust).build()) {
            InetSocketAddress address = server.address();
            URI site = URI.create("https://localhost:" + address.getPort());
            List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                HttpRequest request = HttpRequest.newBuilder(site.resolve(i % 2 == 0 ? "/large.bin" : "/hello.txt")).build();
                answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()));
            }
            for (var answer : answers) {
                HttpResponse<byte[]> response = answer.get(20, TimeUnit.SECONDS);
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
                assertThat(response.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
                assertThat(response.body()).isIn(LARGE, "hello\n".getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    @Test
    void another_client_agrees_too() throws Exception {
        for (String protocol : List.of("-tls1_2", "-tls1_3")) {
            Process client = new ProcessBuilder(
                    "openssl", "s_client", "-quiet", "-connect", "127.0.0.1:" + server.address().getPort(), protocol, "-CAfile",
                    identity.certificate().toString(), "-verify_return_error", "-alpn", "http/1.1")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            client.getOutputStream()
                    .write("GET /hello.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            client.getOutputStream().flush();
            String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).as(protocol).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nhello\n");
            assertThat(client.waitFor()).isZero();
        }
    }

    @Test
    void requests_that_come_in_one_record_are_answered_in_order() throws Exception {
        try (Client client = new Client(server.address(), trust)) {
            String hello = "GET /hello.txt HTTP/1.1\r\nHost: localhost\r\n\r\n";
            String large = "GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n";
            client.send(hello + large + hello.repeat(300) + large + hello);
            assertThat(client.answer().text()).isEqualTo("hello\n");
            assertThat(client.answer().body()).isEqualTo(LARGE);
            for (int i = 0; i < 300; i++) {
                assertThat(client.answer().text()).isEqualTo("hello\n");
            }
            assertThat(client.answer().body()).isEqualTo(LARGE);
            assertThat(client.answer().text()).isEqualTo("hello\n");
        }
    }

    @Test
    void a_request_of_the_greatest_length_hides_no_other_that_is_decrypted_with_it() throws Exception {
        try (Client client = new Client(server.address(), trust)) {
            String padded = Abuse.get("/hello.txt", "X: ");
            String greatest = padded.replace("X: ", "X: " + "a".repeat(MAX_HEAD - padded.length()));
            client.send(greatest + greatest + Abuse.get("/hello.txt"));
            for (int i = 0; i < 3; i++) {
                assertThat(client.answer().text()).isEqualTo("hello\n");
            }
        }
    }

    @Test
    void a_head_that_trickles_through_many_records_is_read() throws Exception {
        try (Client client = new Client(server.address(), trust)) {
            for (String letter : "GET /hello.txt HTTP/1.1\r\nHost: localhost\r\n\r\n".split("")) {
                client.send(letter);
            }
            assertThat(client.answer().text()).isEqualTo("hello\n");
        }
    }

    @Test
    void the_last_answer_ends_with_the_end_that_tls_knows() throws Exception {
        try (Client client = new Client(server.address(), trust)) {
            client.send("GET /large.bin HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertThat(client.answer().body()).isEqualTo(LARGE);
            assertThat(client.in().read()).as("no exception").isEqualTo(-1);
        }
    }

    @Test
    void http_without_tls_is_told_so() throws Exception {
        try (Client client = new Client(server.address())) {
            client.ask("/hello.txt");
            Client.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text()).contains("https://");
            assertThat(client.isClosedByServer()).isTrue();
        }
        try (Client client = new Client(server.address(), trust)) {
            assertThat(client.get("/hello.txt").status()).isEqualTo(200);
        }
    }

    @Test
    void a_certificate_is_renewed_and_the_connections_are_kept() throws Exception {
        try (Client old = new Client(server.address(), trust); Client half = new Client(server.address())) {
            assertThat(old.get("/hello.txt").text()).isEqualTo("hello\n");
            half.socket.getOutputStream().write(new byte[] {22, 3, 1});
            await().until(() -> server.taken("tls") == 2);
            settings.identity(renewed);
            server.update(Map.of("tls", "1.0.0"));
            assertThat(old.get("/large.bin").body()).isEqualTo(LARGE);
            assertThat(shown(old).isOf(identity)).isTrue();
            assertThat(server.status("tls").notes().get("certificate")).startsWith("CN=renewed");
            try (Client next = new Client(server.address(), trust)) {
                assertThat(next.get("/hello.txt").text()).isEqualTo("hello\n");
                assertThat(shown(next).isOf(renewed)).isTrue();
            }
            assertThat(half.socket.isClosed()).isFalse();
        }
    }

    @Test
    void tls_and_read_are_replaced_under_load_and_nothing_fails() throws Exception {
        var over = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                int number = i;
                clients.add(threads.submit(() -> askUntil(over, number % 2 == 0)));
            }
            try {
                for (int i = 0; i < 15; i++) {
                    server.update(i % 3 == 0 ? Map.of("tls", "1.0.0", "read", "1.0.0") : Map.of(i % 3 == 1 ? "tls" : "read", "1.0.0"));
                    int asked = server.taken("reply");
                    await().until(() -> server.taken("reply") > asked + 10);
                }
            } finally {
                over.set(true);
            }
            for (Future<Integer> client : clients) {
                assertThat(client.get()).isPositive();
            }
        }
        await().until(() -> server.retiring() == 0);
    }

    @Test
    void what_came_before_an_update_is_read_behind_it_though_it_is_decrypted_already() throws Exception {
        try (Client client = new Client(server.address(), 4096, trust)) {
            String hello = Abuse.get("/hello.txt");
            client.send(Abuse.get("/large.bin") + hello.repeat(1000));
            await("the answer that nobody takes").until(() -> server.taken("reply") == 1);
            server.update(Map.of("read", "1.0.0"));
            assertThat(client.answer().body()).isEqualTo(LARGE);
            for (int i = 0; i < 1000; i++) {
                assertThat(client.answer().text()).isEqualTo("hello\n");
            }
            client.send(Abuse.request("POST", "/hello.txt", "Content-Length: 20000") + "x".repeat(10_000));
            await().until(() -> server.taken("reply") == 1002);
            server.update(Map.of("read", "1.0.0"));
            client.send("x".repeat(10_000) + hello);
            assertThat(client.answer().status()).isEqualTo(405);
            assertThat(client.answer().text()).isEqualTo("hello\n");
        }
    }

    /** @param keeps whether the connection is kept for the next request */
    private int askUntil(AtomicBoolean over, boolean keeps) throws Exception {
        int asked = 0;
        Client client = new Client(server.address(), trust);
        try {
            while (!over.get()) {
                boolean large = asked % 10 == 9;
                byte[] body = client.get(large ? "/large.bin" : "/hello.txt").body();
                if (large ? !Arrays.equals(body, LARGE) : body.length != 6) {
                    throw new IllegalStateException("request " + asked + " got something else");
                }
                asked++;
                if (!keeps) {
                    client.close();
                    client = new Client(server.address(), trust);
                }
            }
        } finally {
            client.close();
        }
        return asked;
    }
}
