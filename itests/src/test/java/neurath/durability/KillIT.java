package neurath.durability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import neurath.acceptance.PlatformProcess;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * The platform gets SIGKILL at every step of an update of a pair. With one home throughout: each start continues what the kill before
 * has left, and begins the next update.
 */
public class KillIT {
    private static final String STORE = "neurath.coordinator.FlowStore";
    private static final String JOURNAL = "neurath.coordinator.journal.Journal";
    private static final String MARKER = "neurath.engine.Marker";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final List<String> history = new ArrayList<>();
    private Path root;
    private Path home;
    private int updates;

    /** What a restart is to find after a kill. */
    private enum Found {
        /** The old pair, and no trace of the update. */
        OLD,
        /** The old pair, and the update aborted. */
        OLD_ABORTED,
        /** The new pair. */
        NEW
    }

    private record Row(KillPoint point, Found found) {}

    private static Row kill(KillPoint point, Found found) {
        return new Row(point, found);
    }

    @Test
    public void killed_at_every_step_of_a_stream_it_comes_back_with_exactly_the_old_or_exactly_the_new_pair() throws Exception {
        matrix(Pair.STREAM, List.of(
                kill(KillPoint.at("PLANNED"), Found.OLD),
                kill(KillPoint.at("PREPARED"), Found.OLD),
                kill(KillPoint.before("UPDATE_BEGUN"), Found.OLD),
                kill(KillPoint.in(JOURNAL, "reserve"), Found.OLD_ABORTED),
                kill(KillPoint.at("MARKING"), Found.OLD_ABORTED),
                kill(KillPoint.at("ALIGNING"), Found.OLD_ABORTED),
                kill(KillPoint.in(MARKER, "pass"), Found.OLD_ABORTED),
                kill(KillPoint.before("UPDATE_SWITCHED"), Found.OLD_ABORTED),
                kill(KillPoint.in(STORE, "force"), Found.NEW),
                kill(KillPoint.at("SWITCHED"), Found.NEW),
                kill(KillPoint.at("RETIRED"), Found.NEW)));
    }

    @Test
    public void killed_at_every_step_of_a_hold_it_comes_back_with_exactly_the_old_or_exactly_the_new_pair() throws Exception {
        matrix(Pair.HOLD, List.of(
                kill(KillPoint.at("HANDING_OVER"), Found.OLD_ABORTED),
                kill(KillPoint.before("UPDATE_SWITCHED"), Found.OLD_ABORTED),
                kill(KillPoint.in(MARKER, "commit"), Found.NEW),
                kill(KillPoint.at("SWITCHED"), Found.NEW)));
    }

    private void matrix(Pair pair, List<Row> rows) throws Exception {
        root = folder.newFolder("site").toPath();
        home = folder.newFolder("home").toPath();
        Files.writeString(root.resolve("index.html"), "here\n");
        String version = "1.0.0";
        for (Row row : rows) {
            String next = "1.0." + (updates + 1);
            killAt(row.point(), pair, version, next);
            if (row.found() == Found.NEW) {
                version = next;
                history.add("SWITCHED");
            } else if (row.found() == Found.OLD_ABORTED) {
                history.add("ABORTED: the platform ended before it was switched");
            }
        }
        try (PlatformProcess platform = PlatformProcess.start(root, home)) {
            expect(platform, pair, version, "after the last kill");
            platform.stop();
        }
    }

    /** Starts the platform, expects a version of the pair, and kills it while it switches to the next. */
    private void killAt(KillPoint point, Pair pair, String version, String next) throws Exception {
        updates++;
        try (Killer killer = new Killer(); PlatformProcess platform = PlatformProcess.start(root, home, killer.environment())) {
            expect(platform, pair, version, "before the kill at " + point);
            CompletableFuture<Void> killed = killer.killAt(point, platform.handle());
            List<Path> jars = pair.writeTo(folder.newFolder().toPath(), next);
            startWhatKillsIt(platform, jars);
            killed.get(60, TimeUnit.SECONDS);
        }
    }

    /** The shell's answer may or may not come through. */
    private static void startWhatKillsIt(PlatformProcess platform, List<Path> jars) throws IOException, InterruptedException {
        try {
            platform.start(jars.stream().map(Path::toString).toList());
        } catch (IOException e) {
            if (!e.getMessage().contains("./neurath shell")) {
                throw e;
            }
        }
    }

    private void expect(PlatformProcess platform, Pair pair, String version, String when) throws Exception {
        String shown = platform.shell("flow:show", "web-server");
        assertThat(version(shown, pair.one())).as(when).isEqualTo(version);
        assertThat(version(shown, pair.other())).as(when).isEqualTo(version);
        List<String> lines = platform.shell("flow:history", "web-server").lines().filter(line -> line.contains("  update ")).toList();
        assertThat(lines).as(when).hasSameSizeAs(history);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(lines.get(i)).as(when).contains(history.get(i));
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            var address = platform.address();
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + "/")).build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).body()).as(when).isEqualTo("here\n");
        }
    }

    private static String version(String shown, String node) {
        Matcher row = Pattern.compile("(?m)^" + node + " +http/" + node + " +(\\S+)").matcher(shown);
        return row.find() ? row.group(1) : "none in " + shown;
    }
}
