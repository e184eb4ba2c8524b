package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.ArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import neurath.acceptance.PlatformProcess;
import neurath.load.Site;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Flows in the hot-deploy folder, beside the platform's own. */
public class FlowFilesIT {
    private static final String FIRST_HALF = "'%d' -> PORT accept(http/accept) OUT -> IN read(http/read)%n";
    private static final String SECOND_HALF = "read OUT -> IN parse(http/parse) OUT -> IN load(http/load)"
            + " OUT -> IN compose(http/compose) OUT -> IN reply(http/reply)%n";
    private static final String SERVER = FIRST_HALF + SECOND_HALF;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path root;
    private Path home;
    private Path load;

    @Before
    public void aHome() throws Exception {
        root = folder.newFolder("site").toPath();
        Site.of(1, 100).writeTo(root);
        home = folder.newFolder("home").toPath();
        load = Files.createDirectories(home.resolve("load"));
    }

    @Test
    public void flows_that_cannot_start_do_not_keep_the_platform_from_serving() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (String name : List.of("a", "b", "x", "y", "z")) {
                Files.writeString(load.resolve(name + ".fbp"), SERVER.formatted(taken.getLocalPort()));
            }
            for (int life = 1; life <= 2; life++) {
                try (PlatformProcess platform = PlatformProcess.start(root, home)) {
                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(platform.shell("flow:list")).contains("web-server  runs")
                                    .containsPattern("(?s)(failed.*){5}"));
                    platform.stop();
                }
            }
        }
    }

    @Test
    public void a_flow_that_serves_too_does_not_take_the_ready_line() throws Exception {
        Files.writeString(load.resolve("second.fbp"), SERVER.formatted(0));
        try (PlatformProcess platform = PlatformProcess.start(root, home)) {
            assertThat(platform.shell("flow:show", "web-server")).contains("127.0.0.1:" + platform.address().getPort());
            platform.stop();
        }
    }

    @Test
    public void a_file_that_is_being_written_is_taken_when_it_is_whole() throws Exception {
        try (PlatformProcess platform = PlatformProcess.start(root, home);
                Writer writer = Files.newBufferedWriter(load.resolve("second.fbp"))) {
            writer.write(FIRST_HALF.formatted(0));
            writeOnSlowly(writer, "# one line more\n", 15);
            writer.write(SECOND_HALF.formatted());
            writer.close();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(platform.shell("flow:list")).containsPattern("second +runs +1 +auto +6"));
            assertThat(platform.shell("flow:history", "second")).contains("no update yet");
            platform.stop();
        }
    }

    private static void writeOnSlowly(Writer writer, String line, int times) throws Exception {
        try (ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
            List<Future<?>> written = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                written.add(clock.schedule(
                        () -> {
                            writer.append(line).flush();
                            return null;
                        },
                        100L * i,
                        TimeUnit.MILLISECONDS));
            }
            for (Future<?> each : written) {
                each.get();
            }
        }
    }
}
