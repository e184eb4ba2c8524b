package neurath.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import neurath.api.Operator;
import neurath.bench.Packets.Arrive;
import neurath.bench.Packets.Count;
import neurath.bench.Packets.Feed;
import neurath.bench.Packets.Inbox;
import neurath.bench.Packets.Increment;
import neurath.events.Event;
import neurath.events.Phase;
import org.HdrHistogram.Histogram;

/** X4. */
final class SingleOperator implements Experiment {
    private static final String STREAM = "no state (stream)";
    private static final String HOLD = "with state (hold)";
    private static final String SWITCH = "from MARKING to SWITCHED";
    private static final String WHOLE = "from request to SWITCHED";
    private static final String GAP = "longest time without an output around an update";
    private static final double PER_SECOND = 10_000;
    private static final Duration BETWEEN = Duration.ofMillis(5);

    @Override
    public String name() {
        return "x4";
    }

    @Override
    public String question() {
        return "how long the switch of a single operator takes under load";
    }

    @Override
    public String setUp() {
        return """
                Entrance, three nodes and exit under an open loop of 10,000 packets/s; the middle node is replaced again and again, in turn one without
                state, at which nobody waits, and one with state, at which the region (that node) holds. The times are those of the events of
                entering MARKING and SWITCHED.""";
    }

    @Override
    public Duration expected(Scale scale) {
        return Duration.ofSeconds(scale.of(20, 8, 2));
    }

    @Override
    public void run(Lab lab) throws Exception {
        int updates = lab.scale().of(100, 40, 10);
        try (Bench stream = new Bench(Increment.class); Bench hold = new Bench(Count.class)) {
            stream.updates(lab, 0, STREAM, updates); // compile
            hold.updates(lab, 0, HOLD, updates);
            lab.interleaved(
                    lab.scale().repetitions(),
                    repetition -> stream.updates(lab, repetition, STREAM, updates),
                    repetition -> hold.updates(lab, repetition, HOLD, updates));
            lab.keep("stream", stream.switches);
            lab.keep("hold", hold.switches);
            long failed = stream.failed() + hold.failed();
            lab.goal("no packet is lost or wrong", failed + " failed", failed == 0);
        }
        double median = lab.measurements().spread(STREAM, "10,000 packets/s", SWITCH).median();
        lab.goal("MARKING to SWITCHED takes less than 1 ms (median)", "%.3f ms".formatted(median), median < 1);
        lab.plot("switch",
                Plots.boxesOfTimes("From MARKING to SWITCHED, single operator", lab.measurements(), SWITCH, List.of(STREAM, HOLD)));
    }

    /** A flow under its load, of which the middle node is replaced. */
    private static final class Bench implements AutoCloseable {
        private final Histogram switches = new Histogram(3_600_000_000_000L, 3);
        private final Inbox inbox = new Inbox();
        private final Arrivals arrivals = new Arrivals(3);
        private final Rig rig = new Rig(Rig.ARC_CAPACITY);
        private final AtomicLong marking = new AtomicLong();
        private final AtomicLong switched = new AtomicLong();
        private final Class<? extends Operator> middle;
        private OpenLoop load;
        private long sent;

        Bench(Class<? extends Operator> middle) {
            this.middle = middle;
            rig.flows.events().subscribe(this::happened);
            rig.fill("feed", Feed.class, () -> new Feed(inbox))
                    .fill("a", Increment.class, Increment::new)
                    .fill("c", Increment.class, Increment::new)
                    .fill("exit", Arrive.class, () -> new Arrive(arrivals));
            fill(middle);
            rig.start("feed(feed) OUT -> IN a(a) OUT -> IN b(b) OUT -> IN c(c) OUT -> IN exit(exit)");
        }

        private <T extends Operator> void fill(Class<T> type) {
            rig.fill("b", type, () -> made(type));
        }

        private static <T extends Operator> T made(Class<T> type) {
            return type.cast(type == Count.class ? new Count() : new Increment());
        }

        private <T extends Operator> long replaced(Class<T> type) {
            return rig.replaced("b", type, () -> made(type));
        }

        private void happened(Event event) {
            if (event instanceof Event.UpdatePhase update) {
                if (update.phase() == Phase.MARKING) {
                    marking.set(System.nanoTime());
                } else if (update.phase() == Phase.SWITCHED) {
                    switched.set(System.nanoTime());
                }
            }
        }

        /** A load that lasts as long as some updates; repetition 0 is not measured. */
        void updates(Lab lab, int repetition, String subject, int updates) throws InterruptedException {
            long before = sent;
            load = OpenLoop.start(PER_SECOND, (number, due) -> inbox.send(before + number, due));
            for (int i = 0; i < updates; i++) {
                Waiting.pass(BETWEEN);
                long from = System.nanoTime();
                long whole = replaced(middle);
                Waiting.pass(BETWEEN);
                if (repetition > 0) {
                    long nanos = switched.get() - marking.get();
                    switches.recordValue(nanos);
                    record(lab, subject, repetition, SWITCH, nanos);
                    record(lab, subject, repetition, WHOLE, whole);
                    record(lab, subject, repetition, GAP, arrivals.longestGap(from, System.nanoTime()));
                }
            }
            sent = before + load.stop();
        }

        private static void record(Lab lab, String subject, int repetition, String metric, long nanos) {
            lab.measurements().add(subject, "10,000 packets/s", repetition, metric, nanos / 1e6, "ms");
        }

        long failed() {
            return arrivals.failedOf(sent);
        }

        @Override
        public void close() throws Exception {
            rig.close();
            inbox.close();
        }
    }
}
