package neurath.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import neurath.bench.Packets.Drain;
import neurath.bench.Packets.Feed;
import neurath.bench.Packets.Inbox;
import neurath.bench.Packets.Increment;
import neurath.build.Repository;

/** S5. */
final class Overhead implements Experiment {
    private static final String UPDATABLE = "Neurath's engine";
    private static final String FIXED = "without update support";
    private static final String COST = "processor time per packet and operator";
    private static final String THROUGHPUT = "throughput";
    private static final String WHOLE = "from request to SWITCHED";
    private static final String ONE_OF_ROW = "row, one updated";
    private static final String ALL_OF_ROW = "row, all updated";
    private static final String ONE_OF_FORK = "fork, one branch updated";
    private static final String ALL_OF_FORK = "fork, all branches updated";
    private static final double PER_SECOND = 5000;
    private static final double ALLOWED = 1.05;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration BETWEEN = Duration.ofMillis(2);

    @Override
    public String name() {
        return "s5";
    }

    @Override
    public String question() {
        return "what being updatable costs, and how long updates take of larger graphs";
    }

    @Override
    public String setUp() {
        return """
                A saturated row of operators between source and sink, in turn on the engine and on the same engine compiled without what updates need where
                packets go (bench: FixedEngine), each in a process of its own: processor time by packets and operators. Then rows of 2 to 64 operators
                and forks of 2 to 32 branches under an open loop of 5,000 packets/s, of which one operator and all at once are updated.""";
    }

    @Override
    public Scale usual() {
        return Scale.SHORT;
    }

    @Override
    public Duration expected(Scale scale) {
        return Duration.ofSeconds(scale.of(150, 50, 15));
    }

    @Override
    public void run(Lab lab) throws Exception {
        cost(lab);
        sizes(lab);
    }

    // ---- per packet ----

    private static void cost(Lab lab) throws Exception {
        List<Integer> rows = lab.scale().of(List.of(2, 6, 16), List.of(2, 6, 16), List.of(6));
        long window = lab.scale().of(1500, 700, 200);
        Path folder = Folders.temporary();
        try (Peer updatable = engine(System.getProperty("java.class.path")); Peer fixed = engine(FixedEngine.classPath(folder))) {
            for (int repetition = lab.scale().first(); repetition <= lab.scale().of(9, 5, 1); repetition++) {
                for (int operators : rows) {
                    // Who comes first is not always the same.
                    boolean swapped = repetition % 2 == 0;
                    saturate(lab, swapped ? fixed : updatable, swapped ? FIXED : UPDATABLE, operators, window, repetition);
                    saturate(lab, swapped ? updatable : fixed, swapped ? UPDATABLE : FIXED, operators, window, repetition);
                }
            }
        } finally {
            Folders.delete(folder);
        }
        for (int operators : rows) {
            String setting = setting(operators);
            double ours = lab.measurements().spread(UPDATABLE, setting, COST).median();
            double theirs = lab.measurements().spread(FIXED, setting, COST).median();
            lab.goal("being updatable costs less than 5 %, with " + setting,
                    "%.1f ns beside %.1f ns, %+.1f %%".formatted(ours, theirs, 100 * (ours / theirs - 1)), ours < ALLOWED * theirs);
        }
        lab.plot("overhead", Spans.of(
                "Processor time per packet and operator", "ns", lab.measurements(), COST, List.of(UPDATABLE, FIXED),
                rows.stream().map(Overhead::setting).toList()));
    }

