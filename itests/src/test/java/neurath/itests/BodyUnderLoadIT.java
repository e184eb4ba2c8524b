package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import neurath.build.OperatorJar;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.Bundle;

/** Bodies of requests are on their way while the operators that receive, understand and answer them are replaced, and others ask. */
public class BodyUnderLoadIT extends OnTheWebServer {
    private static final String SECOND = "2.0.1";
    private static final List<Set<String>> ORDER = List.of(Set.of("parse"), Set.of("compose"), Set.of("load", "reply"), Set.of("read"));
    private static final int SWITCHES = 2 * ORDER.size();
    private static final int LARGE = 100_000_000;
    private static final String CHUNK = "5;a=b\r\nhello\r\n";

    private final List<Bundle> built = new ArrayList<>();

    /**
     * A request whose body comes in pieces: one at the beginning, one behind each switch, and the end, behind which the client closes its
     * side if that is empty.
     */
    private record Upload(String head, String piece, String end, int status, boolean isKept) {
        static Upload ofLength(String method, String piece, int status) {
            int length = piece.length() * (SWITCHES + 1) + 1;
            return new Upload(head(method, "Content-Length: " + length), piece, "!", status, true);
        }

        static Upload inChunks(String method, String end, int status, boolean isKept) {
            return new Upload(head(method, "Transfer-Encoding: chunked"), CHUNK, end, status, isKept);
        }

        private static String head(String method, String field) {
            return method + " /page-00001.bin HTTP/1.1\r\nHost: test\r\n" + field + "\r\n\r\n";
        }

        static List<Upload> all() {
            return List.of(
                    ofLength("POST", "hello", 405),
                    ofLength("GET", "hello", 200),
                    ofLength("POST", "x".repeat(LARGE / SWITCHES), 405),
                    inChunks("POST", "0\r\n\r\n", 405, true),
                    inChunks("GET", "0\r\nX: a trailer\r\n\r\n", 200, true),
                    inChunks("POST", "no size\r\n", 400, false),
                    inChunks("POST", "4000000000000000\r\n", 413, false),
                    inChunks("GET", "", 400, false));
        }
    }

    @Override
    Option more() {
        return CoreOptions.composite(
                frameworkProperty("http.max-body-bytes").value(String.valueOf(2 * LARGE)),
                frameworkProperty("http.body-timeout").value("PT5M"));
    }

    @Before
    public void buildVersions() throws Exception {
        shell.type("flow:policy web-server manual");
        for (String node : List.of("parse", "compose", "read")) {
            built.add(deploy(OperatorJar.ofProduct("http." + node, FIRST).version(SECOND)));
        }
        List<Bundle> pair = List.of(install(half("load", SECOND)), install(half("reply", SECOND)));
        shell.start(pair.toArray(Bundle[]::new));
        built.addAll(pair);
    }

    @After
    public void bringTheProductsGraphBack() throws Exception {
        for (Bundle bundle : built) {
            bundle.uninstall();
        }
        shell.type("flow:update web-server " + productsText());
        shell.type("flow:policy web-server auto");
    }

    /** Replaces the operators one after the other, and back. */
    private void replaceAll(WebServer.Deed behindEach) throws Exception {
        for (String version : List.of(SECOND, FIRST)) {
            for (Set<String> nodes : ORDER) {
                String change = nodes.stream().map(node -> node + "=http/" + node + '@' + version).collect(Collectors.joining(" "));
                assertThat(shell.type("flow:update web-server " + change)).contains("SWITCHED");
                nodes.forEach(node -> assertThat(server.version(node)).isEqualTo(version));
                behindEach.run();
            }
        }
    }

    /** Open connections, as {@code read} tells. */
    private long connections() {
        return server.flow().status().stream().filter(node -> node.name().equals("read")).findFirst().orElseThrow().size();
    }

    private Socket connect() throws Exception {
        InetSocketAddress address = server.address();
        return new Socket(address.getAddress(), address.getPort());
    }

    private static void send(Socket connection, String text) throws IOException {
        connection.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    public void a_body_that_comes_across_all_switches_is_answered_as_it_would_be_without_any() throws Exception {
        List<Upload> uploads = Upload.all();
        List<Socket> connections = new ArrayList<>();
        try {
            server.unharmed(() -> {
                for (Upload upload : uploads) {
                    connections.add(connect());
                    send(connections.getLast(), upload.head() + upload.piece());
                }
                replaceAll(() -> {
                    for (int i = 0; i < uploads.size(); i++) {
                        send(connections.get(i), uploads.get(i).piece());
                    }
                });
                for (int i = 0; i < uploads.size(); i++) {
                    assertAnswered(connections.get(i), uploads.get(i));
                }
            });
        } finally {
            for (Socket connection : connections) {
                connection.close();
            }
        }
    }

    private static void assertAnswered(Socket connection, Upload upload) throws IOException {
        send(connection, upload.end());
        if (upload.end().isEmpty()) {
            connection.shutdownOutput();
        }
        assertThat(Requests.answer(connection)).as(upload.head()).isEqualTo(upload.status());
        if (upload.isKept()) {
            Requests.ask(connection);
        } else {
            assertThat(connection.getInputStream().read()).as(upload.head()).isEqualTo(-1);
        }
    }

    @Test
    public void large_bodies_that_come_without_a_pause_are_read_to_their_ends_and_their_connection_is_kept() throws Exception {
        var over = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor(); Socket connection = connect()) {
            Future<Integer> uploads = threads.submit(() -> uploadUntil(over, connection));
            try {
                server.unharmed(() -> replaceAll(() -> {}));
            } finally {
                over.set(true);
            }
            assertThat(uploads.get()).isPositive();
            Requests.ask(connection);
        }
    }

    private static int uploadUntil(AtomicBoolean over, Socket connection) throws IOException {
        byte[] piece = new byte[LARGE / 100];
        int uploads = 0;
        for (; !over.get(); uploads++) {
            send(connection, Upload.head("POST", "Content-Length: " + LARGE));
            for (int sent = 0; sent < LARGE; sent += piece.length) {
                connection.getOutputStream().write(piece);
            }
            assertThat(Requests.answer(connection)).isEqualTo(405);
        }
        return uploads;
    }

    @Test
    public void bodies_that_are_cut_off_between_switches_leave_nothing() throws Exception {
        server.unharmed(() -> {
            try (Socket kept = connect()) {
                Requests.ask(kept);
                replaceAll(() -> {
                    try (Socket cut = connect()) {
                        send(cut, Upload.head("POST", "Content-Length: " + LARGE) + "hello");
                        cut.setSoLinger(true, 0);
                    }
                    Requests.ask(kept);
                });
            }
        });
        await("no connection is left").until(() -> connections() == 0);
    }
}
