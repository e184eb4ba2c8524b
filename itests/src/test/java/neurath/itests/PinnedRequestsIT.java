package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import neurath.build.Repository;
import neurath.load.Page;
import neurath.load.Site;
import neurath.load.SlowDownload;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.Bundle;

/** Requests of the web server end with the versions they began with, and the old versions go when the last has ended. */
public class PinnedRequestsIT extends OnTheWebServer {
    private static final Page LARGE = new Page("pinned.bin", 20_000_000);

    @Before
    public void leaveTheChoiceToPeople() throws Exception {
        shell.type("flow:policy web-server manual");
    }

    @After
    public void leaveTheChoiceToThePolicy() throws Exception {
        shell.type("flow:update web-server " + productsText()); // without the pins that were asked for
        shell.type("flow:policy web-server auto");
    }

    @Test
    public void a_slow_request_keeps_the_old_pair_beside_the_new_one_until_it_has_ended() throws Exception {
        Site.write(LARGE, Path.of(context.getProperty("http.root")));
        List<Bundle> pair = List.of(
                shell.install(Repository.operatorJar("http.load", "2.0.0")), shell.install(Repository.operatorJar("http.reply", "2.0.0")));
        shell.start(pair.toArray(Bundle[]::new));
        try (SlowDownload download = SlowDownload.start(server.address(), 1_000_000, LARGE)) {
            await().until(() -> download.taken() > 0);
            server.unharmed(() -> {
                assertThat(shell.type("flow:update web-server load=http/load@2.0.0 --requests pin")).contains("SWITCHED",
                        "load 1.0.0 -> 2.0.0 beside load~", "reply 1.0.0 -> 2.0.0 beside reply~");
                server.awaitVersions("2.0.0", "load", "reply");
            });
            assertThat(download.inFlight()).isTrue();
            assertThat(shell.type("flow:show web-server")).containsPattern(
                    "pinned: load~\\d+ \\(http/load@1\\.0\\.0\\) is kept for 1 request that began before");
            assertThat(server.flow().graph().nodes()).hasSize(8);
            assertThat(download.hurry().await(Duration.ofSeconds(20))).hasSize(1);
            await().untilAsserted(() -> assertThat(server.flow().graph().nodes()).hasSize(6));
        }
        await().untilAsserted(() -> assertThat(server.flow().retirement().retiring()).isEmpty());
        assertThat(shell.type("flow:show web-server")).doesNotContain("pinned");
    }
}
