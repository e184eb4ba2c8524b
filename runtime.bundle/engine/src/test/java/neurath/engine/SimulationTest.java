package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Source;
import neurath.api.Stateful;
import neurath.engine.Marker.Commit;
import neurath.events.Events;
import neurath.graph.Graph;
import org.junit.jupiter.api.Test;

/**
 * The production engine in small worlds: arcs of one slot, a scheduler that decides by seed, a marker injected at every step. The oracle
 * stands outside the engine: packets are stamped with the version of every operator that handled them.
 */
class SimulationTest {
    private static final int PACKETS = 8;

    /** What a packet has seen: its number and the versions, by node, of those that handled it. */
    record Stamped(int number, Map<String, Integer> seen) {
        Stamped by(String node, int version) {
            var more = new LinkedHashMap<>(seen);
            more.put(node, version);
            return new Stamped(number, more);
        }
    }

    /** One run: what came out, and what instances did after they were retired. */
    private static final class World {
        final List<Stamped> out = new ArrayList<>();
        final List<String> callsAfterClose = new ArrayList<>();
        final List<Long> sums = new ArrayList<>();
    }

    @Out(value = "OUT", type = Stamped.class)
    static final class Numbers implements Source {
        private Output<Stamped> out;
        private int next;

        @Override
        public void open(Context context) {
            out = context.output("OUT", Stamped.class);
        }

        @Override
        public boolean produce() {
            if (next < PACKETS) {
                out.emit(new Stamped(next++, Map.of()));
            }
            return next < PACKETS;
        }
    }

    record Sum(long sum) {}

    /** Stamps packets and, stateful, adds their numbers up: a lost or doubled handover shows in the sum. */
    @In(value = "IN", type = Stamped.class)
    @Out(value = "OUT", type = Stamped.class)
    static class Stamp implements Stateful<Sum> {
        final World world;
        final int version;
        long sum;
        String node;
        boolean closed;

        Stamp(World world, int version) {
            this.world = world;
            this.version = version;
        }

        @Override
        public void open(Context context) {
            node = context.node().substring(context.node().indexOf('/') + 1);
            Output<Stamped> out = context.output("OUT", Stamped.class);
            context.receive("IN", Stamped.class, packet -> {
                if (closed) {
                    world.callsAfterClose.add(node + " " + packet);
                }
                sum += packet.number();
                out.emit(packet.by(node, version));
            });
        }

        @Override
        public Sum state() {
            return new Sum(sum);
        }

        @Override
        public void restore(Sum state) {
            sum = state.sum();
        }

