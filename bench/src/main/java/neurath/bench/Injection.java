package neurath.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import neurath.bench.Packets.Drain;
import neurath.bench.Packets.Flood;
import neurath.bench.Packets.Increment;
import neurath.bench.Packets.Slow;
import neurath.coordinator.plan.Options;

/** X1. */
final class Injection implements Experiment {
    private static final String HEAD = "at the region's head";
    private static final String SOURCE = "at the sources";
    private static final String DELAY = "from request to switch";
    private static final double WANTED = 20;
    private static final int ARC_CAPACITY = 128;
    private static final int WARM_UP = 50;
    private static final long SLOW_NANOS = 200_000;

    @Override
    public String name() {
        return "x1";
    }

    @Override
    public String question() {
        return "how long an update takes whose region is far from the sources, behind a slow operator";
    }

    @Override
    public String setUp() {
        return """
                A saturated flow: source, nodes that pass on, a node that takes 0.2 ms a packet, the node that is replaced, sink; arcs of 128 packets.
                The distance is the number of full arcs between the source and the slow node. The same update is made with its marker at the head of
                the region (the replaced node alone) and at the source (`--from source`), in turn.""";
    }

    @Override
    public Duration expected(Scale scale) {
        return Duration.ofSeconds(scale.of(25, 10, 3));
    }

    @Override
    public void run(Lab lab) throws Exception {
        List<Integer> distances = lab.scale().of(List.of(1, 2, 4, 8, 16), List.of(1, 4, 16), List.of(1, 2));
        for (int distance : distances) {
            measure(lab, distance);
        }
        Measurements measured = lab.measurements();
        List<String> settings = distances.stream().map(String::valueOf).toList();
        String far = settings.getLast();
        double ratio = measured.spread(SOURCE, far, DELAY).median() / measured.spread(HEAD, far, DELAY).median();
        lab.goal("a marker at the head is at least 20 times faster", "%.0f times at distance %s".formatted(ratio, far), ratio >= WANTED);
        lab.plot("delay", Plots.overSettings(
                "From request to switch, by where the marker enters", "full arcs before the region", "ms", measured, DELAY,
                List.of(SOURCE, HEAD), settings));
    }

    private static void measure(Lab lab, int distance) throws Exception {
        try (Rig rig = new Rig(ARC_CAPACITY)) {
            rig.fill("source", Flood.class, Flood::new)
                    .fill("slow", Slow.class, () -> new Slow(SLOW_NANOS))
                    .fill("target", Increment.class, Increment::new)
                    .fill("sink", Drain.class, () -> new Drain(new AtomicLong()));
            String row = Packets.row(rig, distance - 1, Increment::new);
            rig.start("source(source) OUT" + row + " -> IN slow(slow) OUT -> IN target(target) OUT -> IN sink(sink)");
            for (int i = 0; i < WARM_UP; i++) {
                rig.replaced("target", Increment.class, Increment::new);
            }
            lab.interleaved(
                    lab.scale().repetitions(),
                    repetition -> one(lab, rig, distance, repetition, HEAD, "head"),
                    repetition -> one(lab, rig, distance, repetition, SOURCE, "source"));
        }
    }

    private static void one(Lab lab, Rig rig, int distance, int repetition, String subject, String from) {
        Waiting.until("the arcs to be full", Duration.ofSeconds(20), () -> isFull(rig, distance));
        long nanos = rig.replaced("target", Increment.class, Increment::new, Options.parse(List.of("--from", from)).options());
        lab.measurements().add(subject, Integer.toString(distance), repetition, DELAY, nanos / 1e6, "ms");
        rig.awaitRetirement();
    }

    private static boolean isFull(Rig rig, int distance) {
        long queued = rig.flow().status().stream().filter(node -> !node.name().equals("target")).mapToInt(node -> node.queued()).sum();
        return queued >= 9L * distance * ARC_CAPACITY / 10;
    }
}
