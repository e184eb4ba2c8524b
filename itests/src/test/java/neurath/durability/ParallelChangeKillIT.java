package neurath.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import neurath.acceptance.PlatformProcess;
import neurath.build.OperatorJar;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * The platform gets SIGKILL at the steps of an update to a version that has a folder of its own outside, beside that of the version before:
 * each start leaves just the folder of the version that it comes back with.
 */
public class ParallelChangeKillIT {
    private static final String CLASS = "public final class Load implements Step<Request, Loaded> {";
    private static final String STEPS = """
            @neurath.api.Changes("the folder of its version")
            public final class Load implements Step<Request, Loaded>, neurath.api.ParallelChange {
                private static final String OWN = "VERSION";

                private static java.nio.file.Path folders(Place place) {
                    return place.parameters(Settings.class).root().resolveSibling("folders");
                }

                @Override
                public void expand(Place place) throws IOException {
                    java.nio.file.Files.createDirectories(folders(place).resolve(OWN));
                }

                @Override
                public void contract(Place place) throws IOException {
                    try (var all = java.nio.file.Files.list(folders(place))) {
                        for (java.nio.file.Path other : all.toList()) {
                            if (!other.endsWith(OWN)) {
                                java.nio.file.Files.delete(other);
                            }
                        }
                    }
                }

                @Override
                public void withdraw(Place place) throws IOException {
                    java.nio.file.Files.deleteIfExists(folders(place).resolve(OWN));
                }

            """;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path root;
    private Path home;
    private Path folders;

    private record Row(KillPoint point, boolean isSwitched) {}

    private static KillPoint step(String step) {
        return new KillPoint("neurath.engine.ResourceChange", "carryOut", step);
    }

    @Test
    public void killed_at_every_step_it_comes_back_with_the_folder_of_the_version_that_it_runs() throws Exception {
        root = folder.newFolder("site").toPath();
        home = folder.newFolder("home").toPath();
        folders = root.resolveSibling("folders");
        Files.createDirectories(folders.resolve("1.0.0"));
        Files.writeString(root.resolve("index.html"), "here\n");
        String version = "1.0.0";
        int updates = 0;
        for (Row row : List.of(
                new Row(step("EXPAND"), false),
                new Row(KillPoint.before("UPDATE_BEGUN"), false),
                new Row(KillPoint.at("MARKING"), false),
                new Row(KillPoint.before("UPDATE_SWITCHED"), false),
                new Row(KillPoint.in("neurath.coordinator.FlowStore", "force"), true),
                new Row(step("CONTRACT"), true))) {
            String next = "1.0." + ++updates;
            killAt(row.point(), version, next);
            version = row.isSwitched() ? next : version;
        }
        try (PlatformProcess platform = PlatformProcess.start(root, home)) {
            expect(platform, version, "after the last kill");
            platform.stop();
        }
    }

    private void killAt(KillPoint point, String version, String next) throws Exception {
        try (Killer killer = new Killer(); PlatformProcess platform = PlatformProcess.start(root, home, killer.environment())) {
            expect(platform, version, "before the kill at " + point);
            CompletableFuture<Void> killed = killer.killAt(point, platform.handle());
            Path jar = OperatorJar.ofProduct("http.load", "1.0.0")
                    .version(next)
                    .replacing(CLASS, STEPS.replace("VERSION", next))
                    .writeTo(folder.newFolder().toPath());
            Throwable lost = catchThrowable(() -> platform.start(List.of(jar.toString())));
            if (lost != null) { // its answer may or may not come through
                assertThat(lost).isInstanceOf(IOException.class).hasMessageContaining("./neurath shell");
            }
            killed.get(60, TimeUnit.SECONDS);
        }
    }

    private void expect(PlatformProcess platform, String version, String when) throws Exception {
        Matcher load = Pattern.compile("(?m)^load +http/load +(\\S+)").matcher(platform.shell("flow:show", "web-server"));
        assertThat(load.find()).as(when).isTrue();
        assertThat(load.group(1)).as(when).isEqualTo(version);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            try (Stream<Path> all = Files.list(folders)) {
                assertThat(all.map(Path::getFileName)).as(when).containsExactly(Path.of(version));
            }
            assertThat(platform.shell("flow:show", "web-server")).as(when).doesNotContain("parallel change");
        });
    }
}
