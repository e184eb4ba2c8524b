package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import neurath.acceptance.PlatformProcess;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The store of hot-deployed jars. */
public class StoreIT {
    private static final int OF_THE_WEB_SERVER = 6;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static void awaitStored(PlatformProcess platform, int jars, int bundles) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(platform.shell("lb").lines().filter(line -> line.contains("example.single"))).hasSize(bundles);
            assertThat(in(platform.home().resolve("store"))).hasSize(OF_THE_WEB_SERVER + jars);
        });
    }

    @Test
    public void a_copy_goes_with_the_last_bundle_that_was_installed_from_it() throws Exception {
        Path jar = Examples.operator("single", "1.0.0").writeTo(folder.newFolder().toPath());
        try (PlatformProcess platform = PlatformProcess.start(folder.newFolder("site").toPath(), folder.newFolder("home").toPath())) {
            Path load = platform.home().resolve("load");
            Path one = Files.copy(jar, load.resolve("one.jar"));
            Path other = Files.copy(jar, load.resolve("other.jar"));
            awaitStored(platform, 1, 2);
            Files.delete(one);
            awaitStored(platform, 1, 1);
            Files.delete(other);
            awaitStored(platform, 0, 0);
            platform.stop();
        }
    }
}
