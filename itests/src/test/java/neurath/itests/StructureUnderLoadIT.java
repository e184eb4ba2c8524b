package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import neurath.build.OperatorJar;
import neurath.engine.Instance;
import neurath.engine.NodeStatus;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.Bundle;

/** The graph of the web server is changed while clients ask. */
public class StructureUnderLoadIT extends OnTheWebServer {
    private static final String WAY = "parse OUT -> IN load OUT -> IN compose";
    private static final String WITH_PASS = "parse OUT -> IN pass(example/pass) OUT -> IN load OUT -> IN compose";

    private String text;

    @Before
    public void readTheProductsText() throws IOException {
        text = Files.readString(productsText());
    }

    @After
    public void bringTheProductsGraphBack() throws Exception {
        shell.type("flow:update web-server " + productsText());
        assertThat(server.flow().graph().nodes()).hasSize(6);
    }

    @Test
    public void a_node_is_inserted_and_taken_out_again() throws Exception {
        deploy(pass());
        server.unharmed(() -> {
            assertThat(update(with(WAY, WITH_PASS))).contains("+ pass 1.0.0");
            awaitWork("pass");
            assertThat(update(text)).contains("- pass");
        });
        assertThat(server.flow().graph().nodes()).doesNotContainKey("pass");
    }

    @Test
    public void a_branch_around_a_node_comes_and_goes() throws Exception {
        deploy(route());
        deploy(other());
        String branched = with(WAY, """
                parse OUT -> IN route(example/route)
                route HIT -> IN load OUT -> IN compose
                route MISS -> IN other(example/other) OUT -> IN compose
                '${http.root:.}' -> ROOT other
                compose""");
        server.unharmed(() -> {
            update(branched);
            awaitWork("other");
            long taken = status("load").taken();
            await().until(() -> status("load").taken() > taken);
            update(text);
        });
        assertThat(server.flow().graph().nodes()).doesNotContainKeys("route", "other");
    }

    @Test
    public void each_operator_around_the_pair_is_replaced_and_the_first_comes_back() throws Exception {
        List<String> nodes = List.of("accept", "read", "parse", "compose");
        var jars = new ArrayList<Path>();
        for (String node : nodes) {
            jars.add(write(OperatorJar.ofProduct("http." + node, FIRST).version("1.0.1")));
        }
        server.unharmed(() -> {
            for (int i = 0; i < nodes.size(); i++) {
                Bundle bundle = shell.install(jars.get(i));
                shell.start(bundle);
                server.awaitVersion(nodes.get(i), "1.0.1");
            }
        });
        server.unharmed(() -> {
            for (String node : nodes) {
                shell.type("uninstall neurath.operator.http." + node + "-1.0.1");
                server.awaitVersion(node, FIRST);
            }
        });
    }

    @Test
    public void a_node_is_given_another_name_and_keeps_its_instance() throws Exception {
        Instance before = server.flow().instance("load");
        server.unharmed(() -> {
            assertThat(update(renamed("load", "store"))).contains("load is named store");
            assertThat(server.flow().instance("store")).isSameAs(before);
            awaitWork("store");
            String back = text.replace("load(http/load:", "load(http/load:was=store,");
            assertThat(update(back)).contains("store is named load");
        });
        assertThat(server.flow().instance("load")).isSameAs(before);
    }

    @Test
    public void a_limit_is_raised_and_holds_for_connections_that_are_open() throws Exception {
        try (Socket client = new Socket(server.address().getAddress(), server.address().getPort())) {
            server.unharmed(() -> {
                assertThat(update(with("'${http.max-head-bytes:16384}' -> MAX_HEAD_BYTES", "'40000' -> MAX_HEAD_BYTES")))
                        .contains("read opened anew");
                assertThat(statusOfALongRequest(client)).isEqualTo("200");
                update(text);
                assertThat(statusOfALongRequest(client)).isEqualTo("431");
            });
        }
    }

