package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import neurath.acceptance.PlatformProcess;
import neurath.build.OperatorJar;
import neurath.build.Repository;
import neurath.load.Demand;
import neurath.load.Load;
import neurath.load.Report;
import neurath.load.Site;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Processes of the platform that come and go, with one home. */
public class RestartIT {
    private static final Site SITE = Site.of(10, 10_000);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path root;
    private Path home;

    @Before
    public void writeSite() throws Exception {
        root = folder.newFolder("site").toPath();
        home = folder.newFolder("home").toPath();
        SITE.writeTo(root);
    }

    @Test
    public void the_versions_that_ran_come_back_though_a_higher_one_lies_there_and_the_history_has_no_update_of_it() throws Exception {
        String history;
        try (PlatformProcess platform = PlatformProcess.start(root, home)) {
            platform.start(platform.install(Repository.operatorJar("http.load", "2.0.0"), Repository.operatorJar("http.reply", "2.0.0")));
            awaitVersion(platform, "load", "2.0.0");
            awaitVersion(platform, "reply", "2.0.0");
            platform.shell("flow:policy", "web-server", "manual");
            platform.start(platform.install(half("load"), half("reply")));
            history = platform.shell("flow:history", "web-server");
            assertThat(history.lines()).hasSize(1);
            platform.stop();
        }
        try (PlatformProcess platform = PlatformProcess.start(root, home)) {
            assertComesBack(platform, history);
            platform.kill();
        }
        try (PlatformProcess platform = PlatformProcess.start(root, home)) {
            assertComesBack(platform, history);
            platform.shell("flow:policy", "web-server", "auto");
            platform.shell("flow:update", "web-server");
            awaitVersion(platform, "load", "2.1.0");
            awaitVersion(platform, "reply", "2.1.0");
            platform.stop();
        }
    }

    private static void assertComesBack(PlatformProcess platform, String history) throws Exception {
        try (Load load = Load.start(Demand.of(platform.address(), SITE).withClients(4, Duration.ofMillis(10)))) {
            await().until(() -> load.completed() >= 100);
            Report report = load.stop();
            assertThat(report.reasons()).isEmpty();
        }
        String shown = platform.shell("flow:show", "web-server");
        assertThat(shown).containsPattern("load +http/load +2\\.0\\.0").containsPattern("reply +http/reply +2\\.0\\.0");
        assertThat(platform.shell("lb")).contains("2.1.0");
        assertThat(platform.shell("flow:history", "web-server")).isEqualTo(history);
    }

    private static void awaitVersion(PlatformProcess platform, String node, String version) {
        String row = node + " +http/" + node + " +" + version.replace(".", "\\.");
        await(node + " at " + version)
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(platform.shell("flow:show", "web-server")).containsPattern(row));
    }

    private Path half(String name) throws Exception {
        OperatorJar half = OnTheWebServer.half(name, "2.1.0");
        return half.writeTo(folder.newFolder().toPath());
    }
}
