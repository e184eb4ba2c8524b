package neurath.acceptance;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import neurath.build.Repository;
import neurath.load.Demand;
import neurath.load.Load;
import neurath.load.Page;
import neurath.load.Report;
import neurath.load.Site;
import neurath.load.SlowDownload;

/**
 * The web server changes from blocking reads to the NIO pair and back while clients ask, again and again. Everything is done by the
 * commands a user would type.
 */
public final class Acceptance {
    private static final Page LARGE = new Page("large/download.bin", 20_000_000);
    private static final Page BEHIND = new Page("large/behind.bin", 50_000);
    private static final double SLOW_BYTES_PER_SECOND = 400_000;
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Scale scale;
    private final PlatformProcess platform;
    private final Site site;
    private final List<Window> thereWindows = new ArrayList<>();
    private final List<Window> backWindows = new ArrayList<>();
    private final List<Window> steady = new ArrayList<>();
    private List<String> pair = List.of();

    /**
     * How much of it.
     *
     * @param files of 50 kB
     * @param rounds there and back
     * @param warmUp load before anything is measured
     * @param margin of a window before and behind its update
     */
    public record Scale(int files, int rounds, Duration warmUp, Duration margin) {
        /** What the product promises: 10,000 files, five rounds, 2 s before to 2 s after. */
        public static final Scale WHOLE = new Scale(10_000, 5, Duration.ofSeconds(10), Duration.ofSeconds(2));

        /** Enough to see a failure, not enough to tell times. */
        public static final Scale SHORT = new Scale(200, 1, Duration.ofMillis(500), Duration.ofMillis(300));
    }

    private Acceptance(Scale scale, PlatformProcess platform, Site site) {
        this.scale = scale;
        this.platform = platform;
        this.site = site;
    }

    public static void main(String[] args) throws Exception {
        Path folder = Repository.root().resolve("target/acceptance");
        Verdict verdict = run(Scale.WHOLE, folder);
        System.out.println(verdict.table());
        System.exit(verdict.nobodyNoticed() ? 0 : 1);
    }

    /**
     * Runs it with site and home below a folder.
     *
     * @throws IOException if a command fails, or the slow download does
     * @throws IllegalStateException if a version is not what the commands should have made it
     */
    public static Verdict run(Scale scale, Path folder) throws IOException, InterruptedException, TimeoutException {
        Path root = folder.resolve("site");
        Site site = Site.of(scale.files(), 50_000).writeTo(root);
        Site.write(LARGE, root);
        Site.write(BEHIND, root);
        Path home = folder.resolve("home-" + ProcessHandle.current().pid());
        try (PlatformProcess platform = PlatformProcess.start(root, home)) {
            Verdict verdict = new Acceptance(scale, platform, site).underLoad();
            platform.stop();
            return verdict;
        }
    }

    private Verdict underLoad() throws IOException, InterruptedException, TimeoutException {
        expectVersions("1.0.0");
        try (Load load = Load.start(Demand.of(platform.address(), site))) {
            pass(scale.warmUp());
            for (int round = 1; round <= scale.rounds(); round++) {
                thereAndBack(round);
            }
            withSlowDownload();
            Report report = load.stop();
            return new Verdict(report, thereWindows, backWindows, steady);
        }
    }

    private void thereAndBack(int round) throws IOException, InterruptedException {
        thereWindows.add(updating("there, round " + round, this::there));
        expectVersions("2.0.0");
        steadily(thereWindows.getLast());
        backWindows.add(updating("back, round " + round, this::back));
        expectVersions("1.0.0");
        steadily(backWindows.getLast());
    }

    /** One window with an update in it. */
    private Window updating(String what, Commands commands) throws IOException, InterruptedException {
        long from = System.nanoTime();
        pass(scale.margin());
        commands.type();
        pass(scale.margin());
        return new Window(what, from, System.nanoTime());
    }

    /** A window without an update, of the length of one with. */
    private void steadily(Window like) {
        long from = System.nanoTime();
        pass(like.length());
        steady.add(new Window("after " + like.what(), from, System.nanoTime()));
    }

    private void there() throws IOException, InterruptedException {
        pair = platform.install(Repository.operatorJar("http.load", "2.0.0"), Repository.operatorJar("http.reply", "2.0.0"));
        platform.start(pair);
    }

    /** The running pair is taken away, and the versions that are left take over. */
    private void back() throws IOException, InterruptedException {
        platform.shell("uninstall", pair.getFirst(), pair.getLast());
    }

    private void withSlowDownload() throws IOException, InterruptedException, TimeoutException {
        try (SlowDownload download = SlowDownload.start(platform.address(), SLOW_BYTES_PER_SECOND, LARGE, BEHIND)) {
            there();
            expectVersions("2.0.0");
            if (!download.inFlight()) {
                throw new IllegalStateException("the slow download was over before the update; nothing was shown");
            }
            download.hurry().await(Duration.ofSeconds(30));
        }
        platform.shell("flow:update web-server load=http/load@1.0.0 reply=http/reply@1.0.0");
        expectVersions("1.0.0");
    }

    /** Waits for the versions, which come a moment after the command that makes them come. */
    private void expectVersions(String version) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String shown = platform.shell("flow:show web-server");
        while (!has(shown, "load", version) || !has(shown, "reply", version)) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("flow:show web-server should have load and reply at " + version + ":\n" + shown);
            }
            shown = platform.shell("flow:show web-server");
        }
    }

    private static boolean has(String shown, String node, String version) {
        return Pattern.compile("(?m)^" + node + " +http/" + node + " +" + Pattern.quote(version) + " ").matcher(shown).find();
    }

    private static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @FunctionalInterface
    private interface Commands {
        void type() throws IOException, InterruptedException;
    }
}
