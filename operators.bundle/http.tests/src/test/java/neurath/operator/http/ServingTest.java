package neurath.operator.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import neurath.operator.http.Client.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What well-behaved clients get, from memory and from open files. */
@ParameterizedClass(name = "load and reply {0}")
@ValueSource(strings = {"1.0.0", "2.0.0", "2.1.0"})
class ServingTest {
    private static final int[] SIZES = {0, 1, 511, 512, 1023, 8191, 50_000, 131_072, 131_073, 1_048_577, 20 * 1024 * 1024};

    @TempDir
    Path folder;

    private final String pair;
    private Path root;
    private WebServer server;

    ServingTest(String pair) {
        this.pair = pair;
    }

    @BeforeEach
    void start() throws Exception {
        root = Files.createDirectory(folder.resolve("root"));
        Files.writeString(root.resolve("hello.txt"), "hello\n");
        server = new WebServer.Settings(root).pair(pair).start();
    }

    @AfterEach
    void stop() throws Exception {
        List<String> failures = server.failures();
        server.close();
        assertThat(failures).isEmpty();
    }

    private byte[] random(int size) throws Exception {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        Files.write(root.resolve(size + ".bin"), bytes);
        return bytes;
    }

    @Test
    void one_connection_carries_many_requests() throws Exception {
        try (Client client = new Client(server.address())) {
            for (int i = 0; i < 1000; i++) {
                Answer answer = client.get("/hello.txt");
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.text()).isEqualTo("hello\n");
            }
        }
    }

    @Test
    void files_come_byte_by_byte() throws Exception {
        try (Client client = new Client(server.address())) {
            for (int size : SIZES) {
                byte[] bytes = random(size);
                Answer answer = client.get("/" + size + ".bin");
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body()).as("%d bytes", size).isEqualTo(bytes);
                assertThat(answer.fields()).containsEntry("content-type", "application/octet-stream");
            }
        }
    }

    @Test
    void pipelined_requests_are_answered_in_order() throws Exception {
        var requests = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            Files.writeString(root.resolve(i + ".txt"), "file " + i);
            requests.append("GET /").append(i).append(".txt HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }
        try (Client client = new Client(server.address());
                var writer = Executors.newSingleThreadExecutor()) {
            Future<Client> sent = writer.submit(() -> client.send(requests.toString()));
            for (int i = 0; i < 1000; i++) {
                assertThat(client.answer().text()).isEqualTo("file " + i);
            }
            sent.get();
        }
    }

    @Test
    void a_slow_reader_gets_every_byte_and_holds_up_nobody() throws Exception {
        byte[] bytes = random(20 * 1024 * 1024);
        try (Client slow = new Client(server.address(), 4096);
                Client quick = new Client(server.address())) {
            slow.ask("/" + bytes.length + ".bin").ask("/hello.txt");
            for (int i = 0; i < 200; i++) {
                assertThat(quick.get("/hello.txt").text()).isEqualTo("hello\n");
            }
            assertThat(slow.answer().body()).isEqualTo(bytes);
            assertThat(slow.answer().text()).isEqualTo("hello\n");
        }
    }

    @Test
    void HEAD_is_told_what_GET_would_get() throws Exception {
        random(50_000);
        try (Client client = new Client(server.address())) {
            for (String target : List.of("/50000.bin", "/none", "/hello.txt")) {
                Answer head = client.send("HEAD " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n").answer(false);
                Answer get = client.get(target);
                assertThat(head.status()).isEqualTo(get.status());
                assertThat(head.fields()).containsEntry("content-length", String.valueOf(get.body().length));
                assertThat(head.fields()).containsEntry("content-type", get.fields().get("content-type"));
            }
        }
    }

    @Test
    void a_folder_is_moved_behind_its_slash_and_stands_for_its_index() throws Exception {
        Files.createDirectories(root.resolve("sub folder"));
        Files.writeString(root.resolve("sub folder/index.html"), "<p>index");
        try (Client client = new Client(server.address())) {
            Answer moved = client.get("/sub%20folder?a=b");
            assertThat(moved.status()).isEqualTo(301);
            assertThat(moved.fields()).containsEntry("location", "/sub%20folder/?a=b");
            assertThat(client.get("//sub%20folder").fields()).containsEntry("location", "/sub%20folder/");
            Answer index = client.get(moved.fields().get("location"));
            assertThat(index.text()).isEqualTo("<p>index");
            assertThat(index.fields()).containsEntry("content-type", "text/html;charset=utf-8");
        }
    }

    /** The JDK knows such names where the environment's locale does. */
    @Test
    @EnabledIfSystemProperty(named = "sun.jnu.encoding", matches = "(?i)utf-?8")
    void names_outside_ASCII_are_found() throws Exception {
        Files.writeString(root.resolve("ä ö.txt"), "umlauts");
        try (Client client = new Client(server.address())) {
            assertThat(client.get("/%C3%A4%20%C3%B6.txt").text()).isEqualTo("umlauts");
        }
    }

    @Test
    void what_is_not_there_is_not_found_and_the_connection_goes_on() throws Exception {
        try (Client client = new Client(server.address())) {
            Answer answer = client.get("/none");
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.text()).contains("404 Not Found");
            assertThat(client.get("/").status()).isEqualTo(404);
            assertThat(client.get("/hello.txt").status()).isEqualTo(200);
        }
    }

    @Test
    void HTTP_1_0_is_closed_unless_it_asks_to_go_on() throws Exception {
        try (Client client = new Client(server.address())) {
            assertThat(client.send("GET /hello.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").answer().fields())
                    .containsEntry("connection", "keep-alive");
            assertThat(client.send("GET /hello.txt HTTP/1.0\r\n\r\n").answer().text()).isEqualTo("hello\n");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void a_client_that_says_close_is_closed() throws Exception {
        try (Client client = new Client(server.address())) {
            client.send("GET /hello.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\nGET /hello.txt HTTP/1.1\r\n");
            assertThat(client.answer().fields()).containsEntry("connection", "close");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void a_thousand_connections_are_served_at_once() throws Exception {
        List<Client> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 1000; i++) {
                clients.add(new Client(server.address()));
            }
            for (int round = 0; round < 3; round++) {
                for (Client client : clients) {
                    client.ask("/hello.txt");
                }
                for (Client client : clients) {
                    assertThat(client.answer().text()).isEqualTo("hello\n");
                }
            }
        } finally {
            for (Client client : clients) {
                client.close();
            }
        }
    }
}
