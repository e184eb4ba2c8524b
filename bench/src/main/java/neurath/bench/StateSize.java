package neurath.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.StateTransfer;
import neurath.api.Stateful;
import neurath.api.TransferredBy;
import neurath.bench.Packets.Arrive;
import neurath.bench.Packets.Feed;
import neurath.bench.Packets.Inbox;
import neurath.bench.Packets.Packet;

/** X3. */
final class StateSize implements Experiment {
    /** The ways to keep state that are compared; the last is what goals are for. */
    private static final List<Keeping> KEEPINGS = List.of(new AtOnce(), new PreCopied());

    private static final String PAUSE = "longest time without an output around an update";
    private static final String STEADY = "the same without an update";
    private static final String LATENCY = "longest latency around an update";
    private static final int PER_SECOND = 5000;
    private static final Duration MARGIN = Duration.ofMillis(200);
    private static final double ALLOWED_MILLIS = 10;

    /** A way in which a node keeps a table over its versions. */
    interface Keeping {
        String name();

        /** Puts the first version into node {@code table}, with so many entries. */
        void fill(Rig rig, int entries);

        /** Replaces it by a version that brings every entry into another shape. */
        void update(Rig rig);
    }

    @Override
    public String name() {
        return "x3";
    }

    @Override
    public String question() {
        return "how long the pause of an update is, by the size of the state";
    }

    @Override
    public String setUp() {
        return """
                A node with a table counts per key under an open loop of 5,000 packets/s; the update brings every entry into its next generation. In turn
                with it a gen_server of Debian's Erlang with the same table and load, whose code_change does the same. The pause is the longest
                time without an output from the request on.""";
    }

    @Override
    public Duration expected(Scale scale) {
        return Duration.ofSeconds(scale.of(300, 40, 4));
    }

    @Override
    public void run(Lab lab) throws Exception {
        List<Integer> sizes = lab.scale().of(
                List.of(1000, 10_000, 100_000, 1_000_000, 10_000_000), List.of(1000, 100_000, 1_000_000), List.of(100, 1000));
        Optional<Erlang> erlang = Erlang.start();
        try {
            if (erlang.isEmpty()) {
                lab.remark("there is no Erlang here, so it is not beside; ./neurath bench installs it where it may");
            } else {
                lab.remark("beside: " + erlang.get().version());
            }
            for (int size : sizes) {
                measure(lab, size, erlang);
            }
        } finally {
            if (erlang.isPresent()) {
                erlang.get().close();
            }
        }
        report(lab, sizes.stream().map(String::valueOf).toList());
    }

    private static void report(Lab lab, List<String> settings) throws Exception {
        Measurements measured = lab.measurements();
        String best = KEEPINGS.getLast().name();
        double small = measured.spread(best, settings.getFirst(), PAUSE).median();
        double large = measured.spread(best, settings.getLast(), PAUSE).median();
        lab.goal(
                "the pause with %s entries is at most 10 ms, and at most twice that with %s (or 10 ms)".formatted(
                        settings.getLast(), settings.getFirst()),
                "%.1f ms and %.1f ms, state %s".formatted(large, small, best),
                large <= ALLOWED_MILLIS);
        var subjects = new ArrayList<>(KEEPINGS.stream().map(Keeping::name).toList());
        subjects.add(Erlang.NAME);
        lab.plot("pause", Plots.overSettings("Longest pause of an update", "entries", "ms", measured, PAUSE, subjects, settings));
    }

    private static void measure(Lab lab, int size, Optional<Erlang> erlang) throws Exception {
        var subjects = new ArrayList<Lab.Subject>();
        var opened = new ArrayList<Subject>();
        try {
            for (Keeping keeping : KEEPINGS) {
                var subject = new Subject(lab, keeping, size);
                opened.add(subject);
                subject.update(0); // compile
                subjects.add(subject::update);
            }
            if (erlang.isPresent()) {
                erlang.get().fill(size);
                subjects.add(repetition -> record(lab, Erlang.NAME, size, repetition, PAUSE, erlang.get().update(PER_SECOND)));
            }
            lab.interleaved(lab.scale().of(5, 3, 1), subjects.toArray(Lab.Subject[]::new));
        } finally {
            for (Subject subject : opened) {
                subject.close();
            }
        }
    }

    private static void record(Lab lab, String subject, int size, int repetition, String metric, long nanos) {
        lab.measurements().add(subject, Integer.toString(size), repetition, metric, nanos / 1e6, "ms");
    }

