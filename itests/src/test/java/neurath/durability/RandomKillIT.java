package neurath.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import neurath.acceptance.PlatformProcess;
import neurath.load.Demand;
import neurath.load.Load;
import neurath.load.Site;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The platform gets SIGKILL at random moments of updates under load; what the bytes of the journal say is what must come back. */
public class RandomKillIT {
    private static final int ROUNDS = Integer.getInteger("neurath.kills", 30);
    private static final long LONGEST_NANOS = 30_000_000;
    private static final Site SITE = Site.of(5, 10_000);
    private static final Pattern KIND = Pattern.compile("UPDATE_(BEGUN|SWITCHED|ABORTED)\n");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path root;
    private Path home;

    @Test
    public void killed_at_random_it_comes_back_with_the_pair_that_the_journal_says() throws Exception {
        root = folder.newFolder("site").toPath();
        home = folder.newFolder("home").toPath();
        SITE.writeTo(root);
        long seed = System.nanoTime();
        System.out.println("random kills, seed " + seed);
        var random = new Random(seed);
        String version = "1.0.0";
        int betweenBeginAndCommit = 0;
        int behindCommit = 0;
        for (int round = 1; round <= ROUNDS; round++) {
            String next = "1.0." + round;
            kill(version, next, random.nextLong(LONGEST_NANOS));
            if (lastKind().equals("SWITCHED")) {
                version = next;
                behindCommit++;
            } else {
                assertThat(lastKind()).as("round " + round).isEqualTo("BEGUN");
                betweenBeginAndCommit++;
            }
        }
        try (PlatformProcess platform = PlatformProcess.start(root, home)) {
            expect(platform, version);
            platform.stop();
        }
        System.out.println(betweenBeginAndCommit + " kills between begin and commit, " + behindCommit + " behind the commit");
        assertThat(betweenBeginAndCommit).as("kills between begin and commit").isGreaterThanOrEqualTo(ROUNDS / 6);
        assertThat(behindCommit).as("kills behind the commit").isPositive();
    }

    private void kill(String version, String next, long nanos) throws Exception {
        List<Path> jars = Pair.writeSlowTo(folder.newFolder().toPath(), next);
        try (PlatformProcess platform = PlatformProcess.start(root, home)) {
            expect(platform, version);
            long begun = begun();
            try (Load load = Load.start(Demand.of(platform.address(), SITE).withClients(8, Duration.ZERO))) {
                await().until(() -> load.completed() >= 50);
                var started = CompletableFuture.runAsync(() -> start(platform, jars));
                await().pollInterval(Duration.ofMillis(1)).pollDelay(Duration.ZERO).atMost(Duration.ofSeconds(60))
                        .until(() -> begun() > begun);
                LockSupport.parkNanos(nanos);
                platform.kill();
                started.join();
                load.stop();
            }
        }
    }

    /** The shell's answer may or may not come through. */
    private static void start(PlatformProcess platform, List<Path> jars) {
        try {
            platform.start(jars.stream().map(Path::toString).toList());
        } catch (IOException e) {
            assertThat(e.getMessage()).contains("./neurath shell");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String journal() throws IOException {
        return Files.readString(home.resolve("flows/journal"), StandardCharsets.ISO_8859_1);
    }

    private long begun() throws IOException {
        return KIND.matcher(journal()).results().filter(kind -> kind.group(1).equals("BEGUN")).count();
    }

    private String lastKind() throws IOException {
        Matcher kinds = KIND.matcher(journal());
        return kinds.results().map(kind -> kind.group(1)).reduce("", (earlier, later) -> later);
    }

    private static void expect(PlatformProcess platform, String version) throws Exception {
        String shown = platform.shell("flow:show", "web-server");
        for (String node : List.of("load", "reply")) {
            assertThat(shown).containsPattern(node + " +http/" + node + " +" + version.replace(".", "\\.") + " ");
        }
        try (Load load = Load.start(Demand.of(platform.address(), SITE).withClients(2, Duration.ofMillis(5)))) {
            await().until(() -> load.completed() >= 20);
            assertThat(load.stop().reasons()).isEmpty();
        }
    }
}
