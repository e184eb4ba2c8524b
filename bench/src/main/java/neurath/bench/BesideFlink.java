package neurath.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import neurath.bench.Packets.Arrive;
import neurath.bench.Packets.Count;
import neurath.bench.Packets.Feed;
import neurath.bench.Packets.Inbox;
import neurath.build.Repository;

/** X6. */
final class BesideFlink implements Experiment {
    private static final String NEURATH = "Neurath, update";
    private static final String FLINK = "Flink, stop with savepoint and resubmit";
    private static final String GAP = "longest time without an output";
    private static final String LOST = "lost or wrong";
    private static final double PER_SECOND = 5000;
    private static final double ALLOWED_MILLIS = 10;
    private static final Duration STEADY = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "x6";
    }

    @Override
    public String question() {
        return "how long nothing comes out while an operator with state is changed, beside Flink";
    }

    @Override
    public String setUp() {
        return """
                Source, counting node with state, exit, under an open loop of 5,000 packets/s. In Neurath the counting node is updated; in turn with it the
                same pipeline in Flink's MiniCluster (a process of its own, heap state, parallelism 1, no object reuse, checkpoints off) is
                stopped with a savepoint and submitted again from it, with a source that goes on where it was.""";
    }

    @Override
    public Duration expected(Scale scale) {
        return Duration.ofSeconds(scale.of(50, 35, 15));
    }

    @Override
    public void run(Lab lab) throws Exception {
        Optional<Peer> flink = flink();
        try (Neurath neurath = new Neurath()) {
            neurath.update(lab, 0); // compile
            if (flink.isPresent()) {
                if (lab.scale().first() == 0) {
                    beside(lab, flink.get(), 0);
                }
                lab.interleaved(
                        lab.scale().of(7, 5, 1),
                        repetition -> neurath.update(lab, repetition),
                        repetition -> beside(lab, flink.get(), repetition));
            } else {
                lab.remark("Flink is not built, so it is not beside; ./neurath bench x6 builds it");
                lab.interleaved(lab.scale().of(7, 5, 1), repetition -> neurath.update(lab, repetition));
            }
        } finally {
            if (flink.isPresent()) {
                flink.get().close();
            }
        }
        double gap = lab.measurements().spread(NEURATH, "5,000/s", GAP).median();
        lab.goal("no gap beyond 10 ms", "%.1f ms".formatted(gap), gap <= ALLOWED_MILLIS);
        lab.plot("gap", Plots.boxesOfTimes("Longest time without an output", lab.measurements(), GAP, List.of(NEURATH, FLINK)));
    }

    private static void add(Lab lab, String subject, int repetition, long gap, long lost) {
        if (repetition > 0) {
            lab.measurements().add(subject, "5,000/s", repetition, GAP, gap / 1e6, "ms");
            lab.measurements().add(subject, "5,000/s", repetition, LOST, lost, "packets");
        }
    }

    private static void beside(Lab lab, Peer flink, int repetition) throws IOException, InterruptedException {
        String[] answer = flink.ask("update", PATIENCE).split(" ");
        add(lab, FLINK, repetition, Long.parseLong(answer[0]), Long.parseLong(answer[1]));
    }

    /** The process, if the profile {@code peers} was built. */
    private static Optional<Peer> flink() throws IOException {
        Path folder = Repository.root().resolve("bench/flink/target");
        Path jar = folder.resolve("neurath.bench.flink-0.1.0.jar");
        Path libraries = folder.resolve("classpath");
        if (!Files.exists(jar) || !Files.exists(libraries)) {
            return Optional.empty();
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = jar + File.pathSeparator + Files.readString(libraries).strip();
        return Optional.of(Peer.start("flink", List.of(
                java, "-Xmx2g", "--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED", "--add-opens=java.base/java.util=ALL-UNNAMED", "-cp", classPath,
                "neurath.bench.flink.Restarted")));
    }

    /** Our side. */
    private static final class Neurath implements AutoCloseable {
        private final Inbox inbox = new Inbox();
        private final Rig rig = new Rig(Rig.ARC_CAPACITY);
        private Arrivals arrivals = new Arrivals(1);

        Neurath() {
            rig.fill("feed", Feed.class, () -> new Feed(inbox))
                    .fill("count", Count.class, Count::new)
                    .fill("exit", Arrive.class, () -> new Arrive(arrivals));
            rig.start("feed(feed) OUT -> IN count(count) OUT -> IN exit(exit)");
        }

        void update(Lab lab, int repetition) throws InterruptedException {
            arrivals = new Arrivals(1);
            rig.replaced("exit", Arrive.class, () -> new Arrive(arrivals));
            long asked;
            long sent;
            try (OpenLoop load = OpenLoop.start(PER_SECOND, inbox::send)) {
                Waiting.pass(STEADY);
                asked = System.nanoTime();
                rig.replaced("count", Count.class, Count::new);
                Waiting.pass(STEADY);
                sent = load.stop();
            }
            long failed = arrivals.failedOf(sent);
            add(lab, NEURATH, repetition, arrivals.longestGap(asked, asked + STEADY.toNanos()), failed);
        }

        @Override
        public void close() throws Exception {
            rig.close();
            inbox.close();
        }
    }
}
