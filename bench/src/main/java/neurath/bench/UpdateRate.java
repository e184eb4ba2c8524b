package neurath.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import neurath.bench.Packets.Drain;
import neurath.bench.Packets.Feed;
import neurath.bench.Packets.Flood;
import neurath.bench.Packets.Inbox;
import neurath.bench.Packets.Increment;
import neurath.coordinator.Outcome;
import neurath.coordinator.Updates.Coordinated;
import neurath.graph.fbp.FbpParser;
import org.HdrHistogram.Histogram;

/** X2. */
final class UpdateRate implements Experiment {
    private static final String RATE = "updates per second";
    private static final String THROUGHPUT = "throughput";
    private static final String LOSS = "throughput lost";
    private static final String ALONE = "planner and update";
    private static final String COORDINATED = "coordinator with its records on disk";
    private static final String WITHOUT = "no updates";
    private static final String WITH = "100 updates/s";
    private static final double WANTED_RATE = 1000;
    private static final double ALLOWED_LOSS = 5;
    private static final double UPDATES_PER_SECOND = 100;
    private static final int ROW = 5;
    private static final String SMALL = "feed(feed) OUT -> IN n1(n1) OUT -> IN sink(sink)";

    @Override
    public String name() {
        return "x2";
    }

    @Override
    public String question() {
        return "how many updates a second a flow takes, and what 100 a second cost its throughput";
    }

    @Override
    public String setUp() {
        return """
                Updates one after the other of one node of an idle flow of three: by planner and update alone, and asked of the coordinator, which forces
                a record to disk for each. Then a saturated flow of source, five nodes and sink, in windows without updates and with 100 updates a
                second on a schedule, of each node in turn.""";
    }

    @Override
    public Duration expected(Scale scale) {
        return Duration.ofSeconds(scale.of(65, 25, 4));
    }

    @Override
    public void run(Lab lab) throws Exception {
        rates(lab);
        throughput(lab);
    }

    // ---- as many as it can ----

    private static void rates(Lab lab) throws Exception {
        Duration window = lab.scale().of(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofMillis(200));
        Path home = Folders.temporary();
        var catalog = new Versions();
        try (Inbox inbox = new Inbox();
                Inbox other = new Inbox();
                Rig alone = new Rig(Rig.ARC_CAPACITY);
                Rig under = new Rig(Rig.ARC_CAPACITY);
                Coordinated coordinated = new Coordinated(under.flows, catalog, home, Duration.ofSeconds(10))) {
            alone.fill("feed", Feed.class, () -> new Feed(inbox))
                    .fill("n1", Increment.class, Increment::new)
                    .fill("sink", Drain.class, () -> new Drain(new AtomicLong()));
            alone.start(SMALL);
            catalog.add(Versions.of("feed", 1, Feed.class, () -> new Feed(other)));
            catalog.add(Versions.of("n1", 1, Increment.class, Increment::new));
            catalog.add(Versions.of("n1", 2, Increment.class, Increment::new));
            catalog.add(Versions.of("sink", 1, Drain.class, () -> new Drain(new AtomicLong())));
            coordinated.start("flow", new FbpParser().parse(SMALL.replace("n1(n1)", "n1(n1:version=1)")));
            rate(lab, ALONE, 0, window, () -> alone.replaced("n1", Increment.class, Increment::new)); // compile
            rate(lab, COORDINATED, 0, window, () -> thereAndBack(coordinated, under));
            lab.interleaved(
                    lab.scale().repetitions(),
                    repetition -> rate(lab, ALONE, repetition, window, () -> alone.replaced("n1", Increment.class, Increment::new)),
                    repetition -> rate(lab, COORDINATED, repetition, window, () -> thereAndBack(coordinated, under)));
        } finally {
            Folders.delete(home);
        }
        double best = lab.measurements().spread(ALONE, "idle", RATE).median();
        lab.goal("at least 1,000 updates/s on a small flow", "%.0f/s".formatted(best), best >= WANTED_RATE);
    }

