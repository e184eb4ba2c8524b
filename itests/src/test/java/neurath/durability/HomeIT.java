package neurath.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import neurath.acceptance.PlatformProcess;
import neurath.build.Repository;
import neurath.load.Demand;
import neurath.load.Load;
import neurath.load.Site;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What becomes of a home that is damaged, and of the platform with it. */
public class HomeIT {
    private static final Site SITE = Site.of(5, 10_000);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path root;
    private Path home;
    private Path mounted;

    @Before
    public void writeSite() throws Exception {
        root = folder.newFolder("site").toPath();
        home = folder.newFolder("home").toPath();
        SITE.writeTo(root);
    }

    @After
    public void unmount() throws Exception {
        if (mounted != null) {
            run("umount", mounted.toString());
        }
    }

    private PlatformProcess start() throws Exception {
        return PlatformProcess.start(root, home);
    }

    private static void installPair(PlatformProcess platform) throws Exception {
        platform.start(List.of(
                Repository.operatorJar("http.load", "2.0.0").toString(), Repository.operatorJar("http.reply", "2.0.0").toString()));
    }

    private static void awaitPair(PlatformProcess platform) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> expectPair(platform, "2\\.0\\.0"));
    }

    private static void expectPair(PlatformProcess platform, String version) throws Exception {
        assertThat(platform.shell("flow:show", "web-server"))
                .containsPattern("load +http/load +" + version)
                .containsPattern("reply +http/reply +" + version);
    }

    private static void serves(PlatformProcess platform) throws Exception {
        try (Load load = Load.start(Demand.of(platform.address(), SITE).withClients(2, Duration.ofMillis(10)))) {
            await().until(() -> load.completed() >= 20);
            assertThat(load.stop().reasons()).isEmpty();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said);
        }
    }

    @Test
    public void bundles_that_the_framework_has_lost_come_back_from_the_store_and_nothing_is_updated() throws Exception {
        String history;
        try (PlatformProcess platform = start()) {
            installPair(platform);
            awaitPair(platform);
            platform.shell("flow:policy", "web-server", "manual");
            history = platform.shell("flow:history", "web-server");
            platform.kill();
        }
        loseOperators();
        try (PlatformProcess platform = start()) {
            expectPair(platform, "2\\.0\\.0");
            assertThat(platform.shell("flow:history", "web-server")).isEqualTo(history);
            assertThat(Files.readString(home.resolve("stderr.log"))).contains("was lost from the framework's cache and is brought back");
            serves(platform);
            platform.kill();
        }
        delete(home.resolve("cache"));
        try (PlatformProcess platform = start()) {
            expectPair(platform, "2\\.0\\.0");
            assertThat(platform.shell("flow:history", "web-server")).isEqualTo(history);
            assertThat(platform.shell("flow:show", "web-server")).contains("policy manual").doesNotContain("pending");
            serves(platform);
            platform.shell("uninstall", "neurath.operator.http.load-2.0.0", "neurath.operator.http.reply-2.0.0");
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> expectPair(platform, "1\\.0\\.0"));
            platform.kill();
        }
        loseOperators();
        try (PlatformProcess platform = start()) {
            assertThat(platform.shell("lb")).doesNotContain("2.0.0");
            serves(platform);
            platform.stop();
        }
    }

    /** As Felix does when it cannot read a bundle's folder after a kill. */
    private void loseOperators() throws IOException {
        int lost = 0;
        try (DirectoryStream<Path> bundles = Files.newDirectoryStream(home.resolve("cache"), "bundle[0-9]*")) {
            for (Path bundle : bundles) {
                try (Stream<Path> files = Files.walk(bundle)) {
                    if (files.noneMatch(file -> file.endsWith("bundle.jar"))) {
                        continue;
                    }
                }
                delete(bundle);
                lost++;
            }
        }
        assertThat(lost).isGreaterThanOrEqualTo(6);
    }

    @Test
    public void a_bundle_that_is_in_neither_is_named_and_the_highest_that_fits_is_taken() throws Exception {
        try (PlatformProcess platform = start()) {
            installPair(platform);
            awaitPair(platform);
            platform.kill();
        }
        loseOperators();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(home.resolve("store"))) {
            for (Path jar : jars) {
                Files.write(jar, new byte[] {1, 2, 3});
            }
        }
        try (PlatformProcess platform = start()) {
            expectPair(platform, "1\\.0\\.0");
            assertThat(Files.readString(home.resolve("stderr.log")))
                    .contains("neurath.operator.http.load 2.0.0", "cannot be brought back from", "is not what its name says",
                            "install it again");
            serves(platform);
            platform.stop();
        }
    }

    @Test
    public void a_journal_that_cannot_be_read_ends_the_platform_with_its_name_and_is_left_alone() throws Exception {
        Path journal = Files.createDirectories(home.resolve("flows/journal"));
        assertThatThrownBy(this::start).hasMessageContaining("the journal " + journal + " cannot be opened");
        assertThat(journal).isDirectory();
    }

    @Test
    public void a_journal_with_damage_in_it_is_named_and_the_last_good_configuration_runs() throws Exception {
        try (PlatformProcess platform = start()) {
            installPair(platform);
            awaitPair(platform);
            platform.kill();
        }
        Path journal = home.resolve("flows/journal");
        byte[] bytes = Files.readAllBytes(journal);
        bytes[200] ^= 1;
        Files.write(journal, bytes);
        try (PlatformProcess platform = start()) {
            expectPair(platform, "2\\.0\\.0");
            assertThat(Files.readString(home.resolve("stderr.log"))).contains("the journal " + journal + " is damaged at [offset ");
            serves(platform);
            platform.stop();
        }
    }

    @Test
    public void on_a_full_disk_the_update_is_aborted_and_requests_are_answered() throws Exception {
        mounted = Files.createDirectories(home.resolve("flows"));
        try {
            run("mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", mounted.toString());
        } catch (IOException e) {
            mounted = null;
            assumeTrue("a disk of 128 KiB cannot be mounted here: " + e.getMessage(), false);
        }
        try (PlatformProcess platform = start()) {
            Path filler = fill(mounted.resolve("filler"));
            installPair(platform);
            await().atMost(Duration.ofSeconds(30)).untilAsserted(
                    () -> assertThat(platform.shell("flow:history", "web-server"))
                            .contains("ABORTED: it cannot be made durable", "No space left on device", "0 KiB free"));
            expectPair(platform, "1\\.0\\.0");
            serves(platform);
            Files.delete(filler);
            platform.shell("flow:update", "web-server", "load=http/load@2.0.0");
            expectPair(platform, "2\\.0\\.0");
            platform.kill();
        }
        try (PlatformProcess platform = start()) {
            expectPair(platform, "2\\.0\\.0");
            assertThat(platform.shell("flow:history", "web-server").lines()).hasSize(2);
            platform.stop();
        }
    }

    private static Path fill(Path file) throws IOException {
        try (var out = Files.newOutputStream(file)) {
            while (true) {
                out.write(new byte[512]);
            }
        } catch (IOException full) {
            return file;
        }
    }
}
