package neurath.operator.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import neurath.testing.Identity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@link FloodTest} does, where TLS holds something for each client. */
class SecureFloodTest {
    private static final int LARGE = 20_000_000;
    private static final long KILOBYTE = 1024;
    /** The first bytes of a handshake. */
    private static final String BEGUN = "\u0016\u0003\u0001";

    @TempDir
    Path folder;

    @TempDir
    Path keys;

    private final Crowd crowd = new Crowd();
    private final List<Client> clients = new ArrayList<>();
    private WebServer.Settings settings;
    private WebServer server;
    private Bystander bystander;

    @BeforeEach
    void prepare() throws Exception {
        Files.writeString(folder.resolve("hello.txt"), "hello\n");
        Files.write(folder.resolve("large.bin"), new byte[LARGE]);
        settings = new WebServer.Settings(folder)
                .pair("2.0.0")
                .secure(Identity.make(keys, "server"))
                .set("http.max-connections", 5000)
                .set("http.write-timeout", "PT60S");
    }

    private void serve() {
        server = settings.start();
        bystander = new Bystander(server, "/hello.txt", "hello\n", Integer.MAX_VALUE);
    }

    @AfterEach
    void others_were_served_and_all_is_let_go() throws Exception {
        try {
            bystander.isServed();
            leave();
            bystander.isServed();
            bystander.close();
            await().until(() -> server.connections() == 0 && server.leases() == 0);
            assertThat(server.failures()).isEmpty();
        } finally {
            server.close();
        }
    }

    private void join(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            clients.add(server.connect().ask("/large.bin"));
        }
    }

    private void leave() throws IOException {
        crowd.leave();
        for (Client client : clients) {
            client.socket.setSoLinger(true, 0);
            client.close();
        }
        clients.clear();
    }

    @Test
    void a_thousand_unfinished_handshakes_take_little_memory_each() throws Exception {
        settings.set("http.handshake-timeout", "PT60S");
        serve();
        long before = Crowd.memory();
        crowd.join(server, 1000, BEGUN);
        await().until(() -> server.taken("tls") >= 1000);
        bystander.isServed();
        assertThat((Crowd.memory() - before) / 1000).as("bytes for each").isLessThan(32 * KILOBYTE);
    }

    @Test
    void fifty_clients_that_do_not_read_take_nothing_of_the_file() throws Exception {
        serve();
        long before = Crowd.memory();
        join(50);
        await().until(() -> server.leases() >= 50);
        bystander.isServed();
        assertThat((Crowd.memory() - before) / 50).as("bytes for each").isLessThan(128 * KILOBYTE);
    }

    @Test
    void resets_in_the_middle_of_an_answer_leave_nothing() throws Exception {
        serve();
        for (int i = 0; i < 3; i++) {
            join(20);
            await().until(() -> server.leases() >= 10);
            leave();
        }
    }
}
