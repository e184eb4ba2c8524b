package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import neurath.build.OperatorJar;
import neurath.build.Repository;
import neurath.load.Page;
import neurath.load.Report;
import neurath.load.Site;
import neurath.load.SlowDownload;
import org.junit.Test;
import org.osgi.framework.Bundle;

/** The web server changes to the NIO pair while clients ask. */
public class PairUnderLoadIT extends OnTheWebServer {
    private static final Page LARGE = new Page("large.bin", 20_000_000);
    private static final Page BEHIND = new Page("behind.bin", 20_000);

    @Test
    public void the_pair_is_installed_and_started_in_the_shell_and_no_client_notices() throws Exception {
        server.unharmed(() -> {
            Bundle load = shell.install(Repository.operatorJar("http.load", "2.0.0"));
            Bundle reply = shell.install(Repository.operatorJar("http.reply", "2.0.0"));
            shell.start(load, reply);
            server.awaitVersions("2.0.0", "load", "reply");
            assertThat(shell.type("flow:show web-server")).containsPattern("load +http/load +2\\.0\\.0").containsPattern(
                    "reply +http/reply +2\\.0\\.0");
        });
        assertThat(server.version("compose")).isEqualTo(FIRST);
    }

    @Test
    public void both_halves_are_switched_by_one_update() throws Exception {
        int before = server.lastUpdate();
        server.unharmed(() -> {
            Bundle load = install(half("load", "2.1.0"));
            Bundle reply = install(half("reply", "2.1.0"));
            shell.start(load);
            shell.start(reply);
            server.awaitVersions("2.1.0", "load", "reply");
        });
        assertThat(server.lastUpdate()).isEqualTo(before + 1);
    }

    @Test
    public void the_way_back_to_the_first_versions_is_not_noticed_either() throws Exception {
        Bundle load = install(half("load", "2.2.0"));
        Bundle reply = install(half("reply", "2.2.0"));
        shell.start(load, reply);
        server.awaitVersions("2.2.0", "load", "reply");
        server.unharmed(() -> {
            shell.type("stop " + load.getBundleId() + " " + reply.getBundleId());
            server.awaitVersions(FIRST, "load", "reply");
        });
    }

    @Test
    public void half_of_the_pair_changes_nothing_and_the_shell_says_what_is_missing() throws Exception {
        int before = server.lastUpdate();
        server.unharmed(() -> {
            Bundle load = install(half("load", "2.3.0"));
            assertThatThrownBy(() -> shell.start(load)).hasMessageContaining("needs http/reply 2.3.0");
            assertThat(shell.type("flow:show web-server")).contains("http/load@2.3.0");
        });
        assertThat(server.lastUpdate()).isEqualTo(before);
        assertThat(server.version("load")).isEqualTo(FIRST);
    }

    @Test
    public void a_half_that_is_resolved_waits_for_the_other_to_be_started() throws Exception {
        int before = server.lastUpdate();
        server.unharmed(() -> {
            Bundle load = install(half("load", "2.4.0"));
            Bundle reply = install(half("reply", "2.4.0"));
            shell.start(load);
            await().untilAsserted(() -> assertThat(shell.type("flow:show web-server")).contains("http/reply 2.4.0"));
            assertThat(server.lastUpdate()).isEqualTo(before);
            shell.start(reply);
            server.awaitVersions("2.4.0", "load", "reply");
        });
    }

    @Test
    public void the_pair_dropped_into_the_hot_deploy_folder_is_switched_to() throws Exception {
        List<Path> dropped = List.of(hotDeploy("load-2.5.0.jar"), hotDeploy("reply-2.5.0.jar"));
        Path load = write(half("load", "2.5.0"));
        Path reply = write(half("reply", "2.5.0"));
        server.unharmed(() -> {
            Files.copy(load, dropped.get(0));
            Files.copy(reply, dropped.get(1));
            server.awaitVersions("2.5.0", "load", "reply");
        });
        server.unharmed(() -> {
            Files.delete(dropped.get(0));
            Files.delete(dropped.get(1));
            server.awaitVersions(FIRST, "load", "reply");
        });
    }

    @Test
    public void a_jar_that_is_copied_slowly_is_taken_when_it_is_whole() throws Exception {
        byte[] jar = Files.readAllBytes(write(load("1.5.0")));
        Path dropped = hotDeploy("load-1.5.0.jar");
        server.unharmed(() -> {
            try (OutputStream out = Files.newOutputStream(dropped)) {
                int third = jar.length / 3;
                out.write(jar, 0, third);
                letHotDeployLook();
                out.write(jar, third, third);
                letHotDeployLook();
                assertThat(server.version("load")).isEqualTo(FIRST);
                out.write(jar, 2 * third, jar.length - 2 * third);
            }
            server.awaitVersion("load", "1.5.0");
            Files.delete(dropped);
            server.awaitVersion("load", FIRST);
        });
    }

