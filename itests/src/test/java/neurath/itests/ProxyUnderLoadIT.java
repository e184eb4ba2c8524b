package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import neurath.acceptance.PlatformProcess;
import neurath.build.Repository;
import neurath.engine.Flow;
import neurath.engine.NodeStatus;
import neurath.events.Phase;
import neurath.itests.OtherServer.Manner;
import neurath.load.Report;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.ServiceReference;

/** The web server is split: a second flow serves some paths, and the first sends requests for them on to it, while clients ask. */
public class ProxyUnderLoadIT extends OnTheWebServer {
    private static final String BACKEND = "${http.backend:127.0.0.1:9000}";
    private static final String PATHS = "${http.remote-paths:/feeds/**}";
    /** Half of the pages that clients ask for. */
    private static final String HALF = "/page-0000?.bin";
    private static final Duration SOON = Duration.ofSeconds(20);

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Before
    public void installWhatItNeeds() throws Exception {
        for (String operator : new String[] {"cond", "send", "receive"}) {
            shell.start(shell.install(Repository.operatorJar("http." + operator, FIRST)));
        }
    }

    @After
    public void bringTheProductsGraphBack() throws Exception {
        client.close();
        shell.type("flow:update web-server " + productsText());
        assertThat(server.flow().graph().nodes()).hasSize(6);
    }

    private Path evolution(String name) {
        return productsText().resolveSibling("evolutions/" + name + ".fbp");
    }

    private Path write(String name, String fbp) throws IOException {
        return Files.writeString(folder.newFolder().toPath().resolve(name + ".fbp"), fbp);
    }

    private static String put(String text, String what, String by) {
        assertThat(text).contains(what);
        return text.replace(what, by);
    }

    /** Starts the second flow on a free port. */
    private int startBackend() throws Exception {
        String text = put(Files.readString(evolution("backend")), "${http.backend.port:9000}", "0");
        shell.type("flow:start " + write("backend", text));
        Collection<ServiceReference<Flow>> flows = await("the backend").atMost(SOON)
                .until(() -> context.getServiceReferences(Flow.class, "(&(neurath.flow=backend)(address=*))"), found -> !found.isEmpty());
        return URI.create(flows.iterator().next().getProperty("address").toString()).getPort();
    }

    /** The proxy's text for a backend on a port of this machine. */
    private String proxy(int port, String paths) throws IOException {
        return put(put(Files.readString(evolution("proxy")), BACKEND, "127.0.0.1:" + port), PATHS, paths);
    }

    /** One that waits long for connections, and not for answers. */
    private String impatient(int port, String paths) throws IOException {
        String patient = put(proxy(port, paths), "${http.backend.connect-timeout:PT2S}", "PT1H");
        return put(patient, "${http.backend.response-timeout:PT10S}", "PT1S");
    }

    private String update(String fbp, String... options) throws Exception {
        return shell.type("flow:update web-server " + write("change", fbp) + ' ' + String.join(" ", options));
    }

    private NodeStatus status(String node) {
        return server.flow().status().stream().filter(status -> status.name().equals(node)).findFirst().orElseThrow();
    }

    private void awaitWork(String node) {
        long taken = status(node).taken();
        await(node + " at work").atMost(SOON).until(() -> status(node).taken() > taken + 30);
    }

