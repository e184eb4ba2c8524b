package neurath.operator.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLException;
import neurath.operator.http.WebServer.Scheme;
import neurath.testing.Identity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that take their time: each is given up at its deadline, and others are served meanwhile. */
@ParameterizedClass(name = "load and reply {0}, by {1}")
@CsvSource({"1.0.0, HTTP", "2.0.0, HTTP", "2.0.0, HTTPS"})
class SlowClientsTest {
    private static final Duration MOMENT = Duration.ofMillis(5);
    private static final int LARGE = 20_000_000;
    /** More than the buffers of two sockets take, so that the server has to wait for its client. */
    private static final int SMALL_BUFFER = 4096;

    @TempDir
    static Path keys;
    private static Identity identity;

    @TempDir
    Path folder;

    private final String pair;
    private final Scheme scheme;
    private WebServer server;
    private Bystander bystander;

    SlowClientsTest(String pair, Scheme scheme) {
        this.pair = pair;
        this.scheme = scheme;
    }

    @BeforeAll
    static void makeAKey() throws Exception {
        identity = Identity.make(keys, "server");
    }

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("hello.txt"), "hello\n");
        Files.write(folder.resolve("large.bin"), new byte[LARGE]);
        server = new WebServer.Settings(folder)
                .pair(pair)
                .scheme(scheme, identity)
                .set("http.head-timeout", "PT0.2S")
                .set("http.body-timeout", "PT0.2S")
                .set("http.idle-timeout", "PT0.4S")
                .set("http.write-timeout", "PT0.4S")
                .set("http.linger-timeout", "PT0.2S")
                .set("http.sweep", "PT0.05S")
                .start();
        bystander = new Bystander(server, "/hello.txt", "hello\n", Integer.MAX_VALUE);
    }

    @AfterEach
    void others_were_served() throws Exception {
        try {
            bystander.isServed();
            bystander.close();
            await().until(() -> server.leases() == 0);
            assertThat(server.failures()).isEmpty();
        } finally {
            server.close();
        }
    }

    private Client connect() throws IOException {
        return server.connect(SMALL_BUFFER);
    }

    /** What a client is answered that sends on, a little at a time. */
    private static Client.Answer answerWhileComing(Client client, String little) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Client.Answer> answer = threads.submit(() -> client.answer());
            await().pollInterval(MOMENT).until(() -> {
                client.send(little);
                return answer.isDone();
            });
            return answer.get();
        }
    }

    @Test
    void a_head_that_stops_is_refused_with_408() throws Exception {
        try (Client client = connect()) {
            assertThat(client.send("GET / HTTP/1.1\r\nHo").answer().status()).isEqualTo(408);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void a_head_that_trickles_is_refused_with_408_however_steadily_it_comes() throws Exception {
        try (Client client = connect()) {
            client.send("GET / HTTP/1.1\r\nX: ");
            assertThat(answerWhileComing(client, "a").status()).isEqualTo(408);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void the_head_of_a_second_request_has_its_deadline_too() throws Exception {
        try (Client client = connect()) {
            assertThat(client.send("GET /hello.txt HTTP/1.1\r\nHost: x\r\n\r\nGET").answer().status()).isEqualTo(200);
            assertThat(client.answer().status()).isEqualTo(408);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void a_body_that_stops_is_refused_with_408() throws Exception {
        try (Client client = connect()) {
            assertThat(client.send(Abuse.request("POST", "/hello.txt", "Content-Length: 5") + "hel").answer().status()).isEqualTo(408);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void a_body_that_trickles_is_refused_with_408_however_steadily_it_comes() throws Exception {
        try (Client client = connect()) {
            client.send(Abuse.request("POST", "/hello.txt", "Transfer-Encoding: chunked"));
            assertThat(answerWhileComing(client, "1\r\na\r\n").status()).isEqualTo(408);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void a_client_that_closes_its_side_within_a_body_is_refused() throws Exception {
        try (Client client = connect()) {
            client.send(Abuse.request("POST", "/hello.txt", "Content-Length: 5") + "hel").socket.shutdownOutput();
            assertThat(client.answer().status()).isEqualTo(400);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void a_client_that_closes_its_side_within_a_head_is_closed() throws Exception {
        try (Client client = connect()) {
            client.send("GET /hel").socket.shutdownOutput();
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void an_idle_connection_is_closed() throws Exception {
        try (Client client = connect()) {
            assertThat(client.get("/hello.txt").status()).isEqualTo(200);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void a_connection_on_which_nothing_is_asked_is_closed() throws Exception {
        try (Client client = connect()) {
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void a_client_that_does_not_read_its_answer_is_given_up() throws Exception {
        try (Client client = connect()) {
            client.ask("/large.bin");
            await("it and the bystander").until(() -> server.connections() == 2);
            await("the bystander").until(() -> server.connections() == 1);
            assertThatThrownBy(client::answer).isInstanceOfAny(EOFException.class, SocketException.class, SSLException.class);
        }
    }

    @Test
    void a_client_that_asks_on_and_reads_no_answer_is_given_up() throws Exception {
        try (Client client = connect()) {
            assertThatThrownBy(() -> {
                while (true) {
                    client.ask("/large.bin");
                }
            })
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void a_client_that_reads_slowly_but_reads_is_not_given_up() throws Exception {
        try (Client client = connect()) {
            client.ask("/large.bin");
            long begin = System.nanoTime();
            await().pollInterval(MOMENT).until(() -> {
                client.in().readNBytes(20_000);
                return System.nanoTime() - begin > Duration.ofMillis(1500).toNanos();
            });
            assertThat(client.in().readNBytes(LARGE / 2)).hasSize(LARGE / 2);
        }
    }

    @Test
    void a_client_that_sends_on_after_its_last_answer_is_cut_off() throws Exception {
        try (Client client = connect()) {
            assertThat(client.send("nonsense\r\n\r\n").answer().status()).isEqualTo(400);
            assertThatThrownBy(() -> {
                while (true) {
                    client.send("more ".repeat(1000));
                }
            })
                    .isInstanceOf(SocketException.class);
        }
    }
}
