package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import neurath.build.OperatorJar;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** The web server listens elsewhere, while clients connect and ask. */
public class ListeningSocketIT extends OnTheWebServer {
    private InetSocketAddress first;
    private final AtomicBoolean over = new AtomicBoolean();

    @Before
    public void know() throws Exception {
        first = server.address();
    }

    @After
    public void bringTheProductsGraphBack() throws Exception {
        shell.type("flow:update web-server " + productsText());
    }

    /** The product's text with another port. */
    private Path listeningAt(int port, String overlap) throws IOException {
        String text = Files.readString(productsText())
                .replace("${http.port:8080}", String.valueOf(port))
                .replace("${http.overlap:PT5S}", overlap);
        return Files.writeString(folder.newFolder().toPath().resolve("elsewhere.fbp"), text);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Connects for each request, to where the server says that it listens; how many it got. */
    private int comeAndGo() throws Exception {
        int got = 0;
        while (!over.get()) {
            try (Socket client = new Socket()) {
                client.connect(server.address(), 10_000);
                client.setSoTimeout(10_000);
                client.getOutputStream()
                        .write("GET /page-00000.bin HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(client.getInputStream().readAllBytes()).hasSizeGreaterThan(20_000);
                got++;
            }
        }
        return got;
    }

    /** Does something while clients come and go, and others stay: none may feel it. */
    private void unharmed(WebServer.Deed deed) throws Exception {
        try (var threads = Executors.newCachedThreadPool()) {
            Future<Integer> one = threads.submit(this::comeAndGo);
            Future<Integer> other = threads.submit(this::comeAndGo);
            try {
                server.unharmed(deed);
            } finally {
                over.set(true);
            }
            assertThat(one.get()).isPositive();
            assertThat(other.get()).isPositive();
        }
    }

    /** It is told beside the update. */
    private void awaitAddress(int port) {
        await().untilAsserted(() -> assertThat(server.address()).isEqualTo(new InetSocketAddress(first.getAddress(), port)));
    }

    private static void awaitClosed(InetSocketAddress address) {
        await().until(() -> {
            try (Socket client = new Socket(address.getAddress(), address.getPort())) {
                return !client.isConnected();
            } catch (ConnectException e) {
                return true;
            }
        });
    }

    @Test
    public void another_port_and_back_and_nobody_is_refused_or_dropped() throws Exception {
        int port = freePort();
        unharmed(() -> {
            for (int i = 0; i < 3; i++) {
                shell.type("flow:update web-server " + listeningAt(port, "PT5S"));
                awaitAddress(port);
                new Socket(first.getAddress(), first.getPort()).close();
                shell.type("flow:update web-server " + listeningAt(first.getPort(), "PT5S"));
                awaitAddress(first.getPort());
            }
        });
    }

    @Test
    public void the_former_port_is_closed_when_the_overlap_is_over() throws Exception {
        int port = freePort();
        unharmed(() -> {
            shell.type("flow:update web-server " + listeningAt(port, "PT0.5S"));
            awaitClosed(first);
        });
        awaitAddress(port);
    }

    @Test
    public void a_port_that_is_taken_aborts_the_update_and_the_old_one_carries_on() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Path text = listeningAt(taken.getLocalPort(), "PT5S");
            unharmed(() -> {
                assertThatThrownBy(() -> shell.type("flow:update web-server " + text))
                        .hasMessageContaining("web-server/accept: cannot listen on")
                        .hasMessageContaining("choose another HOST or PORT");
                awaitAddress(first.getPort());
            });
        }
    }

    @Test
    public void a_rollback_listens_where_it_did() throws Exception {
        int port = freePort();
        shell.type("flow:update web-server " + listeningAt(first.getPort(), "PT5S"));
        unharmed(() -> {
            shell.type("flow:update web-server " + listeningAt(port, "PT0.2S") + " --probation PT1M");
            awaitAddress(port);
            awaitClosed(first);
            assertThat(shell.type("flow:rollback web-server")).contains("ROLLED");
            awaitAddress(first.getPort());
        });
    }

    @Test
    public void a_newer_version_listens_on_with_the_same_socket() throws Exception {
        unharmed(() -> {
            for (String version : new String[] {"1.0.1", "1.0.2"}) {
                deploy(OperatorJar.ofProduct("http.accept", FIRST).version(version));
                server.awaitVersion("accept", version);
                awaitAddress(first.getPort());
            }
        });
    }
}
