package neurath.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Stateful;
import neurath.bench.Packets.Arrive;
import neurath.bench.Packets.Count;
import neurath.bench.Packets.Counted;
import neurath.bench.Packets.Feed;
import neurath.bench.Packets.Inbox;
import neurath.bench.Packets.Increment;
import neurath.bench.Packets.Packet;
import neurath.coordinator.Outcome;

/** X5. */
final class Faults implements Experiment {
    private static final String DETECTION = "from request to ABORTED";
    private static final String FAILED = "requests failed, all told";
    private static final String AFTER = "requests wrong after the switch";
    private static final String LATENCY = "longest latency, all told";
    private static final double PER_SECOND = 1000;
    private static final Duration LIMIT = Duration.ofMillis(300);
    /** How long a version that is wrong stays when nobody notices; health rules are to notice sooner. */
    private static final Duration UNNOTICED = Duration.ofMillis(100);
    private static final long SEED = 2026;

    /** What is wrong with a new version. */
    private enum Fault {
        CONSTRUCTOR_THROWS("a fault in the constructor"),
        OPEN_THROWS("a fault in open"),
        OPEN_HANGS("the deadline of PT0.3S has passed"),
        HANDOVER_THROWS("a fault in restore"),
        HANDOVER_HANGS("the deadline of PT0.3S has passed"),
        STATE_DOES_NOT_FIT("the state Counted does not fit"),
        WRONG_OUTPUT(null),
        SLOW(null);

        /** Part of the reason for which the update is aborted, or {@code null} if only packets show the fault. */
        private final String reason;

        Fault(String reason) {
            this.reason = reason;
        }

        boolean isSeenBeforeTheSwitch() {
            return reason != null;
        }

