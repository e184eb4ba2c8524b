package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import neurath.build.OperatorJar;
import neurath.build.Repository;
import neurath.engine.NodeStatus;
import neurath.testing.RedisServer;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.Bundle;

/** A cache is inserted into the web server and taken out again while clients ask. */
public class CacheUnderLoadIT extends OnTheWebServer {
    private static final int FILES = 20;

    @Before
    public void installAllThatItNeeds() throws Exception {
        shell.type("flow:policy web-server manual");
        Bundle load = shell.install(Repository.operatorJar("http.load", "2.1.0"));
        Bundle reply = shell.install(Repository.operatorJar("http.reply", "2.1.0"));
        shell.start(load, reply);
        for (String operator : new String[] {"cache", "merge", "preload"}) {
            shell.start(shell.install(Repository.operatorJar("http." + operator, FIRST)));
        }
    }

    @After
    public void bringTheProductsGraphBack() throws Exception {
        shell.type("flow:update web-server " + productsText());
        assertThat(server.flow().graph().nodes()).hasSize(6);
        shell.type("flow:policy web-server auto");
    }

    private static Path text(String name) {
        return productsText().resolveSibling("evolutions/" + name + ".fbp");
    }

    private Path with(String name, String what, String by) throws IOException {
        String text = Files.readString(text(name));
        assertThat(text).contains(what);
        return Files.writeString(folder.newFolder().toPath().resolve("change.fbp"), text.replace(what, by));
    }

    private Path filled(String way) throws IOException {
        return with("cache", "${http.cache.fill:none}", way);
    }

    private String update(Path text) throws Exception {
        return shell.type("flow:update web-server " + text);
    }

    private NodeStatus status(String node) {
        return server.flow().status().stream().filter(status -> status.name().equals(node)).findFirst().orElseThrow();
    }

    private void awaitWork(String node) {
        long taken = status(node).taken();
        await(node + " at work").until(() -> status(node).taken() > taken + 50);
    }

    /** Clients are answered, and nothing is loaded for them. */
    private void awaitHitsOnly() {
        await("hits only").untilAsserted(() -> {
            long loaded = status("load").taken();
            awaitWork("merge");
            assertThat(status("load").taken()).isEqualTo(loaded);
        });
    }

    private String get(String page) throws Exception {
        return answer(page).body();
    }