    @Test
    public void a_changed_file_in_the_hot_deploy_folder_changes_the_flow() throws Exception {
        Path file = Files.createDirectories(Path.of(context.getProperty("neurath.load"))).resolve(WebServer.FLOW + ".fbp");
        deploy(pass());
        server.unharmed(() -> {
            Files.writeString(file, with(WAY, WITH_PASS));
            awaitWork("pass");
            Files.writeString(file, text);
            await().until(() -> !server.flow().graph().nodes().containsKey("pass"));
        });
        Files.delete(file);
    }

    @Test
    public void a_plan_is_shown_to_people_and_programs_and_applied_by_its_number_after_an_update_elsewhere() throws Exception {
        deploy(pass());
        Path file = write(with(WAY, WITH_PASS));
        server.unharmed(() -> {
            String plan = shell.type("flow:plan web-server " + file);
            assertThat(plan).contains("insert  pass", "now     ");
            String number = plan.replaceAll("(?s)plan (\\d+) for web-server.*", "$1");
            assertThat(shell.type("flow:plan web-server " + file + " --json")).startsWith("[{\"plan\": ")
                    .contains("{\"operation\": \"insert\", \"node\": \"pass\", ");
            shell.type("flow:update web-server compose=http/compose@1.0.0");
            assertThat(shell.type("flow:apply " + number)).contains("SWITCHED", "+ pass 1.0.0");
            awaitWork("pass");
            assertThat(server.flow().graph().node("compose").metadata()).containsEntry("version", "1.0.0");
            assertThatThrownBy(() -> shell.type("flow:apply " + number)).hasMessageContaining("there is no plan " + number);
            assertThat(shell.type("flow:top web-server")).containsPattern("web-server +pass +example/pass@1.0.0 +[\\d.]+ % +[1-9]\\d* ");
        });
    }

    private String with(String what, String by) {
        assertThat(text).contains(what);
        return text.replace(what, by);
    }

    private String renamed(String node, String next) {
        return text.replace(node + "(http/" + node + ":", next + "(http/" + node + ":was=" + node + ",")
                .replaceAll("\\b([A-Z_]+) " + node + "\\b", "$1 " + next);
    }

    private String update(String fbp) throws Exception {
        return shell.type("flow:update " + WebServer.FLOW + ' ' + write(fbp));
    }

    private Path write(String fbp) throws IOException {
        return Files.writeString(folder.newFolder().toPath().resolve("change.fbp"), fbp);
    }

    private NodeStatus status(String node) {
        return server.flow().status().stream().filter(status -> status.name().equals(node)).findFirst().orElse(null);
    }

    private void awaitWork(String node) {
        await(node + " at work").until(() -> status(node) != null && status(node).emitted() > 20);
    }

    /** Asks for a page with a head of 20 kB, more than the product takes. */
    private static String statusOfALongRequest(Socket client) throws IOException {
        String request = "GET /page-00000.bin HTTP/1.1\r\nHost: test\r\nX-Long: " + "x".repeat(20_000) + "\r\n\r\n";
        client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        InputStream in = client.getInputStream();
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        int length = Integer.parseInt(head.toString().replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
        in.readNBytes(length);
        return head.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length());
    }

    private static OperatorJar pass() {
        return Examples.of("pass", "1.0.0", "Step<neurath.http.Request, neurath.http.Request>", """
                @Override
                public neurath.http.Request apply(neurath.http.Request request) {
                    return request;
                }
                """);
    }

    /** Sends every other request by each of two ways. */
    private static OperatorJar route() {
        return Examples.of("route", "1.0.0", "Operator", """
                private boolean hit;

                @Override
                public void open(neurath.api.Context context) {
                    var hits = context.output("HIT", neurath.http.Request.class);
                    var misses = context.output("MISS", neurath.http.Request.class);
                    context.receive("IN", neurath.http.Request.class, request -> {
                        hit = !hit;
                        (hit ? hits : misses).emit(request);
                    });
                }
                """).replacing("public final class", """
                @neurath.api.In(value = "IN", type = neurath.http.Request.class)
                @neurath.api.Out(value = "HIT", type = neurath.http.Request.class)
                @neurath.api.Out(value = "MISS", type = neurath.http.Request.class)
                public final class""");
    }

    private static OperatorJar other() throws IOException {
        return load("1.0.1").replacing("@OperatorType(\"http/load\")", "@OperatorType(\"example/other\")");
    }
}