    @Test
    public void a_jar_overwritten_in_the_hot_deploy_folder_replaces_the_version_it_brought() throws Exception {
        Path dropped = hotDeploy("load.jar");
        Path first = write(load("1.5.1"));
        Path second = write(load("1.5.2"));
        server.unharmed(() -> {
            Files.copy(first, dropped);
            server.awaitVersion("load", "1.5.1");
            Files.copy(second, dropped, StandardCopyOption.REPLACE_EXISTING);
            server.awaitVersion("load", "1.5.2");
            Files.delete(dropped);
            server.awaitVersion("load", FIRST);
        });
    }

    @Test
    public void a_file_that_is_no_bundle_touches_nothing() throws Exception {
        int bundles = context.getBundles().length;
        int before = server.lastUpdate();
        Path junk = hotDeploy("junk.jar");
        server.unharmed(() -> {
            Files.write(junk, new byte[10_000]);
            letHotDeployLook();
        });
        Files.delete(junk);
        assertThat(context.getBundles()).hasSize(bundles);
        assertThat(server.lastUpdate()).isEqualTo(before);
    }

    @Test
    public void load_alone_forced_upon_the_old_reply_fails_requests() throws Exception {
        assertFails(OperatorJar.ofProduct("http.load", "2.0.0"), "load");
    }

    @Test
    public void reply_alone_forced_upon_the_old_load_fails_requests() throws Exception {
        assertFails(OperatorJar.ofProduct("http.reply", "2.0.0"), "reply");
    }

    /** The requirement on the other half is left out, so that nothing keeps the half from being switched to. */
    private void assertFails(OperatorJar half, String node) throws Exception {
        String other = node.equals("load") ? "reply" : "load";
        OperatorJar alone = half.version("2.9.0")
                .replacing("@RequiresOperator(operator = \"http/" + other + "\", version = \"2.0.0\")", "");
        Report report = server.underLoad(() -> {
            deploy(alone);
            server.awaitVersion(node, "2.9.0");
        });
        assertThat(report.failed()).isPositive();
        assertThat(server.version(other)).isEqualTo(FIRST);
    }

    @Test
    public void a_slow_download_lives_through_the_switch_and_what_is_pipelined_behind_it_is_answered_by_the_new_version()
            throws Exception {
        Path root = Path.of(context.getProperty("http.root"));
        Site.write(LARGE, root);
        Site.write(BEHIND, root);
        OperatorJar load = half("load", "2.6.0")
                .replacing("fields.add(acceptRanges);", "fields.add(acceptRanges).add(\"X-Version\", \"2.6.0\");");
        try (SlowDownload download = SlowDownload.start(server.address(), 1_000_000, LARGE, BEHIND)) {
            await().until(() -> download.taken() > 0);
            server.unharmed(() -> {
                Bundle one = install(load);
                Bundle other = install(half("reply", "2.6.0"));
                shell.start(one, other);
                server.awaitVersions("2.6.0", "load", "reply");
            });
            assertThat(download.inFlight()).isTrue();
            assertThat(server.flow().retirement().retiring()).isNotEmpty();
            assertThat(shell.type("flow:show web-server")).contains("retires: reply http/reply@1.0.0");
            var answers = download.hurry().await(Duration.ofSeconds(20));
            assertThat(answers.get(0).head().fields()).doesNotContainKey("X-Version");
            assertThat(answers.get(1).head().fields()).containsEntry("X-Version", "2.6.0");
        }
        await().untilAsserted(() -> assertThat(server.flow().retirement().retiring()).isEmpty());
    }

    private Path hotDeploy(String name) throws IOException {
        return Files.createDirectories(Path.of(context.getProperty("neurath.load"))).resolve(name);
    }

    /** Until a jar dropped after it was deployed: then everything that lay there before has been looked at. */
    private void letHotDeployLook() throws Exception {
        String name = "example.probe" + System.nanoTime();
        Path probe = write(Examples.operator(name.substring("example.".length()), "1.0.0"));
        Path dropped = hotDeploy(name + ".jar");
        Files.copy(probe, dropped);
        await().until(() -> Arrays.stream(context.getBundles()).anyMatch(bundle -> name.equals(bundle.getSymbolicName())));
        Files.delete(dropped);
        await().until(() -> Arrays.stream(context.getBundles()).noneMatch(bundle -> name.equals(bundle.getSymbolicName())));
    }
}
