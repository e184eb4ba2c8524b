package neurath.operator.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operators replaced while clients are served. */
class UpdateTest {
    private static final Map<String, String> MEMORY = Map.of("load", "1.0.0", "reply", "1.0.0");
    private static final Map<String, String> FILES = Map.of("load", "2.0.0", "reply", "2.0.0");

    @TempDir
    Path folder;

    private Path root;
    private WebServer server;

    @BeforeEach
    void start() throws Exception {
        root = Files.createDirectory(folder.resolve("root"));
        Files.writeString(root.resolve("hello.txt"), "hello\n");
        server = new WebServer.Settings(root).start();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void an_answer_begun_by_the_old_version_is_finished_by_it_and_the_next_comes_from_the_new() throws Exception {
        byte[] bytes = new byte[20 * 1024 * 1024];
        new Random(1).nextBytes(bytes);
        Files.write(root.resolve("large.bin"), bytes);
        try (Client client = new Client(server.address(), 4096)) {
            client.ask("/large.bin").ask("/large.bin");
            await().until(() -> server.leases() == 1);
            server.update(FILES);
            await("the old reply, half way through its answer, is all that is left").until(() -> server.retiring() == 1);
            server.update(MEMORY);
            server.update(FILES);
            await().until(() -> server.retiring() == 1);
            assertThat(client.answer().body()).isEqualTo(bytes);
            await().until(() -> server.retiring() == 0);
            assertThat(client.answer().body()).isEqualTo(bytes);
        }
        await().until(() -> server.leases() == 0);
        assertThat(server.failures()).isEmpty();
    }

    @Test
    void half_of_the_pair_fails_every_request_for_a_file_and_hangs_no_client() throws Exception {
        for (String half : List.of("load", "reply")) {
            server.update(Map.of(half, "2.0.0"));
            try (Client client = new Client(server.address())) {
                assertThat(client.get("/none").status()).isEqualTo(404);
                assertThat(client.get("/hello.txt").status()).isEqualTo(500);
                assertThat(client.isClosedByServer()).isTrue();
            }
            server.update(Map.of(half, "1.0.0"));
        }
        assertThat(server.failures()).hasSize(2).allMatch(failure -> failure.contains("update it together with"));
        try (Client client = new Client(server.address())) {
            assertThat(client.get("/hello.txt").status()).isEqualTo(200);
        }
    }

    @Test
    void a_thousand_idle_connections_pass_to_the_next_reader() throws Exception {
        List<Client> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 1000; i++) {
                clients.add(new Client(server.address()));
                assertThat(clients.getLast().get("/hello.txt").status()).isEqualTo(200);
            }
            clients.getFirst().send("GET /hello.txt HTT");
            server.update(Map.of("read", "1.0.0"));
            assertThat(clients.getFirst().send("P/1.1\r\nHost: x\r\n\r\n").answer().text()).isEqualTo("hello\n");
            for (Client client : clients) {
                assertThat(client.get("/hello.txt").text()).isEqualTo("hello\n");
            }
        } finally {
            for (Client client : clients) {
                client.close();
            }
        }
    }

    @Test
    void every_operator_is_replaced_again_and_again_and_no_request_fails() throws Exception {
        var random = new Random(3);
        var over = new AtomicBoolean();
        byte[] bytes = new byte[50_000];
        random.nextBytes(bytes);
        Files.write(root.resolve("a.bin"), bytes);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                clients.add(threads.submit(() -> askUntil(over, bytes)));
            }
            try {
                for (int i = 0; i < 40; i++) {
                    server.update(
                            switch (i % 8) {
                                case 0, 4 -> FILES;
                                case 2, 6 -> MEMORY;
                                case 1 -> Map.of("accept", "1.0.0");
                                case 3 -> Map.of("read", "1.0.0");
                                case 5 -> Map.of("parse", "1.0.0", "compose", "1.0.0");
                                default -> Map.of("accept", "1.0.0", "read", "1.0.0", "parse", "1.0.0", "compose", "1.0.0");
                            });
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
        assertThat(server.failures()).isEmpty();
        await().untilAsserted(() -> {
            assertThat(server.retiring()).isZero();
            assertThat(server.leases()).isZero();
            assertThat(server.instances()).as("one for each node").isEqualTo(6);
        });
    }

    private int askUntil(AtomicBoolean over, byte[] expected) throws Exception {
        int asked = 0;
        try (Client client = new Client(server.address())) {
            while (!over.get()) {
                var answer = client.get("/a.bin");
                if (answer.status() != 200 || !Arrays.equals(answer.body(), expected)) {
                    throw new IllegalStateException("request " + asked + " got " + answer.status());
                }
                asked++;
            }
        }
        return asked;
    }
}