        @Override
        public void discard() {
            world.sums.add(sum);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** The same without state, so that a stream commit is allowed. */
    @In(value = "IN", type = Stamped.class)
    @Out(value = "OUT", type = Stamped.class)
    static final class PlainStamp implements Operator {
        private final World world;
        private final int version;
        private boolean closed;

        PlainStamp(World world, int version) {
            this.world = world;
            this.version = version;
        }

        @Override
        public void open(Context context) {
            String node = context.node().substring(context.node().indexOf('/') + 1);
            Output<Stamped> out = context.output("OUT", Stamped.class);
            context.receive("IN", Stamped.class, packet -> {
                if (closed) {
                    world.callsAfterClose.add(node + " " + packet);
                }
                out.emit(packet.by(node, version));
            });
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** Sends each packet down both outputs. */
    @In(value = "IN", type = Stamped.class)
    @Out(value = "OUT", type = Stamped.class, array = true)
    static final class Fork implements Operator {
        @Override
        public void open(Context context) {
            List<Output<Stamped>> outs = context.outputs("OUT", Stamped.class);
            context.receive("IN", Stamped.class, packet -> outs.forEach(out -> out.emit(packet)));
        }
    }

    /** Waits for both halves of a packet, which must agree on what was common to them. */
    @In(value = "IN", type = Stamped.class, array = true)
    @Out(value = "OUT", type = Stamped.class)
    static final class Join implements Operator {
        private final Map<Integer, Stamped> halves = new HashMap<>();

        @Override
        public void open(Context context) {
            Output<Stamped> out = context.output("OUT", Stamped.class);
            context.receive("IN", Stamped.class, packet -> {
                Stamped other = halves.remove(packet.number());
                if (other == null) {
                    halves.put(packet.number(), packet);
                } else {
                    var seen = new LinkedHashMap<>(packet.seen());
                    seen.putAll(other.seen());
                    out.emit(new Stamped(packet.number(), seen));
                }
            });
        }
    }

    @In(value = "IN", type = Stamped.class)
    static final class Collect implements Operator {
        private final World world;

        Collect(World world) {
            this.world = world;
        }

        @Override
        public void open(Context context) {
            context.receive("IN", Stamped.class, world.out::add);
        }
    }

    private static final Graph PIPELINE = Graphs.of("source.OUT -> a.IN", "a.OUT -> b.IN", "b.OUT -> c.IN", "c.OUT -> sink.IN");
    private static final Graph DIAMOND = Graphs.of(
            "source.OUT -> fork.IN",
            "fork.OUT[0] -> a.IN",
            "fork.OUT[1] -> b.IN",
            "b.OUT -> c.IN",
            "a.OUT -> join.IN[0]",
            "c.OUT -> join.IN[1]",
            "join.OUT -> sink.IN");

    private enum Ending {
        COMMIT,
        CANCEL
    }

    private static Versions stamp(World world, String node, int version, Commit commit) {
        Supplier<Stamp> stateful = () -> new Stamp(world, version);
        return commit == Commit.HOLD
                ? Versions.of(node, version + ".0.0", Stamp.class, stateful)
                : Versions.of(node, version + ".0.0", PlainStamp.class, () -> new PlainStamp(world, version));
    }

    private static Map<String, OperatorVersion> versions(World world, Graph graph, Commit commit) {
        var versions = new LinkedHashMap<String, OperatorVersion>();
        for (String node : graph.nodes().keySet()) {
            versions.put(node, switch (node) {
                case "source" -> Versions.of(node, "1.0.0", Numbers.class, Numbers::new);
                case "fork" -> Versions.of(node, "1.0.0", Fork.class, Fork::new);
                case "join" -> Versions.of(node, "1.0.0", Join.class, Join::new);
                case "sink" -> Versions.of(node, "1.0.0", Collect.class, () -> new Collect(world));
                default -> stamp(world, node, 1, commit);
            });
        }
        return versions;
    }

    /**
     * Runs a world with one update after {@code stepsBefore} steps.
     *
     * @return whether the flow was still running when the update came
     */
    private boolean run(Graph graph, Set<String> region, Set<String> targets, Commit commit, Ending ending, long seed, int stepsBefore)
            throws Exception {
        var world = new World();
        var threads = new SeededThreads(seed);
        var flows = new Flows(new Events(Runnable::run), threads, text -> text, 1);
        Flow flow = flows.start("sim", graph, versions(world, graph, commit), 1);
        for (int i = 0; i < stepsBefore; i++) {
            if (!threads.step()) {
                return false;
            }
        }
        var successors = new HashMap<String, Instance>();
        var replaced = new ArrayList<Instance>();
        for (String target : targets) {
            replaced.add(flow.instance(target));
            successors.put(target, flow.build(target, stamp(world, target, 2, commit)));
        }
        Marker marker = flow.mark(1, region, successors, commit, (node, what) -> {});
        boolean switched = finish(flow, marker, successors, commit, ending, threads, new Random(seed));
        for (Instance gone : switched ? replaced : successors.values()) {
            var _ = flow.retire(gone);
        }
        if (switched) {
            passAnother(flow, marker, threads, "seed " + seed + ", marker after " + stepsBefore + " steps");
        }
        threads.run();
        check(world, targets, commit, switched, "seed " + seed + ", marker after " + stepsBefore + " steps");
        return true;
    }

    /** The next marker enters inside the region as soon as the first has passed, which some nodes may not have been told of yet. */
    private static void passAnother(Flow flow, Marker first, SeededThreads threads, String run) {
        while (!first.passed().isDone()) {
            assertThat(threads.step()).as("the first marker passes: " + run).isTrue();
        }
        Marker next = flow.mark(2, Set.of("c"), Map.of(), Commit.STREAM, (node, what) -> {});
        threads.run();
        assertThat(next.passed()).as("the next marker passes: " + run).isDone();
    }

    private static boolean finish(
            Flow flow, Marker marker, Map<String, Instance> successors, Commit commit, Ending ending, SeededThreads threads, Random random)
            throws Exception {
        if (ending == Ending.CANCEL) {
            for (int i = random.nextInt(20); i > 0; i--) {
                threads.step();
            }
            boolean cancelled = marker.cancel();
            threads.run();
            return !cancelled;
        }
        while (!(commit == Commit.HOLD ? marker.aligned() : marker.passed()).isDone()) {
            assertThat(threads.step()).as("the marker arrives; waiting for %s", marker.awaited()).isTrue();
        }
        if (commit == Commit.HOLD) {
            for (Instance successor : successors.values()) {
                flow.handOver(successor);
            }
            assertThat(marker.commit()).isTrue();
        }
        return true;
    }

    private static void check(World world, Set<String> targets, Commit commit, boolean switched, String run) {
        assertThat(world.out).as("I1 and I2, order and conservation: " + run).extracting(Stamped::number).containsExactly(0, 1, 2, 3, 4, 5,
                6, 7);
        assertThat(world.callsAfterClose).as("I6, retired instances get no call: " + run).isEmpty();
        int epoch = 1;
        for (Stamped packet : world.out) {
            var versions = new LinkedHashSet<Integer>();
            targets.forEach(target -> versions.add(packet.seen().get(target)));
            assertThat(versions).as("I5, one epoch for packet " + packet + ": " + run).hasSize(1);
            int version = versions.getFirst();
            assertThat(version).as("I4, no old epoch behind the marker: " + run).isGreaterThanOrEqualTo(epoch);
            epoch = version;
        }
        if (!switched) {
            assertThat(epoch).as("I8, an abort leaves the old: " + run).isEqualTo(1);
        }
        if (commit == Commit.HOLD) {
            assertThat(world.sums).as("state is neither lost nor doubled: " + run).isNotEmpty().allMatch(sum -> sum == 28);
        }
    }

    private void atEveryStep(Graph graph, Set<String> region, Set<String> targets, Commit commit, Ending ending, int seeds)
            throws Exception {
        int worlds = 0;
        for (long seed = 0; seed < seeds; seed++) {
            int step = 0;
            while (run(graph, region, targets, commit, ending, seed, step)) {
                step++;
                worlds++;
            }
            assertThat(step).as("steps with a running flow").isGreaterThan(10);
        }
        assertThat(worlds).isGreaterThan(seeds * 10);
    }

    @Test
    void two_dependent_operators_switch_together_as_the_marker_streams_by() throws Exception {
        atEveryStep(PIPELINE, Set.of("a", "b", "c"), Set.of("a", "c"), Commit.STREAM, Ending.COMMIT, 60);
    }

    @Test
    void state_is_handed_over_while_the_marker_holds_the_region() throws Exception {
        atEveryStep(PIPELINE, Set.of("a", "b", "c"), Set.of("a", "c"), Commit.HOLD, Ending.COMMIT, 60);
    }

    @Test
    void both_branches_of_a_diamond_switch_for_the_same_packet() throws Exception {
        atEveryStep(DIAMOND, Set.of("fork", "a", "b", "c", "join"), Set.of("a", "b", "c"), Commit.STREAM, Ending.COMMIT, 40);
        atEveryStep(DIAMOND, Set.of("fork", "a", "b", "c", "join"), Set.of("a", "b", "c"), Commit.HOLD, Ending.COMMIT, 40);
    }

    @Test
    void a_cancelled_marker_leaves_everything_as_it_was_or_comes_too_late() throws Exception {
        atEveryStep(PIPELINE, Set.of("a", "b", "c"), Set.of("a", "c"), Commit.STREAM, Ending.CANCEL, 40);
        atEveryStep(DIAMOND, Set.of("fork", "a", "b", "c", "join"), Set.of("a", "c"), Commit.STREAM, Ending.CANCEL, 30);
        atEveryStep(DIAMOND, Set.of("fork", "a", "b", "c", "join"), Set.of("a", "c"), Commit.HOLD, Ending.CANCEL, 30);
    }

    @Test
    void without_the_region_between_them_the_switch_is_mixed_and_the_oracle_says_so() {
        org.assertj.core.api.Assertions.assertThatThrownBy(
                () -> atEveryStep(PIPELINE, Set.of("a", "c"), Set.of("a", "c"), Commit.STREAM, Ending.COMMIT, 60))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("I5");
    }
}
