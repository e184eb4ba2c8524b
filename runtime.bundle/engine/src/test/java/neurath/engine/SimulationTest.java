package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        final List<Versions> versions = new ArrayList<>();

        <T extends Operator> Versions version(String node, String number, Class<T> type, Supplier<T> constructor) {
            Versions version = Versions.of(node, number, type, constructor);
            versions.add(version);
            return version;
        }
    }

    @Out(value = "OUT", type = Stamped.class)
    static final class Numbers implements Source {
        private final int limit;
        private Output<Stamped> out;
        private int next;

        Numbers() {
            this(PACKETS);
        }

        Numbers(int limit) {
            this.limit = limit;
        }

        @Override
        public void open(Context context) {
            out = context.output("OUT", Stamped.class);
        }

        @Override
        public boolean produce() {
            if (next < limit) {
                out.emit(new Stamped(next++, Map.of()));
            }
            return next < limit;
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

    /** A way to break the protocol from outside, for the oracle to find. */
    private enum Sabotage {
        NONE,
        /** New instances begin without the state of the old ones. */
        NO_HANDOVER,
        /** The state is taken before the region is drained. */
        HANDOVER_TOO_EARLY,
        /** The region is released before it is drained. */
        COMMIT_TOO_EARLY,
        /** Old instances are closed when the marker is injected. */
        CLOSED_TOO_EARLY
    }

    private static Versions stamp(World world, String node, int version, Commit commit) {
        Supplier<Stamp> stateful = () -> new Stamp(world, version);
        return commit == Commit.HOLD
                ? world.version(node, version + ".0.0", Stamp.class, stateful)
                : world.version(node, version + ".0.0", PlainStamp.class, () -> new PlainStamp(world, version));
    }

    private static Map<String, OperatorVersion> versions(World world, Graph graph, Commit commit) {
        var versions = new LinkedHashMap<String, OperatorVersion>();
        for (String node : graph.nodes().keySet()) {
            versions.put(node, switch (node) {
                case "source" -> world.version(node, "1.0.0", Numbers.class, Numbers::new);
                case "fork" -> world.version(node, "1.0.0", Fork.class, Fork::new);
                case "join" -> world.version(node, "1.0.0", Join.class, Join::new);
                case "sink" -> world.version(node, "1.0.0", Collect.class, () -> new Collect(world));
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
    private boolean run(
            Graph graph, Set<String> region, Set<String> targets, Commit commit, Ending ending, Sabotage sabotage, long seed,
            int stepsBefore)
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
        sabotage(sabotage, marker, successors.values(), replaced);
        boolean switched = finish(marker, successors, commit, ending, sabotage, threads, new Random(seed));
        for (Instance gone : switched ? replaced : successors.values()) {
            var _ = flow.retirement().retire(gone);
        }
        if (switched) {
            passAnother(flow, marker, threads, "seed " + seed + ", marker after " + stepsBefore + " steps");
        }
        threads.run();
        check(world, targets, commit, switched, "seed " + seed + ", marker after " + stepsBefore + " steps");
        checkEnd(world, flow, threads, "seed " + seed + ", marker after " + stepsBefore + " steps");
        return true;
    }

    private static void sabotage(
            Sabotage sabotage, Marker marker, Collection<Instance> successors, List<Instance> replaced) throws Exception {
        if (sabotage == Sabotage.HANDOVER_TOO_EARLY) {
            for (Instance successor : successors) {
                Handover.to(successor).take();
            }
        } else if (sabotage == Sabotage.COMMIT_TOO_EARLY) {
            marker.commit();
        } else if (sabotage == Sabotage.CLOSED_TOO_EARLY) {
            replaced.forEach(Instance::dismiss);
        }
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
            Marker marker, Map<String, Instance> successors, Commit commit, Ending ending, Sabotage sabotage,
            SeededThreads threads, Random random)
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
            assertThat(threads.step()).as("the marker arrives, also past inputs that have ended (I7); waiting for %s", marker.awaited())
                    .isTrue();
        }
        if (commit == Commit.HOLD && sabotage != Sabotage.COMMIT_TOO_EARLY) {
            for (Instance successor : successors.values()) {
                if (sabotage == Sabotage.NONE || sabotage == Sabotage.CLOSED_TOO_EARLY) {
                    Handover.to(successor).take();
                }
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
            assertThat(versions).as("I3 and I5, one version of each node and one epoch for packet " + packet + ": " + run).hasSize(1);
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

    /** The flow has ended, no section waits for a marker that passed, and no instance is left. */
    private static void checkEnd(World world, Flow flow, SeededThreads threads, String run) {
        var end = flow.end();
        threads.run();
        assertThat(end).as("the flow ends: " + run).isDone();
        assertThat(world.versions).as("I10, no instance is left: " + run).allSatisfy(version -> assertThat(version.alive).hasValue(0));
    }

    private void atEveryStep(Graph graph, Set<String> region, Set<String> targets, Commit commit, Ending ending, int seeds)
            throws Exception {
        atEveryStep(graph, region, targets, commit, ending, Sabotage.NONE, seeds);
    }

    private void atEveryStep(
            Graph graph, Set<String> region, Set<String> targets, Commit commit, Ending ending, Sabotage sabotage, int seeds)
            throws Exception {
        int worlds = 0;
        for (long seed = 0; seed < seeds; seed++) {
            int step = 0;
            while (run(graph, region, targets, commit, ending, sabotage, seed, step)) {
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

    /** Starts a world and lets it run for some steps; empty if it ended before. */
    private static Optional<Flow> start(World world, SeededThreads threads, Graph graph, Commit commit, int steps) {
        var flows = new Flows(new Events(Runnable::run), threads, text -> text, 1);
        Flow flow = flows.start("sim", graph, versions(world, graph, commit), 1);
        for (int i = 0; i < steps; i++) {
            if (!threads.step()) {
                return Optional.empty();
            }
        }
        return Optional.of(flow);
    }

    @Test
    void a_marker_passes_where_a_cancelled_one_still_lies_on_the_arcs() throws Exception {
        int halfway = 0;
        for (long seed = 0; seed < 40; seed++) {
            for (int step = 0; step < 60; step += 3) {
                for (Commit first : Commit.values()) {
                    halfway += secondAfterCancelled(DIAMOND, Set.of("fork", "a", "b", "c", "join"), Set.of("a", "c"), first, seed, step) ? 1
                            : 0;
                }
            }
        }
        assertThat(halfway).as("worlds in which the first marker was cancelled on its way").isGreaterThan(500);
    }

    /** Whether the first marker was cancelled between its first node and its last. */
    private boolean secondAfterCancelled(Graph graph, Set<String> region, Set<String> targets, Commit first, long seed, int step)
            throws Exception {
        var world = new World();
        var threads = new SeededThreads(seed);
        var random = new Random(seed * 31 + step);
        Optional<Flow> started = start(world, threads, graph, first, step);
        if (started.isEmpty()) {
            return false;
        }
        Flow flow = started.get();
        String run = first + ", seed " + seed + ", first marker after " + step + " steps";
        var abandoned = new HashMap<String, Instance>();
        for (String target : targets) {
            abandoned.put(target, flow.build(target, stamp(world, target, 2, first)));
        }
        var passed = new LinkedHashSet<String>();
        Marker marker = flow.mark(1, region, abandoned, first, (node, what) -> passed.add(node));
        for (int i = random.nextInt(12); i > 0; i--) {
            threads.step();
        }
        if (!marker.cancel()) {
            threads.run();
            return false;
        }
        abandoned.values().forEach(Instance::dismiss);
        var successors = new HashMap<String, Instance>();
        var replaced = new ArrayList<Instance>();
        for (String target : targets) {
            replaced.add(flow.instance(target));
            successors.put(target, flow.build(target, stamp(world, target, 3, first)));
        }
        Marker second = flow.mark(2, region, successors, first, (node, what) -> {});
        finish(second, successors, first, Ending.COMMIT, Sabotage.NONE, threads, random);
        while (!second.passed().isDone()) {
            assertThat(threads.step()).as("the second marker passes: " + run).isTrue();
        }
        for (Instance gone : replaced) {
            var _ = flow.retirement().retire(gone);
        }
        threads.run();
        check(world, targets, first, true, run);
        assertThat(world.out).as("no packet saw the instances of the cancelled update: " + run)
                .noneMatch(packet -> packet.seen().containsValue(2));
        checkEnd(world, flow, threads, run);
        return !passed.isEmpty() && passed.size() < region.size();
    }

    @Test
    void a_held_node_takes_no_packet_until_it_is_resumed_and_loses_none() {
        int held = 0;
        for (long seed = 0; seed < 30; seed++) {
            for (int step = 0; step < 60; step += 2) {
                held += heldAndResumed(seed, step) ? 1 : 0;
            }
        }
        assertThat(held).as("worlds in which packets waited").isGreaterThan(100);
    }

    private boolean heldAndResumed(long seed, int step) {
        var world = new World();
        var threads = new SeededThreads(seed);
        Optional<Flow> started = start(world, threads, PIPELINE, Commit.HOLD, step);
        if (started.isEmpty()) {
            return false;
        }
        Flow flow = started.get();
        flow.hold("b", "a test holds it");
        threads.run();
        int before = world.out.size();
        boolean waited = before < PACKETS;
        threads.run();
        assertThat(world.out).as("nothing passes a held node").hasSize(before);
        flow.resume("b");
        threads.run();
        check(world, Set.of("a", "b", "c"), Commit.HOLD, false, "seed " + seed + ", held after " + step + " steps");
        checkEnd(world, flow, threads, "seed " + seed + ", held after " + step + " steps");
        return waited;
    }

    @Test
    void an_update_passes_a_held_node_and_an_aborted_one_leaves_it_held() throws Exception {
        for (Ending ending : Ending.values()) {
            for (long seed = 0; seed < 60; seed++) {
                var world = new World();
                var threads = new SeededThreads(seed);
                Flow flow = start(world, threads, PIPELINE, Commit.HOLD, 8).orElseThrow();
                flow.hold("b", "its version is gone");
                threads.run();
                Instance old = flow.instance("b");
                Instance successor = flow.build("b", stamp(world, "b", 2, Commit.HOLD));
                Marker marker = flow.mark(1, Set.of("a", "b", "c"), Map.of("b", successor), Commit.HOLD, (node, what) -> {});
                threads.run();
                assertThat(marker.aligned()).isDone();
                if (ending == Ending.COMMIT) {
                    Handover.to(successor).take();
                    assertThat(marker.commit()).isTrue();
                    threads.run();
                    assertThat(flow.retirement().retire(old)).as("nobody uses it").isNotNull();
                    threads.run();
                    check(world, Set.of("a"), Commit.HOLD, true, "seed " + seed);
                } else {
                    assertThat(marker.cancel()).isTrue();
                    successor.dismiss();
                    threads.run();
                    assertThat(status(flow, "b").held()).isEqualTo("its version is gone");
                    int before = world.out.size();
                    flow.resume("b");
                    threads.run();
                    assertThat(world.out.size()).as("packets waited at the held node").isGreaterThan(before);
                    check(world, Set.of("a", "b", "c"), Commit.HOLD, false, "seed " + seed);
                }
                checkEnd(world, flow, threads, ending + ", seed " + seed);
            }
        }
    }

    private static NodeStatus status(Flow flow, String node) {
        return flow.status().stream().filter(status -> status.name().equals(node)).findFirst().orElseThrow();
    }

    /** Passes on what comes on any element. */
    @In(value = "IN", type = Stamped.class, array = true)
    @Out(value = "OUT", type = Stamped.class)
    static final class Funnel implements Operator {
        @Override
        public void open(Context context) {
            Output<Stamped> out = context.output("OUT", Stamped.class);
            context.receive("IN", Stamped.class, out::emit);
        }
    }

    /** I7: an input that has ended counts as aligned. */
    @Test
    void an_input_that_ends_in_the_middle_of_the_alignment_counts_as_aligned() throws Exception {
        Graph merge = Graphs.of("short.OUT -> a.IN", "long.OUT -> b.IN", "a.OUT -> m.IN[0]", "b.OUT -> m.IN[1]", "m.OUT -> sink.IN");
        var found = new LinkedHashSet<String>();
        for (Commit commit : Commit.values()) {
            for (long seed = 0; seed < 40; seed++) {
                int step = 0;
                while (merge(merge, commit, seed, step++, found)) {
                    assertThat(step).isLessThan(1_000);
                }
            }
        }
        assertThat(found).as("what ended before the marker came").contains("a", "b", "short alone");
    }

    private boolean merge(Graph graph, Commit commit, long seed, int step, Set<String> found) throws Exception {
        var world = new World();
        var threads = new SeededThreads(seed);
        var versions = new LinkedHashMap<String, OperatorVersion>();
        versions.put("short", world.version("short", "1.0.0", Numbers.class, () -> new Numbers(2)));
        versions.put("long", world.version("long", "1.0.0", Numbers.class, Numbers::new));
        versions.put("a", stamp(world, "a", 1, commit));
        versions.put("b", stamp(world, "b", 1, commit));
        versions.put("m", world.version("m", "1.0.0", Funnel.class, Funnel::new));
        versions.put("sink", world.version("sink", "1.0.0", Collect.class, () -> new Collect(world)));
        Flow flow = new Flows(new Events(Runnable::run), threads, text -> text, 1).start("sim", graph, versions, 1);
        for (int i = 0; i < step; i++) {
            if (!threads.step()) {
                return false;
            }
        }
        String run = commit + ", seed " + seed + ", marker after " + step + " steps";
        boolean aOver = ((Versions) versions.get("a")).alive.get() == 0;
        boolean bOver = ((Versions) versions.get("b")).alive.get() == 0;
        Set<String> region = Set.of("a", "b", "m");
        Marker marker = flow.mark(1, region, Map.of(), commit, (node, what) -> {});
        finish(marker, Map.of(), commit, Ending.COMMIT, Sabotage.NONE, threads, new Random(seed));
        threads.run();
        assertThat(marker.passed()).as("the marker passes: " + run).isDone();
        assertThat(world.out).as("all packets come: " + run).hasSize(PACKETS + 2);
        checkEnd(world, flow, threads, run);
        if (aOver) {
            found.add(bOver ? "b" : "short alone");
            found.add("a");
        }
        return true;
    }

    private void isFound(Sabotage sabotage, String invariant) {
        assertThatThrownBy(() -> atEveryStep(
                PIPELINE, Set.of("a", "b", "c"), Set.of("a", "c"), Commit.HOLD, Ending.COMMIT, sabotage, 60))
                .as("%s", sabotage)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(invariant);
    }

    @Test
    void state_that_is_not_handed_over_is_missed() {
        isFound(Sabotage.NO_HANDOVER, "state is neither lost nor doubled");
    }

    @Test
    void state_that_is_taken_before_the_region_is_drained_is_found_to_be_old() {
        isFound(Sabotage.HANDOVER_TOO_EARLY, "state is neither lost nor doubled");
    }

    @Test
    void an_old_instance_that_is_closed_too_early_is_seen_at_work() {
        isFound(Sabotage.CLOSED_TOO_EARLY, "I6");
    }

    @Test
    void a_region_cannot_be_released_before_it_is_drained() {
        assertThatThrownBy(() -> atEveryStep(
                PIPELINE, Set.of("a", "b", "c"), Set.of("a", "c"), Commit.HOLD, Ending.COMMIT, Sabotage.COMMIT_TOO_EARLY, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has not come everywhere yet");
    }

    @Test
    void without_the_fork_in_the_region_branches_switch_apart_and_the_oracle_says_so() {
        assertThatThrownBy(() -> atEveryStep(
                DIAMOND, Set.of("a", "b", "c", "join"), Set.of("a", "b", "c"), Commit.STREAM, Ending.COMMIT, 60))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("I5");
    }

    @Test
    void without_the_region_between_them_the_switch_is_mixed_and_the_oracle_says_so() {
        assertThatThrownBy(
                () -> atEveryStep(PIPELINE, Set.of("a", "c"), Set.of("a", "c"), Commit.STREAM, Ending.COMMIT, 60))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("I5");
    }
}