    /** One update. */
    @FunctionalInterface
    private interface Deed {
        void run() throws Exception;
    }

    /** Updates for a while; repetition 0 is not measured. */
    private static void rate(Lab lab, String subject, int repetition, Duration window, Deed update) throws Exception {
        long began = System.nanoTime();
        int updates = 0;
        while (System.nanoTime() - began < window.toNanos()) {
            update.run();
            updates++;
        }
        if (repetition > 0) {
            lab.measurements().add(subject, "idle", repetition, RATE, updates * 1e9 / (System.nanoTime() - began), "1/s");
        }
    }

    private static void thereAndBack(Coordinated coordinated, Rig rig) throws Exception {
        String now = rig.flow().version("n1").version().toString();
        List<Outcome> outcomes = coordinated.update("flow", "n1=n1@" + (now.equals("1.0.0") ? "2.0.0" : "1.0.0"))
                .get(10, TimeUnit.SECONDS);
        if (outcomes.size() != 1 || !(outcomes.getFirst() instanceof Outcome.Completed)) {
            throw new IllegalStateException("an update was not carried out: " + outcomes);
        }
    }

    // ---- under load ----

    private static void throughput(Lab lab) throws Exception {
        Duration window = lab.scale().of(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofMillis(300));
        var taken = new AtomicLong();
        var delays = new Histogram(3_600_000_000_000L, 3);
        try (Rig rig = new Rig(Rig.ARC_CAPACITY)) {
            rig.fill("source", Flood.class, Flood::new).fill("sink", Drain.class, () -> new Drain(taken));
            rig.start("source(source) OUT" + Packets.row(rig, ROW, Increment::new) + " -> IN sink(sink)");
            Waiting.pass(window); // compile
            rate(lab, ALONE, 0, window, () -> rig.replaced("n1", Increment.class, Increment::new));
            updateOnSchedule(rig, window, new Histogram(delays));
            lab.interleaved(lab.scale().repetitions(), repetition -> {
                double without = window(lab, WITHOUT, repetition, taken, () -> Waiting.pass(window));
                double with = window(lab, WITH, repetition, taken, () -> updateOnSchedule(rig, window, delays));
                lab.measurements().add(WITH, "saturated", repetition, LOSS, 100 * (1 - with / without), "%");
            });
        }
        lab.keep("update-under-load", delays);
        double lost = lab.measurements().spread(WITH, "saturated", LOSS).median();
        lab.goal("100 updates/s cost less than 5 % of throughput", "%.1f %%".formatted(lost), lost < ALLOWED_LOSS);
        lab.plot("throughput", Plots.boxes(
                "A saturated flow of seven nodes", "packets/s", lab.measurements(), THROUGHPUT, List.of(WITHOUT, WITH)));
    }

    private static double window(Lab lab, String subject, int repetition, AtomicLong taken, Runnable meanwhile) {
        long before = taken.getOpaque();
        long began = System.nanoTime();
        meanwhile.run();
        double perSecond = (taken.getOpaque() - before) * 1e9 / (System.nanoTime() - began);
        lab.measurements().add(subject, "saturated", repetition, THROUGHPUT, perSecond, "packets/s");
        return perSecond;
    }

    private static void updateOnSchedule(Rig rig, Duration window, Histogram delays) {
        long start = System.nanoTime();
        int updates = (int) (window.toNanos() / 1e9 * UPDATES_PER_SECOND);
        for (int i = 0; i < updates; i++) {
            long due = start + (long) (i * 1e9 / UPDATES_PER_SECOND);
            Waiting.passNanos(Math.max(0, due - System.nanoTime()));
            rig.replaced("n" + (1 + i % ROW), Increment.class, Increment::new);
            delays.recordValue(System.nanoTime() - due);
        }
        Waiting.passNanos(Math.max(0, start + window.toNanos() - System.nanoTime()));
    }
}
