package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import neurath.build.OperatorJar;
import org.junit.Test;

/** Updates of the web server that are under way at the same time, under load. */
public class ParallelUpdatesIT extends OnTheWebServer {
    /** A parser that is open when somebody who waits at a gate is let go. */
    private static OperatorJar parseBehind(ServerSocket gate) throws Exception {
        String settings = "settings = context.parameters(Settings.class);";
        return OperatorJar.ofProduct("http.parse", FIRST).version("1.1.0").replacing(settings, settings + """
                try (var gate = new java.net.Socket("127.0.0.1", %d)) {
                    gate.getInputStream().read();
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }""".formatted(gate.getLocalPort()));
    }

    private static OperatorJar parse(String version) throws Exception {
        return OperatorJar.ofProduct("http.parse", FIRST).version(version);
    }

    @Test
    public void an_update_that_takes_its_time_keeps_neither_others_nor_the_shell_waiting() throws Exception {
        try (var gate = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.unharmed(() -> {
                deploy(parseBehind(gate));
                try (Socket inside = gate.accept()) {
                    deploy(load("1.1.0"));
                    server.awaitVersion("load", "1.1.0");
                    assertThat(server.flow().version("parse").version()).hasToString(FIRST);
                    assertThat(shell.type("flow:history web-server").lines()).last().asString().contains("load 1.0.0 -> 1.1.0");
                    assertThat(shell.type("flow:show web-server")).contains("is under way, PLANNED").contains("parse 1.0.0 -> 1.1.0");
                }
                server.awaitVersion("parse", "1.1.0");
            });
        }
        assertThat(server.flow().version("load").version()).hasToString("1.1.0");
    }

    @Test
    public void what_arrives_for_a_node_whose_update_is_under_way_comes_behind_it() throws Exception {
        try (var gate = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.unharmed(() -> {
                deploy(parseBehind(gate));
                try (Socket inside = gate.accept()) {
                    deploy(parse("1.2.0"));
                    deploy(parse("1.3.0"));
                    assertThat(server.flow().version("parse").version()).hasToString(FIRST);
                }
                server.awaitVersion("parse", "1.3.0");
            });
            assertThat(shell.type("flow:history web-server")).contains("parse 1.1.0 -> 1.3.0").doesNotContain("1.2.0");
        }
    }
}