        String said() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
        }
    }

    @Override
    public String name() {
        return "x5";
    }

    @Override
    public String question() {
        return "what requests feel of updates to faulty versions";
    }

    @Override
    public String setUp() {
        return """
                An open loop of 1,000 requests/s through entrance, two nodes (the second with state) and exit; each answer is checked. Updates of the
                second node to versions with a fault, in an order drawn by a seed, at moments drawn by it; the deadline is 300 ms. What shows only
                after the switch (wrong output, slow) is taken back by the experiment after 100 ms.""";
    }

    @Override
    public Duration expected(Scale scale) {
        return Duration.ofSeconds(scale.of(25, 10, 4));
    }

    @Override
    public void run(Lab lab) throws Exception {
        var random = new Random(SEED);
        long failedBefore = 0;
        int repetitions = lab.scale().of(10, 5, 1);
        for (int repetition = 1; repetition <= repetitions; repetition++) {
            var faults = new ArrayList<>(List.of(Fault.values()));
            Collections.shuffle(faults, random);
            for (Fault fault : faults) {
                failedBefore += one(lab, repetition, fault, Duration.ofMillis(20 + random.nextInt(30)));
            }
        }
        lab.goal("of faults before SWITCHED no request fails", failedBefore + " failed", failedBefore == 0);
        lab.remark("there are no health rules yet: what shows only after the switch is taken back by the experiment, and "
                + "the goal of detecting it within 100 ms is not measured");
        lab.plot("detection", Plots.boxesOfTimes(
                "From request to ABORTED", lab.measurements(), DETECTION,
                List.of(Fault.values()).stream().filter(fault -> fault.isSeenBeforeTheSwitch()).map(Fault::said).toList()));
    }

    /** One update to a version with a fault; requests that failed although it was seen before the switch. */
    private static long one(Lab lab, int repetition, Fault fault, Duration moment) throws Exception {
        var arrivals = new Arrivals(2);
        long failed;
        long sent;
        try (Inbox inbox = new Inbox(); Rig rig = new Rig(Rig.ARC_CAPACITY, LIMIT)) {
            rig.fill("feed", Feed.class, () -> new Feed(inbox))
                    .fill("a", Increment.class, Increment::new)
                    .fill("b", Count.class, Count::new)
                    .fill("exit", Arrive.class, () -> new Arrive(arrivals));
            rig.start("feed(feed) OUT -> IN a(a) OUT -> IN b(b) OUT -> IN exit(exit)");
            try (OpenLoop load = OpenLoop.start(PER_SECOND, inbox::send)) {
                Waiting.pass(moment);
                long began = System.nanoTime();
                Outcome outcome = update(rig, fault);
                double millis = (System.nanoTime() - began) / 1e6;
                expect(fault, outcome);
                if (outcome instanceof Outcome.Aborted) {
                    lab.measurements().add(fault.said(), "1,000/s", repetition, DETECTION, millis, "ms");
                } else {
                    takeBack(rig);
                }
                Waiting.pass(moment);
                sent = load.stop();
            }
            failed = arrivals.failedOf(sent);
        }
        lab.measurements().add(fault.said(), "1,000/s", repetition, fault.isSeenBeforeTheSwitch() ? FAILED : AFTER, failed, "requests");
        lab.measurements().add(
                fault.said(), "1,000/s", repetition, LATENCY, arrivals.latency().getMaxValue() / 1e6, "ms");
        return fault.isSeenBeforeTheSwitch() ? failed : 0;
    }

    /** An update that ends otherwise, or for another reason, shows nothing about the fault. */
    private static void expect(Fault fault, Outcome outcome) {
        boolean asExpected = outcome instanceof Outcome.Aborted aborted
                ? fault.isSeenBeforeTheSwitch() && aborted.reason().contains(fault.reason)
                : !fault.isSeenBeforeTheSwitch();
        if (!asExpected) {
            throw new IllegalStateException("the update to a version with the fault '" + fault.said() + "' ended in " + outcome);
        }
    }

    /** The forward update to a version without the fault, once somebody has noticed. */
    private static void takeBack(Rig rig) {
        Waiting.pass(UNNOTICED);
        rig.replaced("b", Count.class, Count::new);
    }

    private static Outcome update(Rig rig, Fault fault) {
        return switch (fault) {
            case CONSTRUCTOR_THROWS -> rig.replace("b", Count.class, () -> {
                throw new IllegalStateException("a fault in the constructor");
            });
            case OPEN_THROWS -> rig.replace("b", Sick.class, () -> new Sick(() -> {
                throw new IllegalStateException("a fault in open");
            }, () -> {}));
            case OPEN_HANGS -> rig.replace("b", Sick.class, () -> new Sick(Faults::hang, () -> {}));
            case HANDOVER_THROWS -> rig.replace("b", Sick.class, () -> new Sick(() -> {}, () -> {
                throw new IllegalStateException("a fault in restore");
            }));
            case HANDOVER_HANGS -> rig.replace("b", Sick.class, () -> new Sick(() -> {}, Faults::hang));
            case STATE_DOES_NOT_FIT -> rig.replace("b", Misfit.class, Misfit::new);
            case WRONG_OUTPUT -> rig.replace("b", Wrong.class, () -> new Wrong(7, 0));
            case SLOW -> rig.replace("b", Wrong.class, () -> new Wrong(1, 5_000_000));
        };
    }

    private static void hang() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    /** What a fault does. */
    @FunctionalInterface
    private interface Deed {
        void run() throws Exception;
    }

    /** Fails on the way in. */
    @In(value = "IN", type = Packet.class)
    @Out(value = "OUT", type = Packet.class)
    private static final class Sick extends Count {
        private final Deed atOpen;
        private final Deed atRestore;

        Sick(Deed atOpen, Deed atRestore) {
            this.atOpen = atOpen;
            this.atRestore = atRestore;
        }

        @Override
        public void open(Context context) throws Exception {
            atOpen.run();
            super.open(context);
        }

        @Override
        public void restore(Counted state) throws Exception {
            atRestore.run();
            super.restore(state);
        }
    }

    /** Handles packets wrongly, or slowly. */
    @In(value = "IN", type = Packet.class)
    @Out(value = "OUT", type = Packet.class)
    private static final class Wrong implements Stateful<Counted> {
        private final long added;
        private final long nanos;
        private long packets;

        Wrong(long added, long nanos) {
            this.added = added;
            this.nanos = nanos;
        }

        @Override
        public void open(Context context) throws Exception {
            Output<Packet> out = context.output("OUT", Packet.class);
            context.receive("IN", Packet.class, packet -> {
                packets++;
                Waiting.passNanos(nanos);
                out.emit(packet.with(packet.value() + added));
            });
        }

        @Override
        public Counted state() {
            return new Counted(packets);
        }

        @Override
        public void restore(Counted state) {
            packets = state.packets();
        }
    }

    /** A state that nothing of a {@link Count} fits. */
    record Other(String text, int missing) {}

    @In(value = "IN", type = Packet.class)
    @Out(value = "OUT", type = Packet.class)
    private static final class Misfit implements Stateful<Other> {
        @Override
        public void open(Context context) throws Exception {
            Output<Packet> out = context.output("OUT", Packet.class);
            context.receive("IN", Packet.class, out::emit);
        }

        @Override
        public Other state() {
            return new Other("", 0);
        }

        @Override
        public void restore(Other state) {}
    }
}
