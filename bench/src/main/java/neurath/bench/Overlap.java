package neurath.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import neurath.api.Context;
import neurath.api.Step;
import neurath.bench.Packets.Drain;
import neurath.bench.Packets.Feed;
import neurath.bench.Packets.Inbox;
import neurath.bench.Packets.Packet;
import neurath.coordinator.Outcome;
import neurath.coordinator.Updates.Coordinated;
import neurath.graph.fbp.FbpParser;

/** X13. */
final class Overlap implements Experiment {
    private static final String AT_ONCE = "all asked for at once";
    private static final String IN_TURN = "each after the one before";
    private static final String TOGETHER = "until the last is switched";
    private static final int UPDATES = 16;
    private static final Duration OPENING = Duration.ofMillis(5);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "x13";
    }

    @Override
    public String question() {
        return "how long 16 updates take that are asked for at once, by how far their regions meet";
    }

    @Override
    public String setUp() {
        return """
                One flow of 17 rows of entrance, node and exit. Each update replaces one node by a version that takes 5 ms to open. Of the 16 updates the
                share given by the overlap replaces one common node, and each of the others a node of its own. They are asked of the coordinator
                all at once and, in turn with that, one after the other.""";
    }

    @Override
    public Duration expected(Scale scale) {
        return Duration.ofSeconds(scale.of(40, 12, 4));
    }

    @Override
    public void run(Lab lab) throws Exception {
        List<Integer> overlaps = lab.scale().of(List.of(0, 25, 50, 75, 100), List.of(0, 50, 100), List.of(0, 100));
        Path home = Folders.temporary();
        try {
            for (int overlap : overlaps) {
                measure(lab, home.resolve("overlap-" + overlap), overlap);
            }
        } finally {
            Folders.delete(home);
        }
        List<String> settings = overlaps.stream().map(String::valueOf).toList();
        lab.plot("overlap", Plots.overSettings(
                "16 updates that open in 5 ms each", "share of updates of one common node (%)", "ms", lab.measurements(), TOGETHER,
                List.of(AT_ONCE, IN_TURN), settings));
    }

    private static void measure(Lab lab, Path home, int overlap) throws Exception {
        var catalog = new Versions();
        try (Inbox inbox = new Inbox();
                Rig rig = new Rig(Rig.ARC_CAPACITY);
                Coordinated coordinated = new Coordinated(rig.flows, catalog, home, PATIENCE)) {
            catalog.add(Versions.of("feed", 1, Feed.class, () -> new Feed(inbox)));
            catalog.add(Versions.of("sink", 1, Drain.class, () -> new Drain(new AtomicLong())));
            for (int version = 1; version <= 2; version++) {
                catalog.add(Versions.of("work", version, Opening.class, Opening::new));
            }
            coordinated.start("flow", new FbpParser().parse(rows()));
            lab.interleaved(
                    lab.scale().repetitions(),
                    repetition -> round(lab, coordinated, overlap, repetition, AT_ONCE),
                    repetition -> round(lab, coordinated, overlap, repetition, IN_TURN));
        }
    }

    private static String rows() {
        var rows = new ArrayList<String>();
        for (int i = 0; i <= UPDATES; i++) {
            rows.add("f%1$d(feed) OUT -> IN w%1$d(work:version=1) OUT -> IN s%1$d(sink)".formatted(i));
        }
        return String.join("\n", rows);
    }

    private static void round(Lab lab, Coordinated coordinated, int overlap, int repetition, String subject) throws Exception {
        long began = System.nanoTime();
        var asked = new ArrayList<CompletableFuture<List<Outcome>>>();
        int common = UPDATES * overlap / 100;
        for (int i = 1; i <= UPDATES; i++) {
            // the common node goes there and back; the others there in one round and back in the next
            String node = i <= common ? "w0" : "w" + i;
            asked.add(coordinated.update("flow", node + "=work@" + version(i, common, subject)));
            if (subject.equals(IN_TURN)) {
                asked.getLast().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        }
        for (var update : asked) {
            List<Outcome> outcomes = update.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (outcomes.size() != 1 || !(outcomes.getFirst() instanceof Outcome.Completed)) {
                throw new IllegalStateException("an update was not carried out: " + outcomes);
            }
        }
        lab.measurements().add(subject, Integer.toString(overlap), repetition, TOGETHER, (System.nanoTime() - began) / 1e6, "ms");
    }

    private static int version(int update, int common, String subject) {
        boolean there = update <= common ? (update % 2 == 1) : subject.equals(AT_ONCE);
        return there ? 2 : 1;
    }

    /** Takes a while to open, as what loads a table does. */
    private static final class Opening implements Step<Packet, Packet> {
        @Override
        public void open(Context context) {
            Waiting.pass(OPENING);
        }

        @Override
        public Packet apply(Packet packet) {
            return packet;
        }
    }
}
