package neurath.operator.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Very many clients at once, none of whom is as quick as it could be: memory stays within bounds, and others are served meanwhile. */
class FloodTest {
    private static final int LARGE = 20_000_000;
    private static final int MAX_HEAD = 16 * 1024;
    private static final long KILOBYTE = 1024;

    @TempDir
    Path folder;

    private final Crowd crowd = new Crowd();
    private WebServer server;
    private Bystander bystander;

    @BeforeEach
    void prepare() throws Exception {
        Files.writeString(folder.resolve("hello.txt"), "hello\n");
        Files.write(folder.resolve("large.bin"), new byte[LARGE]);
    }

    private void serve(int maxConnections) {
        server = new WebServer.Settings(folder)
                .pair("2.0.0")
                .set("http.max-head-bytes", MAX_HEAD)
                .set("http.max-connections", maxConnections)
                .set("http.head-timeout", "PT60S")
                .set("http.write-timeout", "PT60S")
                .start();
    }

    private void watch(int perConnection) {
        bystander = new Bystander(server, "/hello.txt", "hello\n", perConnection);
    }

    @AfterEach
    void others_were_served_and_all_is_let_go() throws Exception {
        try {
            bystander.isServed();
            crowd.leave();
            bystander.isServed();
            bystander.close();
            await().until(() -> server.connections() == 0);
            assertThat(server.failures()).isEmpty();
        } finally {
            server.close();
        }
    }

    @Test
    void ten_thousand_unfinished_heads_take_little_memory_each() throws Exception {
        int count = Crowd.greatest();
        serve(count + 100);
        watch(100);
        long before = Crowd.memory();
        crowd.join(server, count, "GET /hello.txt HTTP/1.1\r\nHost: localhost\r\nX: ");
        await().until(() -> server.connections() >= count);
        bystander.isServed();
        assertThat((Crowd.memory() - before) / count).as("bytes for each of %d", count).isLessThan(8 * KILOBYTE);
    }

    @Test
    void a_thousand_heads_of_the_greatest_length_take_no_more_than_that() throws Exception {
        serve(2000);
        watch(100);
        long before = Crowd.memory();
        crowd.join(server, 1000, "GET /hello.txt HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(MAX_HEAD - 100));
        await().until(() -> server.connections() >= 1000);
        bystander.isServed();
        assertThat((Crowd.memory() - before) / 1000).as("bytes for each").isLessThan(MAX_HEAD + 8 * KILOBYTE);
    }

    @Test
    void a_thousand_clients_that_do_not_read_take_nothing_of_the_file() throws Exception {
        serve(2000);
        watch(100);
        long before = Crowd.memory();
        crowd.join(server, 1000, Abuse.get("/large.bin"));
        await().until(() -> server.leases() >= 1000);
        bystander.isServed();
        assertThat((Crowd.memory() - before) / 1000).as("bytes for each").isLessThan(32 * KILOBYTE);
    }

    @Test
    void a_flood_beyond_the_greatest_number_waits_and_who_is_inside_is_served() throws Exception {
        serve(20);
        watch(Integer.MAX_VALUE);
        crowd.join(server, 300, Abuse.get("/hello.txt"));
        await().until(() -> server.connections() == 20);
        bystander.isServed();
        assertThat(server.connections()).isEqualTo(20);
        SocketChannel last = crowd.removeLast();
        crowd.leave();
        try (last) {
            ByteBuffer answer = ByteBuffer.allocate(12);
            last.read(answer);
            assertThat(new String(answer.array(), StandardCharsets.ISO_8859_1)).isEqualTo("HTTP/1.1 200");
        }
    }

    @Test
    void a_thousand_connections_closed_between_requests_leave_nothing() throws Exception {
        serve(20);
        watch(100);
        for (int i = 0; i < 1000; i++) {
            try (Client client = new Client(server.address())) {
                assertThat(client.get("/hello.txt").text()).isEqualTo("hello\n");
                client.socket.setSoLinger(i % 2 == 0, 0);
            }
        }
    }

    @Test
    void a_thousand_resets_in_the_middle_of_an_answer_leave_nothing() throws Exception {
        serve(2000);
        watch(100);
        for (int i = 0; i < 10; i++) {
            crowd.join(server, 100, Abuse.get("/large.bin"));
            await().until(() -> server.leases() >= 50);
            crowd.leave();
        }
        await().until(() -> server.leases() <= 1);
    }
}
