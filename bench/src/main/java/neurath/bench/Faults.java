package neurath.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.SelfTest;
import neurath.api.Stateful;
import neurath.bench.Packets.Arrive;
import neurath.bench.Packets.Count;
import neurath.bench.Packets.Counted;
import neurath.bench.Packets.Feed;
import neurath.bench.Packets.Inbox;
import neurath.bench.Packets.Increment;
import neurath.bench.Packets.Packet;
import neurath.coordinator.Updates.Coordinated;
import neurath.engine.OperatorVersion;
import neurath.events.Event;
import neurath.graph.fbp.FbpParser;

/** X5. */
final class Faults implements Experiment {
    private static final String DETECTION = "from request to ABORTED or refused";
    private static final String NOTICED = "from SWITCHED to the decision to go back";
    private static final String BACK = "from SWITCHED to switched back";
    private static final String FAILED = "requests failed, all told";
    private static final String LAST = "last failure after switched back";
    private static final String LATENCY = "longest latency, all told";
    private static final String SETTING = "1,000/s";
    private static final double PER_SECOND = 1000;
    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration PROBATION = Duration.ofSeconds(20);
    private static final double ERRORS = 0.01;
    private static final double SLOWDOWN = 50;
    private static final double NOTICED_WITHIN_MILLIS = 100;
    /** What is on its way to the exit when the flow is switched back. */
    private static final double ON_ITS_WAY_MILLIS = 10;
    private static final long SEED = 2026;

    /** What is wrong with a new version. */
    private enum Fault {
        CONSTRUCTOR_THROWS("a fault in the constructor"),
        OPEN_THROWS("a fault in open"),
        OPEN_HANGS("the deadline of PT1S has passed"),
        HANDOVER_THROWS("a fault in restore"),
        HANDOVER_HANGS("the deadline of PT1S has passed"),
        STATE_DOES_NOT_FIT("the state Counted does not fit"),
        EVERY_SECOND_PACKET_THROWS("packets failed since the switch"),
        WRONG_OUTPUT("wrong answers"),
        SLOW("a packet, and took");

        /** Part of the reason that people are told. */
        private final String reason;

        Fault(String reason) {
            this.reason = reason;
        }

        boolean isSeenBeforeTheSwitch() {
            return compareTo(STATE_DOES_NOT_FIT) <= 0;
        }

        static List<String> said(boolean beforeTheSwitch) {
            return Arrays.stream(values()).filter(fault -> fault.isSeenBeforeTheSwitch() == beforeTheSwitch).map(Fault::said).toList();
        }

