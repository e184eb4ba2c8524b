package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import neurath.build.Repository;
import neurath.testing.RedisServer;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** A client library of the platform works for an operator and keeps nothing of it. */
public class RedisIT extends OnTheWebServer {
    private static final Duration LONG = Duration.ofSeconds(30);

    private String update(Path text) throws Exception {
        return shell.type("flow:update web-server " + text);
    }

    private long taken(String node) {
        return server.flow().status().stream().filter(status -> status.name().equals(node)).findFirst().orElseThrow().taken();
    }

    private void awaitWork(String node) {
        long before = taken(node);
        await(node + " at work").until(() -> taken(node) > before + 50);
    }

    @Test
    public void what_has_asked_a_redis_and_waited_in_vain_is_let_go_when_it_is_taken_out() throws Exception {
        shell.type("flow:policy web-server manual");
        shell.start(shell.install(Repository.operatorJar("http.load", "2.1.0")),
                shell.install(Repository.operatorJar("http.reply", "2.1.0")));
        shell.start(shell.install(Repository.operatorJar("http.merge", FIRST)), shell.install(Repository.operatorJar("http.cache", FIRST)));
        Bundle redis = shell.install(Repository.operatorJar("http.redis", FIRST));
        shell.start(redis);
        var code = new WeakReference<>(redis.adapt(BundleWiring.class).getClassLoader());
        Path evolutions = productsText().resolveSibling("evolutions");
        int port = RedisServer.freePort();
        String text = Files.readString(evolutions.resolve("redis.fbp")).replace("${http.redis.port:6379}", Integer.toString(port));
        Path redisText = Files.writeString(folder.newFolder().toPath().resolve("change.fbp"), text);
        server.unharmed(() -> {
            try (var asked = new RedisServer(folder.newFolder().toPath(), port)) {
                assertThat(update(redisText)).contains("SWITCHED", "+ cache 1.0.0");
                await("hits").untilAsserted(() -> {
                    long before = taken("load");
                    awaitWork("merge");
                    assertThat(taken("load")).isEqualTo(before);
                });
                asked.signal("STOP");
                awaitWork("load");
                assertThat(update(productsText())).contains("- cache");
            }
            // What is undone can be brought back; what is two updates old can not.
            update(evolutions.resolve("cache.fbp"));
            update(productsText());
        });
        redis.uninstall();
        await("its class loader to be collected").atMost(LONG).untilAsserted(() -> {
            System.gc();
            assertThat(code.get()).isNull();
        });
        assertThat(shell.type("flow:show web-server")).doesNotContain("left behind");
        shell.type("flow:policy web-server auto");
    }
}
