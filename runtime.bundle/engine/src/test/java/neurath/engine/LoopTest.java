package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.api.Timeout;

/**
 * Loops in small worlds: arcs of one slot, a scheduler that decides by seed, an update at every step. A packet goes round three times; all
 * its rounds must be of one epoch.
 */
@Timeout(120)
class LoopTest {
    private static final int PACKETS = 6;
    private static final int ROUNDS = 3;
    /** Each seed tries every tenth step, one after the other another tenth. */
    private static final int STRIDE = 10;

    /** A packet, how often it went round, and the versions that have handled it. */
    record Lap(int number, int round, List<String> seen) {
        Lap by(String node, int version) {
            var more = new ArrayList<>(seen);
            more.add(node + version);
            return new Lap(number, round, more);
        }
    }

    @Out(value = "OUT", type = Lap.class)
    static final class Laps implements Source {
        private Output<Lap> out;
        private int next;

        @Override
        public void open(Context context) {
            out = context.output("OUT", Lap.class);
        }

        @Override
        public boolean produce() {
            out.emit(new Lap(next++, 0, List.of()));
            return next < PACKETS;
        }
    }

    private static class World {
        final List<Lap> out = new ArrayList<>();
        final List<Long> sums = new ArrayList<>();
        final List<Versions> versions = new ArrayList<>();
        int calledWhenClosed;

        <T extends Operator> Versions version(String node, String number, Class<T> type, Supplier<T> constructor) {
            Versions version = Versions.of(node, number, type, constructor);
            versions.add(version);
            return version;
        }
    }

    record Sum(long sum) {}

    /** Stamps; with state, so that a lost or doubled handover shows in the sum. */
    @In(value = "IN", type = Lap.class)
    @Out(value = "OUT", type = Lap.class)
    static final class Stamp implements Stateful<Sum> {
        private final World world;
        private final int version;
        private long sum;
        private boolean closed;

        Stamp(World world, int version) {
            this.world = world;
            this.version = version;
        }