    /** One flow with one table. */
    private static final class Subject implements AutoCloseable {
        private final Lab lab;
        private final Keeping keeping;
        private final int size;
        private final Inbox inbox = new Inbox();
        private final Rig rig = new Rig(Rig.ARC_CAPACITY, Duration.ofMinutes(2));
        private Arrivals arrivals = new Arrivals(1);

        Subject(Lab lab, Keeping keeping, int size) {
            this.lab = lab;
            this.keeping = keeping;
            this.size = size;
            rig.fill("feed", Feed.class, () -> new Feed(inbox)).fill("exit", Arrive.class, () -> new Arrive(arrivals));
            keeping.fill(rig, size);
            rig.start("feed(feed) OUT -> IN table(table) OUT -> IN exit(exit)");
        }

        /** A load around one update; repetition 0 is not measured. */
        void update(int repetition) throws Exception {
            renewArrivals();
            long began = System.nanoTime();
            long asked;
            long sent;
            try (OpenLoop load = OpenLoop.start(PER_SECOND, inbox::send)) {
                Waiting.pass(MARGIN);
                asked = System.nanoTime();
                keeping.update(rig);
                Waiting.pass(MARGIN);
                sent = load.stop();
            }
            long failed = arrivals.failedOf(sent);
            if (failed > 0) {
                throw new IllegalStateException(failed + " of " + sent + " packets were lost or wrong");
            }
            rig.awaitRetirement();
            if (repetition > 0) {
                record(lab, keeping.name(), size, repetition, PAUSE, arrivals.longestGap(asked, System.nanoTime()));
                record(lab, keeping.name(), size, repetition, STEADY, arrivals.longestGap(began + MARGIN.toNanos() / 4, asked));
                record(lab, keeping.name(), size, repetition, LATENCY, arrivals.latency().getMaxValue());
            }
        }

        /** Numbers begin at 0 in each load, so the exit judges anew. */
        private void renewArrivals() {
            arrivals = new Arrivals(1);
            rig.replaced("exit", Arrive.class, () -> new Arrive(arrivals));
        }

        @Override
        public void close() throws Exception {
            rig.close();
            inbox.close();
        }
    }

    // ---- the state as one record, mapped while the region holds ----

    /** How often a key came, and how often its entry was brought into another shape. */
    record Entry(long count, int generation) {}

    /** State of a {@link Table}. */
    record Entries(Map<Integer, Entry> byKey) {}

    /** Brings all entries into the next generation. */
    static final class NextGeneration implements StateTransfer<Entries, Entries> {
        @Override
        public Entries transfer(Entries old) {
            Map<Integer, Entry> next = HashMap.newHashMap(old.byKey().size());
            old.byKey().forEach((key, entry) -> next.put(key, new Entry(entry.count(), entry.generation() + 1)));
            return new Entries(next);
        }
    }

    /** Counts per key. */
    @In(value = "IN", type = Packet.class)
    @Out(value = "OUT", type = Packet.class)
    @TransferredBy(NextGeneration.class)
    private static final class Table implements Stateful<Entries> {
        private final int entries;
        private Map<Integer, Entry> byKey = Map.of();

        Table(int entries) {
            this.entries = entries;
        }

        @Override
        public void open(Context context) throws Exception {
            Output<Packet> out = context.output("OUT", Packet.class);
            context.receive("IN", Packet.class, packet -> {
                byKey.computeIfPresent(
                        (int) (packet.number() % entries), (key, entry) -> new Entry(entry.count() + 1, entry.generation()));
                out.emit(packet.with(packet.value() + 1));
            });
        }

        @Override
        public void begin() {
            byKey = HashMap.newHashMap(entries);
            for (int key = 0; key < entries; key++) {
                byKey.put(key, new Entry(0, 1));
            }
        }

        @Override
        public Entries state() {
            return new Entries(byKey);
        }

        @Override
        public void restore(Entries state) {
            byKey = state.byKey();
        }
    }

    private static final class AtOnce implements Keeping {
        private int entries;

        @Override
        public String name() {
            return "at once";
        }

        @Override
        public void fill(Rig rig, int number) {
            entries = number;
            rig.fill("table", Table.class, () -> new Table(number));
        }

        @Override
        public void update(Rig rig) {
            rig.replaced("table", Table.class, () -> new Table(entries));
        }
    }
}
