package neurath.operator.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that end in the middle of something: nothing leaks, and nobody gets a wrong answer. */
@ParameterizedClass(name = "load and reply {0}")
@ValueSource(strings = {"1.0.0", "2.0.0", "2.1.0"})
class EndingTest {
    private static final int LARGE = 8_000_000;
    /** Descriptors of a connection between two ends in this process. */
    private static final int BOTH_ENDS = 2;

    @TempDir
    Path folder;

    private final String pair;
    private Path root;
    private WebServer server;

    EndingTest(String pair) {
        this.pair = pair;
    }

    @BeforeEach
    void start() throws Exception {
        root = Files.createDirectory(folder.resolve("root"));
        Files.writeString(root.resolve("hello.txt"), "hello\n");
        byte[] bytes = new byte[LARGE];
        new Random(1).nextBytes(bytes);
        Files.write(root.resolve("large.bin"), bytes);
        server = new WebServer.Settings(root).pair(pair).start();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private static long descriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }

    private Client connect() throws IOException {
        return new Client(server.address(), 4096);
    }

    @Test
    void a_client_that_half_closes_gets_its_answers_and_the_end() throws Exception {
        try (Client client = connect()) {
            client.ask("/hello.txt").ask("/large.bin").ask("/hello.txt");
            client.socket.shutdownOutput();
            assertThat(client.answer().text()).isEqualTo("hello\n");
            assertThat(client.answer().body()).hasSize(LARGE);
            assertThat(client.answer().text()).isEqualTo("hello\n");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void clients_that_go_away_at_any_time_leak_nothing() throws Exception {
        long before;
        try (Client first = connect()) {
            first.get("/large.bin");
            before = descriptors() - BOTH_ENDS;
        }
        var random = new Random(7);
        for (int i = 0; i < 180; i++) {
            try (Client client = connect()) {
                switch (i % 6) {
                    case 0 -> {}
                    case 1 -> client.send("GET /hel");
                    case 2 -> client.ask("/large.bin");
                    case 3 -> client.ask("/large.bin").in().readNBytes(random.nextInt(500_000));
                    case 4 -> client.ask("/hello.txt").ask("/large.bin").ask("/hello.txt").in().readNBytes(random.nextInt(1000));
                    default -> client.ask("/none").socket.shutdownOutput();
                }
                client.socket.setSoLinger(random.nextBoolean(), 0);
            }
        }
        await().untilAsserted(() -> {
            assertThat(server.leases()).isZero();
            assertThat(descriptors()).isLessThanOrEqualTo(before);
        });
        assertThat(server.failures()).isEmpty();
        try (Client other = connect()) {
            assertThat(other.get("/hello.txt").text()).isEqualTo("hello\n");
        }
    }

    @Test
    void a_file_that_becomes_shorter_is_never_answered_with_a_wrong_length() throws Exception {
        try (Client client = connect()) {
            client.ask("/large.bin").in().readNBytes(100_000);
            try (FileChannel file = FileChannel.open(root.resolve("large.bin"), StandardOpenOption.WRITE)) {
                file.truncate(1_000_000);
            }
            if (pair.equals("1.0.0")) {
                assertThat(client.in().readNBytes(LARGE - 200_000)).as("in memory already").hasSize(LARGE - 200_000);
            } else {
                assertThatThrownBy(() -> {
                    if (client.in().readNBytes(LARGE).length < LARGE - 100_000) {
                        throw new EOFException("short, and known to be so by its Content-Length");
                    }
                })
                        .isInstanceOfAny(EOFException.class, SocketException.class);
            }
        }
        await().until(() -> server.leases() == 0);
    }

    @Test
    void a_stopping_server_answers_what_is_under_way() throws Exception {
        InetSocketAddress address = server.address();
        try (Client busy = connect();
                Client idle = connect()) {
            assertThat(idle.get("/hello.txt").status()).isEqualTo(200);
            busy.ask("/large.bin").in().readNBytes(10);
            Thread stopping = Thread.ofVirtual().start(() -> {
                try {
                    server.close();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            assertThat(idle.isClosedByServer()).isTrue();
            assertThat(busy.in().readAllBytes()).as("up to the end, which the server makes").hasSizeGreaterThanOrEqualTo(LARGE);
            busy.close();
            stopping.join();
        }
        assertThatThrownBy(() -> new Client(address)).isInstanceOf(ConnectException.class);
        server = new WebServer.Settings(root).pair(pair).start();
    }
}