        @Override
        public void open(Context context) {
            String node = context.node().substring(context.node().indexOf('/') + 1);
            Output<Lap> out = context.output("OUT", Lap.class);
            context.receive("IN", Lap.class, lap -> {
                world.calledWhenClosed += closed ? 1 : 0;
                sum += lap.number();
                out.emit(lap.by(node, version));
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

    /** Sends a packet round again, or out. */
    @In(value = "IN", type = Lap.class)
    @Out(value = "AGAIN", type = Lap.class)
    @Out(value = "OUT", type = Lap.class)
    static final class Turnstile implements Operator {
        private final int version;

        Turnstile(int version) {
            this.version = version;
        }

        @Override
        public void open(Context context) {
            Output<Lap> again = context.output("AGAIN", Lap.class);
            Output<Lap> out = context.output("OUT", Lap.class);
            context.receive("IN", Lap.class, lap -> {
                Lap next = new Lap(lap.number(), lap.round() + 1, lap.by("t", version).seen());
                (next.round() < ROUNDS ? again : out).emit(next);
            });
        }
    }

    @In(value = "IN", type = Lap.class)
    static final class Collect implements Operator {
        private final World world;

        Collect(World world) {
            this.world = world;
        }

        @Override
        public void open(Context context) {
            context.receive("IN", Lap.class, world.out::add);
        }
    }

    private static final Graph LOOP =
            Graphs.of("source.OUT -> a.IN", "a.OUT -> b.IN", "b.OUT -> t.IN", "t.AGAIN -> a.IN", "t.OUT -> c.IN", "c.OUT -> sink.IN");
    private static final Graph STRAIGHT = Graphs.of("source.OUT -> a.IN", "a.OUT -> b.IN", "b.OUT -> c.IN", "c.OUT -> sink.IN");
    private static final Graph LONGER =
            Graphs.of("source.OUT -> a.IN", "a.OUT -> b.IN", "b.OUT -> d.IN", "d.OUT -> t.IN", "t.AGAIN -> a.IN", "t.OUT -> c.IN",
                    "c.OUT -> sink.IN");

    private static OperatorVersion version(World world, String node, int number) {
        return switch (node) {
            case "source" -> world.version(node, number + ".0.0", Laps.class, Laps::new);
            case "t" -> world.version(node, number + ".0.0", Turnstile.class, () -> new Turnstile(number));
            case "sink" -> world.version(node, number + ".0.0", Collect.class, () -> new Collect(world));
            default -> world.version(node, number + ".0.0", Stamp.class, () -> new Stamp(world, number));
        };
    }

    private static Map<String, OperatorVersion> versions(World world, Graph graph) {
        var versions = new LinkedHashMap<String, OperatorVersion>();
        graph.nodes().keySet().forEach(node -> versions.put(node, version(world, node, 1)));
        return versions;
    }

    /** What a packet sees that is handled by one version of everything. */
    private static List<String> way(Graph graph, int version) {
        var way = new ArrayList<String>();
        boolean loops = graph.nodes().containsKey("t");
        for (int round = 0; round < (loops ? ROUNDS : 1); round++) {
            way.add("a" + version);
            way.add("b" + version);
            if (graph.nodes().containsKey("d")) {
                way.add("d" + 2);
            }
            if (loops) {
                way.add("t" + version);
            }
        }
        return way;
    }

    private record Change(Graph before, Graph after, Set<String> region, Set<String> targets) {}

    /** Lets everything run until it waits, which it must. */
    private static void rest(SeededThreads threads, String run) {
        for (int left = 20_000; threads.step(); left--) {
            assertThat(left).as("the flow comes to rest: " + run).isPositive();
        }
    }

    /** Whether the update came while the flow was running. */
    private static boolean run(Change change, Commit commit, boolean cancel, long seed, int step, Set<Integer> epochs) throws Exception {
        String run = commit + (cancel ? ", cancelled" : "") + ", seed " + seed + ", marker after " + step + " steps";
        var world = new World();
        var threads = new SeededThreads(seed);
        var random = new Random(seed);
        Flow flow = new Flows(new Events(Runnable::run), threads, text -> text, 1).start("sim", change.before(),
                versions(world, change.before()), 1);
        for (int i = 0; i < step; i++) {
            if (!threads.step()) {
                return false;
            }
        }
        Draft draft = flow.draft(change.after());
        for (String target : change.targets()) {
            draft.with(draft.build(target, version(world, target, 2)));
        }
        for (String added : draft.difference().added()) {
            draft.with(draft.build(added, version(world, added, added.equals("d") ? 2 : 1)));
        }
        draft.begin();
        List<Instance> replaced = change.targets().stream().map(flow::instance).toList();
        List<Instance> removed = draft.removed();
        Marker marker;
        try {
            marker = flow.mark(1, change.region(), draft, commit, (node, what) -> {});
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("sim has ended");
            draft.dismiss();
            return false;
        }
        boolean switched = true;
        if (cancel) {
            for (int i = random.nextInt(60); i > 0; i--) {
                threads.step();
            }
            switched = !marker.cancel();
        } else {
            int left = 100_000;
            while (!(commit == Commit.HOLD ? marker.aligned() : marker.passed()).isDone()) {
                assertThat(--left > 0 && threads.step()).as("the marker arrives, also in a loop; waiting for %s: %s", marker.awaited(), run)
                        .isTrue();
            }
            if (commit == Commit.HOLD) {
                for (String target : change.targets()) {
                    Handover.to(draft.successors().get(target)).take();
                }
                assertThat(marker.commit()).isTrue();
            }
        }
        if (switched) {
            for (int left = 100_000; !marker.passed().isDone(); left--) {
                assertThat(left > 0 && threads.step()).as("the marker passes: " + run).isTrue();
            }
            flow.adopt(draft);
            replaced.forEach(out -> assertThat(flow.retirement().retire(out)).isNotNull());
            removed.forEach(out -> assertThat(flow.retirement().retireWithState(out)).isNotNull());
        } else {
            draft.dismiss();
        }
        rest(threads, run);
        assertThat(world.out).as("I2, conservation: " + run).extracting(Lap::number).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
        assertThat(world.calledWhenClosed).as("I6: " + run).isZero();
        List<String> before = way(change.before(), 1);
        List<String> after = way(change.after(), change.targets().isEmpty() ? 1 : 2);
        for (Lap lap : world.out) {
            List<String> seen = lap.seen().stream().filter(stamp -> !stamp.startsWith("c")).toList();
            assertThat(List.of(before, after)).as("I3 and I5, all rounds of packet " + lap.number() + " in one epoch: " + run)
                    .contains(seen);
            epochs.add(seen.equals(before) ? 1 : 2);
        }
        if (!switched) {
            assertThat(world.out).as("I8: " + run)
                    .allMatch(lap -> before.equals(lap.seen().stream().filter(s -> !s.startsWith("c")).toList()));
        }
        var end = flow.end();
        rest(threads, run);
        assertThat(end).as("the flow ends, the loop too: " + run).isDone();
        assertThat(world.versions).as("I10: " + run).allSatisfy(version -> assertThat(version.alive).hasValue(0));
        return true;
    }

    private static void atEveryStep(Change change, Commit commit, boolean cancel, int seeds) throws Exception {
        var epochs = new HashMap<Integer, Integer>();
        for (long seed = 0; seed < seeds; seed++) {
            int step = (int) seed % STRIDE;
            var seen = new LinkedHashSet<Integer>();
            while (run(change, commit, cancel, seed, step, seen)) {
                step += STRIDE;
                assertThat(step).isLessThan(5_000);
            }
            seen.forEach(epoch -> epochs.merge(epoch, 1, Integer::sum));
            assertThat(step).as("steps with a running flow").isGreaterThan(20);
        }
        assertThat(epochs.keySet()).as("packets on both sides of the marker").containsExactly(1, 2);
    }

    private static final Set<String> IN_THE_LOOP = Set.of("a", "b", "t");

    @Test
    void a_loop_runs_to_its_end_though_its_arcs_have_one_slot() {
        for (long seed = 0; seed < 300; seed++) {
            var world = new World();
            var threads = new SeededThreads(seed);
            Flow flow = new Flows(new Events(Runnable::run), threads, text -> text, 1).start("sim", LOOP, versions(world, LOOP), 1);
            rest(threads, "seed " + seed);
            assertThat(world.out).as("seed " + seed).hasSize(PACKETS);
            var end = flow.end();
            rest(threads, "seed " + seed);
            assertThat(end).as("seed " + seed).isDone();
            assertThat(world.sums).as("a, b and c, seed " + seed).containsExactlyInAnyOrder(45L, 45L, 15L);
        }
    }

    @Test
    void operators_in_a_loop_switch_when_it_is_empty() throws Exception {
        atEveryStep(new Change(LOOP, LOOP, IN_THE_LOOP, IN_THE_LOOP), Commit.STREAM, false, 40);
        atEveryStep(new Change(LOOP, LOOP, IN_THE_LOOP, IN_THE_LOOP), Commit.HOLD, false, 40);
    }

    @Test
    void a_marker_in_a_loop_can_be_taken_back() throws Exception {
        takenBackAtEveryStep(new Change(LOOP, LOOP, IN_THE_LOOP, IN_THE_LOOP));
    }

    @Test
    void a_node_that_was_to_come_into_a_loop_stays_away_when_the_marker_is_taken_back() throws Exception {
        takenBackAtEveryStep(new Change(LOOP, LONGER, IN_THE_LOOP, Set.of()));
    }

    private static void takenBackAtEveryStep(Change change) throws Exception {
        for (Commit commit : Commit.values()) {
            for (long seed = 0; seed < 40; seed++) {
                int step = (int) seed % STRIDE;
                while (run(change, commit, true, seed, step, new LinkedHashSet<>())) {
                    step += STRIDE;
                }
            }
        }
    }

    @Test
    void a_loop_comes_into_a_graph_and_goes_again() throws Exception {
        atEveryStep(new Change(STRAIGHT, LOOP, Set.of("a", "b", "c"), Set.of()), Commit.STREAM, false, 30);
        atEveryStep(new Change(LOOP, STRAIGHT, Set.of("a", "b", "t", "c"), Set.of()), Commit.STREAM, false, 30);
    }

    @Test
    void a_node_comes_into_a_loop() throws Exception {
        atEveryStep(new Change(LOOP, LONGER, IN_THE_LOOP, IN_THE_LOOP), Commit.HOLD, false, 30);
        atEveryStep(new Change(LOOP, LONGER, IN_THE_LOOP, IN_THE_LOOP), Commit.STREAM, false, 30);
    }

    /** An update comes when some nodes have ended, and others have not; whether the flow ends afterwards. */
    private static boolean endsAfter(Change change, Set<String> ended, long seed) throws Exception {
        var world = new World();
        var threads = new SeededThreads(seed);
        Flow flow = new Flows(new Events(Runnable::run), threads, text -> text, 2 * PACKETS).start("sim", change.before(),
                versions(world, change.before()), 1);
        flow.hold("sink", "it is to end last");
        while (!ended.stream().allMatch(node -> flow.live(node).isOver())) {
            assertThat(threads.step()).isTrue();
        }
        Draft draft = flow.draft(change.after());
        for (String added : draft.difference().added()) {
            draft.with(draft.build(added, version(world, added, 1)));
        }
        draft.begin();
        Marker marker = flow.mark(1, change.region(), draft, Commit.STREAM, (node, what) -> {});
        rest(threads, "seed " + seed);
        assertThat(marker.passed()).isCompleted();
        flow.adopt(draft);
        flow.resume("sink");
        rest(threads, "seed " + seed);
        return flow.over().isDone();
    }

    @Test
    void a_node_that_comes_into_a_loop_that_has_ended_ends_too() throws Exception {
        Graph after = Graphs.of("source.OUT -> a.IN", "a.OUT -> b.IN", "b.OUT -> t.IN", "t.AGAIN -> d.IN", "d.OUT -> a.IN", "d.OUT -> d.IN",
                "t.OUT -> c.IN", "c.OUT -> sink.IN");
        for (long seed = 0; seed < 20; seed++) {
            assertThat(endsAfter(new Change(LOOP, after, IN_THE_LOOP, Set.of()), IN_THE_LOOP, seed)).as("seed " + seed).isTrue();
        }
    }

    @Test
    void a_loop_that_comes_where_a_part_of_it_has_ended_ends_too() throws Exception {
        Graph after = Graphs.of("source.OUT -> a.IN", "a.OUT -> b.IN", "b.OUT -> t.IN", "t.AGAIN -> a.IN", "t.AGAIN -> b.IN",
                "t.OUT -> c.IN", "c.OUT -> sink.IN");
        for (long seed = 0; seed < 20; seed++) {
            assertThat(endsAfter(new Change(STRAIGHT, after, Set.of("a", "b", "c"), Set.of()), Set.of("a"), seed)).as("seed " + seed)
                    .isTrue();
        }
    }

    @Test
    void a_region_with_a_part_of_a_loop_is_refused() {
        assertThatThrownBy(() -> atEveryStep(new Change(LOOP, LOOP, Set.of("b"), Set.of("b")), Commit.HOLD, false, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the region has sim/b without all the nodes of its loop");
    }
}