        String said() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
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
                An open loop of 1,000 requests/s through entrance, two nodes (the second with state) and exit; each answer is checked. The coordinator is
                asked for updates of the second node to versions with a fault, in an order and at moments drawn by a seed; the deadline is 1 s. On
                probation an update is undone where more than 1 % of the packets fail, the node takes 50 times longer than before (a new version is cold, which alone can be tenfold), or its operator
                fails its own test (it knows when it has answered wrongly). Of each update the reason that people are told is checked.""";
    }

    @Override
    public Duration expected(Scale scale) {
        return Duration.ofSeconds(scale.of(55, 25, 6));
    }

    @Override
    public void run(Lab lab) throws Exception {
        var random = new Random(SEED);
        int repetitions = lab.scale().of(10, 5, 1);
        for (int repetition = lab.scale().first(); repetition <= repetitions; repetition++) {
            var faults = new ArrayList<>(List.of(Fault.values()));
            Collections.shuffle(faults, random);
            for (Fault fault : faults) {
                Path home = Folders.temporary();
                try {
                    new Case(lab, repetition, fault, home).run(Duration.ofMillis(50 + random.nextInt(30)));
                } finally {
                    Folders.delete(home);
                }
            }
        }
        judge(lab);
    }

    private static void judge(Lab lab) throws IOException {
        Measurements measured = lab.measurements();
        double failed = greatest(measured, true, FAILED);
        lab.goal("of faults that show before SWITCHED no request fails", Measurements.number(failed) + " at most", failed == 0);
        double noticed = greatest(measured, false, NOTICED);
        lab.goal(
                "faults that show after SWITCHED are noticed within 100 ms", "%.1f ms at most".formatted(noticed),
                noticed <= NOTICED_WITHIN_MILLIS);
        double last = greatest(measured, false, LAST);
        lab.goal(
                "nothing fails after the flow is switched back, but for what is on its way to the exit",
                "%.1f ms after it at most".formatted(last), last <= ON_ITS_WAY_MILLIS);
        lab.plot("aborted", Plots.boxesOfTimes("From request to ABORTED or refused", measured, DETECTION, Fault.said(true)));
        lab.plot("noticed", Plots.boxesOfTimes("From SWITCHED to the decision to go back", measured, NOTICED, Fault.said(false)));
    }

    private static double greatest(Measurements measured, boolean beforeTheSwitch, String metric) {
        return Fault.said(beforeTheSwitch).stream()
                .filter(fault -> measured.has(fault, SETTING, metric))
                .mapToDouble(fault -> measured.spread(fault, SETTING, metric).max())
                .max()
                .orElse(0);
    }

    /** One update to a version with a fault. */
    private static final class Case {
        private final Lab lab;
        private final int repetition;
        private final Fault fault;
        private final Path home;
        private final Arrivals arrivals = new Arrivals(2);
        private final CompletableFuture<Long> switched = new CompletableFuture<>();
        private final CompletableFuture<Long> noticed = new CompletableFuture<>();
        private final CompletableFuture<Long> switchedBack = new CompletableFuture<>();
        private final CompletableFuture<String> because = new CompletableFuture<>();

        /** Repetition 0 is not measured. */
        Case(Lab lab, int repetition, Fault fault, Path home) {
            this.lab = lab;
            this.repetition = repetition;
            this.fault = fault;
            this.home = home;
        }

        void run(Duration moment) throws Exception {
            var catalog = new Versions();
            long sent;
            try (Inbox inbox = new Inbox();
                    Rig rig = new Rig(Rig.ARC_CAPACITY);
                    Coordinated coordinated = Coordinated.withProbation(rig.flows, catalog, home, LIMIT, PROBATION, ERRORS, SLOWDOWN)) {
                catalog.add(Versions.of("feed", 1, Feed.class, () -> new Feed(inbox)));
                catalog.add(Versions.of("a", 1, Increment.class, Increment::new));
                catalog.add(Versions.of("b", 1, Count.class, Count::new));
                catalog.add(faulty());
                catalog.add(Versions.of("exit", 1, Arrive.class, () -> new Arrive(arrivals)));
                coordinated.start("flow", new FbpParser().parse(
                        "feed(feed) OUT -> IN a(a) OUT -> IN b(b:version=1) OUT -> IN exit(exit)"));
                rig.flows.events().subscribe(this::happened);
                try (OpenLoop load = OpenLoop.start(PER_SECOND, inbox::send)) {
                    Waiting.pass(moment);
                    update(coordinated);
                    Waiting.pass(moment);
                    sent = load.stop();
                }
                rig.flow().end().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            add(FAILED, sent - arrivals.taken() + arrivals.wrong(), "requests");
            add(LATENCY, arrivals.latency().getMaxValue() / 1e6, "ms");
            if (!fault.isSeenBeforeTheSwitch() && arrivals.failedLast() > 0) {
                add(LAST, (arrivals.failedLast() - switchedBack.join()) / 1e6, "ms");
            }
        }

        private void happened(Event event) {
            if (event instanceof Event.UpdatePhase update) {
                long now = System.nanoTime();
                boolean first = update.update() == 1;
                switch (update.phase()) {
                    case PLANNED -> {
                        if (!first) {
                            noticed.complete(now);
                        }
                    }
                    case SWITCHED -> (first ? switched : switchedBack).complete(now);
                    case ROLLED_BACK -> because.complete(update.detail());
                    default -> {}
                }
            }
        }

        private void update(Coordinated coordinated) throws Exception {
            long began = System.nanoTime();
            String told;
            if (fault.isSeenBeforeTheSwitch()) {
                told = notUpdated(coordinated);
                add(DETECTION, (System.nanoTime() - began) / 1e6, "ms");
            } else {
                coordinated.update("flow", "b=b@2.0.0").get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                told = because.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                add(NOTICED, (noticed.join() - switched.join()) / 1e6, "ms");
                add(BACK, (switchedBack.join() - switched.join()) / 1e6, "ms");
            }
            if (!told.contains(fault.reason)) {
                throw new IllegalStateException(
                        "the update to a version with the fault '" + fault.said() + "' ended for another reason: " + told);
            }
        }

        private static String notUpdated(Coordinated coordinated) throws Exception {
            try {
                return coordinated.update("flow", "b=b@2.0.0").get(PATIENCE.toSeconds(), TimeUnit.SECONDS).toString();
            } catch (ExecutionException e) {
                return String.valueOf(e.getCause().getMessage()); // refused
            }
        }

        private void add(String metric, double value, String unit) {
            if (repetition > 0) {
                lab.measurements().add(fault.said(), SETTING, repetition, metric, value, unit);
            }
        }

        private void add(String metric, long count, String unit) {
            add(metric, (double) count, unit);
        }

        private OperatorVersion faulty() {
            return switch (fault) {
                case CONSTRUCTOR_THROWS -> Versions.of("b", 2, Count.class, () -> {
                    throw new IllegalStateException("a fault in the constructor");
                });
                case OPEN_THROWS -> sick(() -> {
                    throw new IllegalStateException("a fault in open");
                }, () -> {});
                case OPEN_HANGS -> sick(Faults::hang, () -> {});
                case HANDOVER_THROWS -> sick(() -> {}, () -> {
                    throw new IllegalStateException("a fault in restore");
                });
                case HANDOVER_HANGS -> sick(() -> {}, Faults::hang);
                case STATE_DOES_NOT_FIT -> Versions.of("b", 2, Misfit.class, Misfit::new);
                case EVERY_SECOND_PACKET_THROWS -> wrong(packet -> {
                    if (packet.number() % 2 == 0) {
                        throw new IllegalStateException("a fault at every second packet");
                    }
                    return packet.with(packet.value() + 1);
                });
                case WRONG_OUTPUT -> wrong(packet -> packet.with(packet.value() + 7));
                case SLOW -> wrong(packet -> {
                    Waiting.passNanos(5_000_000);
                    return packet.with(packet.value() + 1);
                });
            };
        }

        private static OperatorVersion sick(Deed atOpen, Deed atRestore) {
            return Versions.of("b", 2, Sick.class, () -> new Sick(atOpen, atRestore));
        }

        private static OperatorVersion wrong(UnaryOperator<Packet> work) {
            return Versions.of("b", 2, Wrong.class, () -> new Wrong(work));
        }
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

    /** Handles packets wrongly, or slowly, and can tell whether its answers were right. */
    @In(value = "IN", type = Packet.class)
    @Out(value = "OUT", type = Packet.class)
    private static final class Wrong implements Stateful<Counted>, SelfTest {
        private final UnaryOperator<Packet> work;
        private long packets;
        private long wrong;

        Wrong(UnaryOperator<Packet> work) {
            this.work = work;
        }

        @Override
        public void open(Context context) throws Exception {
            Output<Packet> out = context.output("OUT", Packet.class);
            context.receive("IN", Packet.class, packet -> {
                packets++;
                Packet answer = work.apply(packet);
                if (answer.value() != packet.value() + 1) {
                    wrong++;
                }
                out.emit(answer);
            });
        }

        @Override
        public void test() throws Exception {
            if (wrong > 0) {
                throw new IllegalStateException(wrong + " wrong answers");
            }
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