    private HttpResponse<String> answer(String page, String... fields) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.address().getPort() + '/' + page));
            if (fields.length > 0) {
                request.headers(fields);
            }
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
        }
    }

    private static Map<String, List<String>> fieldsBesideDate(HttpResponse<String> answer) {
        var fields = new TreeMap<>(answer.headers().map());
        fields.remove("date");
        return fields;
    }

    @Test
    public void it_is_inserted_with_the_pair_it_needs_and_keeps_what_is_asked_for_and_is_taken_out() throws Exception {
        assertThat(shell.type("flow:plan web-server " + text("cache")))
                .contains("insert  cache", "insert  merge", "http/load@1.0.0 -> 2.1.0", "http/reply@1.0.0 -> 2.1.0");
        server.unharmed(() -> {
            assertThat(update(text("cache"))).contains("SWITCHED", "+ cache 1.0.0");
            awaitHitsOnly();
            assertThat(status("load").taken()).isPositive();
            assertThat(update(productsText())).contains("- cache");
            awaitWork("load");
        });
    }

    @Test
    public void the_commands_of_the_page_about_evolutions_do_what_it_says() throws Exception {
        String page = Files.readString(Repository.root().resolve("docs/evolutions.md"));
        String section = page.substring(page.indexOf("## Insert a cache"), page.indexOf("## Split off a proxy"));
        List<String> commands = section.lines().filter(line -> line.matches(" {4}(install|start|flow:).*")).map(String::strip).toList();
        assertThat(commands).hasSizeGreaterThan(8);
        server.unharmed(() -> {
            for (String command : commands) {
                String said = shell.type(command.replaceAll("(?<= )(target|http.bundle)/", Repository.root() + "/$1/"));
                assertThat(said).as(command).doesNotContain("REFUSED", "ABORTED");
                if (command.startsWith("flow:update") && command.contains("cache")) {
                    awaitHitsOnly();
                } else if (command.startsWith("flow:rollback")) {
                    assertThat(server.flow().graph().nodes()).hasSize(6);
                }
            }
        });
    }

    @Test
    public void filled_at_the_marker_it_hits_and_no_request_fails() throws Exception {
        insertedAndFilled("inline");
    }

    @Test
    public void filled_before_the_marker_it_hits_and_no_request_fails() throws Exception {
        insertedAndFilled("offline");
    }

    @Test
    public void filled_between_requests_it_hits_and_no_request_fails() throws Exception {
        insertedAndFilled("iterative");
    }

    private void insertedAndFilled(String way) throws Exception {
        server.unharmed(() -> {
            assertThat(update(filled(way))).contains("SWITCHED");
            await("its filling").until(() -> status("cache").notes().containsKey("filled"));
            assertThat(status("cache").notes().get("filled")).startsWith(FILES + " files");
            awaitHitsOnly();
            update(productsText());
        });
    }

    @Test
    public void filled_beside_the_graph_by_another_node_it_takes_that_ones_state() throws Exception {
        server.unharmed(() -> {
            assertThat(update(text("preload"))).contains("SWITCHED", "+ preload 1.0.0");
            assertThat(status("preload").notes().get("preloaded")).startsWith(FILES + " files");
            long loaded = status("load").taken();
            awaitWork("load");
            assertThat(status("load").taken()).isGreaterThan(loaded);

            assertThat(shell.type("flow:plan web-server " + text("cache-preloaded"))).contains("state   cache");
            assertThat(update(text("cache-preloaded"))).contains("SWITCHED");
            long atTheSwitch = status("load").taken();
            awaitWork("merge");
            assertThat(status("load").taken()).as("nothing was missed").isEqualTo(atTheSwitch);
        });
    }

    @Test
    public void a_client_does_not_see_from_where_it_is_answered() throws Exception {
        HttpResponse<String> loaded = answer("page-00003.bin");
        update(filled("offline"));
        long before = status("load").taken();
        HttpResponse<String> hit = answer("page-00003.bin");
        assertThat(hit.body()).isEqualTo(loaded.body());
        assertThat(fieldsBesideDate(hit)).isEqualTo(fieldsBesideDate(loaded)).containsKeys("etag", "last-modified");
        assertThat(answer("page-00003.bin", "Range", "bytes=10-19").body()).isEqualTo(loaded.body().substring(10, 20));
        assertThat(answer("page-00003.bin", "If-None-Match", hit.headers().firstValue("etag").orElseThrow()).statusCode())
                .isEqualTo(304);
        assertThat(status("load").taken()).as("hits all of them").isEqualTo(before);
    }

    @Test
    public void its_entries_are_in_a_redis_which_goes_away_and_comes_back_and_no_request_fails() throws Exception {
        shell.start(shell.install(Repository.operatorJar("http.redis", FIRST)));
        int port = RedisServer.freePort();
        Path text = with("redis", "${http.redis.port:6379}", Integer.toString(port));
        server.unharmed(() -> {
            try (var redis = new RedisServer(folder.newFolder().toPath(), port)) {
                assertThat(update(text)).contains("SWITCHED", "+ cache 1.0.0");
                awaitHitsOnly();
            }
            long loaded = status("load").taken();
            await("misses").until(() -> status("load").taken() > loaded + 50);
            try (var redis = new RedisServer(folder.newFolder().toPath(), port)) {
                awaitHitsOnly();
                redis.signal("STOP");
                long missed = status("load").taken();
                await("misses").until(() -> status("load").taken() > missed + 50);
                redis.signal("CONT");
                awaitHitsOnly();
            }
            assertThat(update(productsText())).contains("- cache");
        });
        assertThat(status("load").failed()).isZero();
    }

    @Test
    public void it_is_rolled_back_and_the_first_pair_is_there_again() throws Exception {
        server.unharmed(() -> {
            Object first = server.flow().instance("load");
            shell.type("flow:update web-server " + text("cache") + " --probation 1h");
            awaitHitsOnly();
            assertThat(shell.type("flow:rollback web-server")).contains("ROLLED BACK");
            assertThat(server.flow().instance("load")).isSameAs(first);
            awaitWork("load");
            assertThat(server.flow().graph().nodes()).hasSize(6);
        });
    }

    @Test
    public void a_newer_version_of_it_keeps_its_entries() throws Exception {
        server.unharmed(() -> {
            update(filled("offline"));
            awaitHitsOnly();
            deploy(OperatorJar.ofProduct("http.cache", FIRST).version("1.0.1"));
            long loaded = status("load").taken();
            shell.type("flow:update web-server cache=http/cache@1.0.1");
            server.awaitVersion("cache", "1.0.1");
            awaitWork("merge");
            assertThat(status("load").taken()).isEqualTo(loaded);
            update(productsText());
        });
    }

    @Test
    public void a_changed_file_is_seen_when_its_entry_is_not_fresh_any_more() throws Exception {
        Path file = Path.of(context.getProperty("http.root")).resolve("changing.txt");
        Files.writeString(file, "before");
        try {
            update(with("cache", "${http.cache.fresh:PT1M}", "PT1S"));
            assertThat(get("changing.txt")).isEqualTo("before");
            long loaded = status("load").taken();
            assertThat(get("changing.txt")).isEqualTo("before");
            assertThat(status("load").taken()).as("a hit").isEqualTo(loaded);
            Files.writeString(file, "afterwards");
            await("the change").until(() -> get("changing.txt").equals("afterwards"));
        } finally {
            Files.delete(file);
        }
    }

    @Test
    public void beside_a_reply_that_writes_open_files_only_it_is_refused() throws Exception {
        shell.start(shell.install(Repository.operatorJar("http.load", "2.0.0")),
                shell.install(Repository.operatorJar("http.reply", "2.0.0")));
        assertThat(shell.type("flow:plan web-server " + with("cache", "reply(http/reply:", "reply(http/reply:version=2.0.0,")))
                .contains("REFUSED web-server/cache: http/cache@1.0.0 works only with http/reply 2.1.0, and the plan has"
                        + " http/reply@2.0.0; name both in one change");
    }
}