    private HttpResponse<String> get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
        return client.send(HttpRequest.newBuilder(uri).timeout(SOON).build(), HttpResponse.BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<String>> asked(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
        return client.sendAsync(HttpRequest.newBuilder(uri).timeout(SOON).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    public void a_second_flow_takes_over_half_of_the_pages_and_gives_them_back_and_no_client_feels_it() throws Exception {
        int port = startBackend();
        try {
            assertThat(shell.type("flow:plan web-server " + write("change", proxy(port, HALF))))
                    .contains("insert  cond", "insert  send", "insert  receive", "stream")
                    .doesNotContain("anew");
            server.unharmed(() -> {
                assertThat(update(proxy(port, HALF))).contains("SWITCHED", "+ cond 1.0.0", "+ send 1.0.0", "+ receive 1.0.0");
                awaitWork("receive");
                awaitWork("load");
                assertThat(get("/page-00001.bin").headers().firstValue("Via")).contains("1.1 neurath");
                assertThat(get("/page-00011.bin").headers().firstValue("Via")).isEmpty();
                shell.type("flow:update web-server send=http/send@1.0.0 receive=http/receive@1.0.0");
                awaitWork("receive");
                assertThat(update(Files.readString(productsText()))).contains("- receive");
            });
            assertThat(server.flow().graph().nodes()).doesNotContainKeys("cond", "send", "receive");
        } finally {
            shell.type("flow:stop backend");
        }
    }

    @Test
    public void the_split_is_rolled_back_and_no_client_feels_it() throws Exception {
        int port = startBackend();
        try {
            server.unharmed(() -> {
                update(proxy(port, HALF), "--probation 1h");
                awaitWork("receive");
                assertThat(shell.type("flow:rollback web-server")).contains("ROLLED BACK");
                awaitWork("load");
                assertThat(server.flow().graph().nodes()).hasSize(6);
            });
        } finally {
            shell.type("flow:stop backend");
        }
    }

    @Test
    public void it_comes_to_the_pair_that_writes_open_files() throws Exception {
        shell.start(install(half("load", "2.0.0")), install(half("reply", "2.0.0")));
        server.awaitVersions("2.0.0", "load", "reply");
        int port = startBackend();
        try {
            server.unharmed(() -> {
                update(proxy(port, HALF));
                awaitWork("receive");
                update(Files.readString(productsText()));
            });
        } finally {
            shell.type("flow:stop backend");
        }
    }

    @Test
    public void it_comes_to_the_graph_that_has_a_cache_and_the_cache_keeps_what_it_has() throws Exception {
        shell.type("flow:policy web-server manual");
        shell.start(shell.install(Repository.operatorJar("http.load", "2.1.0")),
                shell.install(Repository.operatorJar("http.reply", "2.1.0")));
        for (String operator : new String[] {"cache", "merge"}) {
            shell.start(shell.install(Repository.operatorJar("http." + operator, FIRST)));
        }
        int port = startBackend();
        try {
            String both = put(put(Files.readString(evolution("cache-proxy")), BACKEND, "127.0.0.1:" + port), PATHS, HALF);
            server.unharmed(() -> {
                update(Files.readString(evolution("cache")));
                awaitWork("cache");
                await("all pages in the cache").atMost(SOON).until(() -> status("load").taken() >= 20);
                Object cache = server.flow().instance("cache");
                assertThat(update(both)).contains("SWITCHED", "+ cond 1.0.0");
                long loaded = status("load").taken();
                awaitWork("receive");
                awaitWork("cache");
                assertThat(server.flow().instance("cache")).isSameAs(cache);
                assertThat(status("load").taken()).as("nothing was missed").isEqualTo(loaded);
                update(Files.readString(evolution("cache")));
                awaitWork("cache");
                update(Files.readString(productsText()));
            });
        } finally {
            shell.type("flow:stop backend");
            shell.type("flow:policy web-server auto");
        }
    }

    @Test
    public void a_server_in_another_process_takes_over_half_of_the_pages_and_only_these_fail_when_it_is_killed() throws Exception {
        Path root = Path.of(context.getProperty("http.root"));
        Path home = Product.temporaryFolder();
        int port;
        Report report;
        try (PlatformProcess other = PlatformProcess.start(root, home)) {
            port = other.address().getPort();
            server.unharmed(() -> {
                update(proxy(port, HALF));
                awaitWork("receive");
            });
            report = server.underLoad(() -> {
                other.kill();
                await("the first that is not answered").atMost(SOON).until(() -> get("/page-00001.bin").statusCode() == 502);
                long loaded = status("load").taken();
                await("pages of this server").atMost(SOON).until(() -> status("load").taken() > loaded + 30);
            });
        }
        assertThat(report.failed()).isPositive();
        assertThat(report.reasons()).allMatch(reason -> reason.contains("page-0000") && reason.endsWith("status 502"));
        assertThat(report.closedConnections()).isZero();
        update(Files.readString(productsText()));
        server.unharmed(() -> awaitWork("load"));
    }

    @Test
    public void a_backend_that_dies_fails_the_requests_for_its_paths_and_nothing_else_and_serves_again_when_it_is_back() throws Exception {
        try (var other = new OtherServer()) {
            update(impatient(other.port(), "/other/**"));
            assertThat(get("/other/a").body()).isEqualTo("other");
            server.unharmed(() -> {
                other.be(Manner.WAITING);
                CompletableFuture<HttpResponse<String>> waiting = asked("/other/a");
                await().until(() -> server.flow().instance("receive").leases() == 1);
                other.die();
                assertThat(waiting.get(20, TimeUnit.SECONDS).statusCode()).as("while it was awaited").isEqualTo(502);
                assertThat(get("/other/b").statusCode()).as("nobody listens").isEqualTo(502);

                other.be(Manner.WAITING);
                other.open();
                assertThat(get("/other/c").statusCode()).as("it says nothing").isEqualTo(504);
                other.be(Manner.RESETTING);
                assertThat(get("/other/d").statusCode()).isEqualTo(502);
                other.be(Manner.BREAKING_OFF);
                assertThatThrownBy(() -> get("/other/e")).as("half an answer is none").isInstanceOf(IOException.class);

                other.be(Manner.ANSWERING);
                assertThat(get("/other/f").body()).isEqualTo("other");
            });
            assertThat(server.flow().instance("receive").leases()).isZero();
        }
    }

    @Test
    public void an_update_waits_for_the_answers_that_are_awaited_and_they_reach_their_clients() throws Exception {
        try (var other = new OtherServer()) {
            update(proxy(other.port(), "/other/**"));
            other.be(Manner.WAITING);
            CompletableFuture<HttpResponse<String>> waiting = asked("/other/a");
            await().until(() -> server.flow().instance("receive").leases() == 1);
            int before = server.lastUpdate();
            CompletableFuture<String> removal = CompletableFuture.supplyAsync(() -> {
                try (var another = new Shell(context)) {
                    return another.type("flow:update web-server " + productsText());
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            await("the removal").atMost(SOON).until(() -> server.isIn(before + 1, Phase.SWITCHED));
            assertThat(waiting).isNotDone();
            other.letGo();
            assertThat(waiting.get(20, TimeUnit.SECONDS).body()).isEqualTo("late");
            assertThat(removal.get(20, TimeUnit.SECONDS)).contains("SWITCHED", "- receive");
            assertThat(get("/page-00001.bin").statusCode()).isEqualTo(200);
        }
    }

    @Test
    public void a_backend_that_never_answers_keeps_an_update_no_longer_than_its_time_out() throws Exception {
        try (var other = new OtherServer()) {
            update(impatient(other.port(), "/other/**"));
            other.be(Manner.WAITING);
            CompletableFuture<HttpResponse<String>> waiting = asked("/other/a");
            await().until(() -> server.flow().instance("receive").leases() == 1);
            server.unharmed(() -> assertThat(update(Files.readString(productsText()))).contains("SWITCHED", "- receive"));
            assertThat(waiting.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(504);
        }
    }

    @Test
    public void a_slow_download_through_the_proxy_lives_through_its_removal() throws Exception {
        byte[] large = new byte[40 * 1024 * 1024];
        new Random(1).nextBytes(large);
        Path file = Path.of(context.getProperty("http.root")).resolve("large.bin");
        Files.write(file, large);
        int port = startBackend();
        try (var slow = new Socket()) {
            update(proxy(port, "/large.bin"));
            slow.setReceiveBufferSize(16 * 1024);
            slow.connect(server.address());
            slow.getOutputStream()
                    .write("GET /large.bin HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            InputStream in = slow.getInputStream();
            byte[] begun = in.readNBytes(100_000);
            server.unharmed(() -> {
                assertThat(update(Files.readString(productsText()))).contains("SWITCHED", "- receive");
                await("no operator of the proxy is left").atMost(SOON).until(() -> server.flow().retirement().retiring().isEmpty());
            });
            var all = new ByteArrayOutputStream();
            all.writeBytes(begun);
            in.transferTo(all);
            byte[] received = all.toByteArray();
            int head = new String(received, 0, 2000, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
            assertThat(Arrays.equals(received, head, received.length, large, 0, large.length)).isTrue();
        } finally {
            Files.delete(file);
            shell.type("flow:stop backend");
        }
    }
}