    private static Peer engine(String classPath) throws IOException {
        return Peer.start("engine", List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Repository.root().resolve("cnf/jvm.options"),
                "-Dlogback.configurationFile=neurath/bench/peer/logback.xml",
                "-cp", classPath, Saturation.class.getName()));
    }

    private static String setting(int operators) {
        return operators + " operators";
    }

    private static void saturate(Lab lab, Peer engine, String subject, int operators, long window, int repetition)
            throws IOException, InterruptedException {
        String[] answer = engine.ask("row " + operators + " " + window, PATIENCE).split(" ");
        if (repetition > 0) {
            double packets = Double.parseDouble(answer[0]);
            int nodes = operators + 2;
            lab.measurements().add(
                    subject, setting(operators), repetition, COST, Double.parseDouble(answer[2]) / packets / nodes, "ns");
            lab.measurements().add(
                    subject, setting(operators), repetition, THROUGHPUT, packets * 1e9 / Double.parseDouble(answer[1]), "packets/s");
        }
    }

    // ---- by size ----

    private static void sizes(Lab lab) throws Exception {
        int updates = lab.scale().of(50, 20, 3);
        List<Integer> rows = lab.scale().of(List.of(2, 4, 8, 16, 32, 64), List.of(2, 4, 8, 16, 32, 64), List.of(2, 8));
        List<Integer> forks = lab.scale().of(List.of(2, 4, 8, 16, 32), List.of(2, 4, 8, 16, 32), List.of(2, 8));
        for (int repetition = lab.scale().first(); repetition <= lab.scale().of(7, 5, 1); repetition++) {
            for (int size : rows) {
                sizes(lab, repetition, size, updates, ONE_OF_ROW, ALL_OF_ROW, Overhead::row, 1);
            }
            for (int size : forks) {
                sizes(lab, repetition, size, updates, ONE_OF_FORK, ALL_OF_FORK, Overhead::fork, size);
            }
        }
        lab.plot("size", chart(lab.measurements(), rows, forks).svg());
        double largest = lab.measurements().spread(ALL_OF_ROW, rows.getLast().toString(), WHOLE).median();
        lab.goal("all " + rows.getLast() + " operators of a row are updated within 100 ms", "%.2f ms".formatted(largest), largest < 100);
    }

    private static Chart chart(Measurements measurements, List<Integer> rows, List<Integer> forks) {
        var chart = new Chart("From request to SWITCHED, by size", "operators in the row, branches of the fork");
        Chart.Panel panel = chart.panel("ms", true);
        line(panel, measurements, ONE_OF_ROW, rows);
        line(panel, measurements, ALL_OF_ROW, rows);
        line(panel, measurements, ONE_OF_FORK, forks);
        line(panel, measurements, ALL_OF_FORK, forks);
        return chart;
    }

    private static void line(Chart.Panel panel, Measurements measurements, String subject, List<Integer> sizes) {
        panel.line(
                subject,
                sizes.stream().mapToDouble(Integer::doubleValue).toArray(),
                sizes.stream().mapToDouble(size -> measurements.spread(subject, size.toString(), WHOLE).median()).toArray());
    }

    /** A graph of some size: the text that connects its nodes between {@code feed} and {@code sink}. */
    @FunctionalInterface
    private interface Shape {
        String of(Rig rig, int size);
    }

    private static String row(Rig rig, int size) {
        return "feed(feed) OUT" + Packets.row(rig, size, Increment::new) + " -> IN sink(sink)";
    }

    private static String fork(Rig rig, int size) {
        var arcs = new ArrayList<String>(List.of("feed(feed) OUT -> IN fork(fork)"));
        rig.fill("fork", Increment.class, Increment::new);
        for (String branch : nodes(size)) {
            rig.fill(branch, Increment.class, Increment::new);
            arcs.add("fork OUT -> IN %1$s(%1$s) OUT -> IN sink(sink)".formatted(branch));
        }
        return String.join("\n", arcs);
    }

    private static List<String> nodes(int size) {
        return IntStream.rangeClosed(1, size).mapToObj(node -> "n" + node).toList();
    }

    /** @param copies that come out of the graph for each packet */
    private static void sizes(
            Lab lab, int repetition, int size, int updates, String ofOne, String ofAll, Shape shape, int copies) throws Exception {
        var taken = new AtomicLong();
        long sent;
        try (Inbox inbox = new Inbox(); Rig rig = new Rig(Rig.ARC_CAPACITY)) {
            rig.fill("feed", Feed.class, () -> new Feed(inbox)).fill("sink", Drain.class, () -> new Drain(taken));
            rig.start(shape.of(rig, size));
            try (OpenLoop load = OpenLoop.start(PER_SECOND, inbox::send)) {
                for (int i = 0; i < updates; i++) {
                    update(lab, rig, repetition, size, ofOne, List.of("n" + (1 + i % size)));
                    update(lab, rig, repetition, size, ofAll, nodes(size));
                }
                sent = load.stop();
            }
            Waiting.until(copies * sent + " packets to come out", PATIENCE, () -> taken.getOpaque() >= copies * sent);
            if (taken.getOpaque() != copies * sent) {
                throw new IllegalStateException(taken + " packets came out where " + copies * sent + " should have");
            }
        }
    }

    private static void update(Lab lab, Rig rig, int repetition, int size, String subject, List<String> nodes) {
        Waiting.pass(BETWEEN);
        long nanos = rig.replacedAll(nodes, Increment.class, Increment::new);
        if (repetition > 0) {
            lab.measurements().add(subject, Integer.toString(size), repetition, WHOLE, nanos / 1e6, "ms");
        }
    }
}
