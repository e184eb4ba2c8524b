package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import neurath.api.Context;
import neurath.api.Default;
import neurath.api.In;
import neurath.api.Keyed;
import neurath.api.KeyedState;
import neurath.api.KeyedTransfer;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.Output;
import neurath.engine.Marker.Commit;
import neurath.events.Events;
import neurath.graph.Graph;
import org.junit.jupiter.api.Test;

/**
 * Keyed state in the production engine, one step at a time by seed: an update comes at every step, its copying runs between the steps of
 * the sections, it is committed, cancelled or comes too late, and perhaps the way back is gone. The oracle is a map that applies the
 * packets' numbers in order.
 */
class KeyedSimulationTest {
    private static final int PACKETS = 24;
    private static final Graph GRAPH = Graphs.of("source.OUT -> a.IN", "a.OUT -> b.IN", "b.OUT -> c.IN", "c.OUT -> sink.IN");

    record One(long sum) {}

    record Two(long sum, @Default("2") int since) {}

    record Three(String text) {}

    /** What a packet does to the map: a model and the operators read it the same way. */
    private sealed interface Change {
        record Add(int key, long number) implements Change {}

        record Put(int key, long number) implements Change {}

        record Remove(int key) implements Change {}

        static Change of(int number) {
            int key = number * 7 % 5;
            return switch (number % 4) {
                case 0, 1 -> new Add(key, number + 1);
                case 2 -> new Put(key, number);
                default -> new Remove((key + 1) % 5);
            };
        }
    }

    private static Map<Integer, Long> model(long packets) {
        var model = new HashMap<Integer, Long>();
        for (int i = 0; i < packets; i++) {
            switch (Change.of(i)) {
                case Change.Add add -> model.merge(add.key(), add.number(), Long::sum);
                case Change.Put put -> model.put(put.key(), put.number());
                case Change.Remove remove -> model.remove(remove.key());
            }
        }
        return model;
    }

    /** Keeps sums by key; changes the map before and after it has waited for room on its arc. */
    private abstract static class Tally<V> implements Operator {
        private final Class<V> type;
        private final Sabotage sabotage;
        private KeyedMap engines;
        private Keyed<Integer, V> sums;

        Tally(Class<V> type, Sabotage sabotage) {
            this.type = type;
            this.sabotage = sabotage;
        }

        abstract V of(long sum);

        abstract long sum(V value);

        @Override
        public void open(Context context) {
            sums = context.keyed("sums", Integer.class, type);
            engines = (KeyedMap) (Object) sums;
            Output<Integer> out = context.output("OUT", Integer.class);
            context.receive("IN", Integer.class, number -> {
                switch (Change.of(number)) {
                    case Change.Add add -> sums.merge(add.key(), of(add.number()), (a, b) -> of(sum(a) + sum(b)));
                    case Change.Put put -> put(put.key(), of(put.number()), () -> out.emit(-1));
                    case Change.Remove remove -> remove(remove.key());
                }
                out.emit(number);
            });
        }

        private void put(int key, V value, Runnable waiting) {
            if (sabotage == Sabotage.LOGGED_BEFORE_APPLIED) {
                sums.put(key, sums.getOrDefault(key, of(-1)));
                waiting.run();
                engines.table().put(key, value);
            } else {
                waiting.run();
                sums.put(key, value);
            }
        }

        private void remove(int key) {
            if (sabotage == Sabotage.REMOVALS_NOT_LOGGED) {
                engines.table().remove(key);
            } else {
                sums.remove(key);
            }
        }
    }

    @In(value = "IN", type = Integer.class)
    @Out(value = "OUT", type = Integer.class)
    @KeyedState(name = "sums", key = Integer.class, value = One.class)
    static final class First extends Tally<One> {
        First(Sabotage sabotage) {
            super(One.class, sabotage);
        }

        @Override
        One of(long sum) {
            return new One(sum);
        }

        @Override
        long sum(One value) {
            return value.sum();
        }
    }

    /** Mapped component by component, there and back. */
    @In(value = "IN", type = Integer.class)
    @Out(value = "OUT", type = Integer.class)
    @KeyedState(name = "sums", key = Integer.class, value = Two.class)
    static final class Second extends Tally<Two> {
        Second() {
            super(Two.class, Sabotage.NONE);
        }

        @Override
        Two of(long sum) {
            return new Two(sum, 0);
        }

        @Override
        long sum(Two value) {
            return value.sum();
        }
    }

    /** By a transfer, there and back. */
    @In(value = "IN", type = Integer.class)
    @Out(value = "OUT", type = Integer.class)
    @KeyedState(name = "sums", key = Integer.class, value = Three.class, transferredBy = {ToText.class, FromText.class})
    static final class Third extends Tally<Three> {
        Third() {
            super(Three.class, Sabotage.NONE);
        }

        @Override
        Three of(long sum) {
            return new Three(Long.toString(sum));
        }

        @Override
        long sum(Three value) {
            return Long.parseLong(value.text());
        }
    }

    static final class ToText implements KeyedTransfer<Integer, One, Three> {
        @Override
        public Three entry(Integer key, One old) {
            return new Three(Long.toString(old.sum()));
        }
    }

    static final class FromText implements KeyedTransfer<Integer, Three, One> {
        @Override
        public One entry(Integer key, Three value) {
            return new One(Long.parseLong(value.text()));
        }
    }

    /** The very same shape: the map itself passes. Or, after {@link Third}, by a transfer of its own. */
    @In(value = "IN", type = Integer.class)
    @Out(value = "OUT", type = Integer.class)
    @KeyedState(name = "sums", key = Integer.class, value = One.class, transferredBy = FromThree.class)
    static final class SameShape extends Tally<One> {
        SameShape() {
            super(One.class, Sabotage.NONE);
        }

        @Override
        One of(long sum) {
            return new One(sum);
        }

        @Override
        long sum(One value) {
            return value.sum();
        }
    }

    static final class FromThree implements KeyedTransfer<Integer, Three, One> {
        @Override
        public One entry(Integer key, Three old) {
            return new One(Long.parseLong(old.text()));
        }
    }

    private enum Sabotage {
        NONE,
        /** The operator takes keys out behind the log's back. */
        REMOVALS_NOT_LOGGED,
        /** The operator tells of a change, waits, and makes it then; the test takes the log in between, off the section's thread. */
        LOGGED_BEFORE_APPLIED,
        /** The last log is taken before the node is frozen. */
        LAST_LOG_TAKEN_EARLY,
        /** What changed since the last round is not copied. */
        DELTA_NOT_APPLIED
    }

    private static final class World {
        final List<Object> out = new ArrayList<>();
        final SeededThreads threads;
        final Random random;
        final Flow flow;
        final Versions first;
        final String run;
        int waysBack;

        World(long seed, String run, Sabotage sabotage) {
            this.run = run;
            threads = new SeededThreads(seed);
            random = new Random(seed);
            first = Versions.of("b", "1.0.0", First.class, () -> new First(sabotage));
            var versions = new HashMap<String, OperatorVersion>();
            versions.put("source", Versions.of("source", "1.0.0", Operators.Numbers.class, () -> new Operators.Numbers(PACKETS)));
            versions.put("a", Versions.of("a", "1.0.0", Operators.Apply.class, () -> new Operators.Apply(n -> n)));
            versions.put("b", first);
            versions.put("c", Versions.of("c", "1.0.0", Operators.Apply.class, () -> new Operators.Apply(n -> n)));
            versions.put("sink", Versions.of("sink", "1.0.0", Operators.Sink.class, () -> new Operators.Sink(out::add)));
            flow = new Flows(new Events(Runnable::run), threads, text -> text, 1).start("sim", GRAPH, versions, 1);
        }

        Map<Integer, Long> content(Instance instance) {
            var content = new HashMap<Integer, Long>();
            KeyedTable table = instance.keyed().find("sums").table();
            table.forEach((key, value) -> content.put((Integer) key, switch (value) {
                case One one -> one.sum();
                case Two two -> two.sum();
                case Three three -> Long.parseLong(three.text());
                default -> throw new IllegalStateException(value + " in " + run);
            }));
            assertThat(table.size()).as("size: " + run).isEqualTo(content.size());
            return content;
        }

        /** The first version if there is a way back to it, else one that knows a way of its own. */
        Versions before() {
            boolean isKept = Handover.hasWayBack(flow.instance("b"), first);
            waysBack += isKept ? 1 : 0;
            return isKept ? first : Versions.of("b", "3.1.0", SameShape.class, SameShape::new);
        }

        long taken() {
            return flow.status().stream().filter(status -> status.name().equals("b")).findFirst().orElseThrow().taken();
        }

        void steps(int most) {
            for (int i = random.nextInt(most); i > 0; i--) {
                threads.step();
            }
        }
    }

    /** Whether the update was switched; what it did is checked at the marker and after it. */
    private static boolean update(World world, int number, Versions to, boolean keepWayBack, Sabotage sabotage) throws Exception {
        Instance old = world.flow.instance("b");
        Instance successor = world.flow.build("b", to);
        PreCopy copy = Handover.to(successor).preCopy().orElse(null);
        int patience = world.random.nextInt(60);
        for (int i = 0; copy != null && i < patience && !copy.isNear(); i++) {
            if (world.random.nextBoolean()) {
                copy.work(1 + world.random.nextInt(2));
            } else {
                world.threads.step();
            }
            if (sabotage == Sabotage.LOGGED_BEFORE_APPLIED) {
                for (Shadow shadow : shadowsOf(old)) {
                    shadow.turn();
                    boolean more = true;
                    while (more) {
                        more = shadow.step();
                    }
                }
            }
        }
        if (world.random.nextInt(5) == 0 && sabotage == Sabotage.NONE) {
            return dismissed(world, successor, copy, old);
        }
        Marker marker = world.flow.mark(number, Set.of("a", "b", "c"), Map.of("b", successor), Commit.HOLD, (node, what) -> {});
        if (sabotage == Sabotage.LAST_LOG_TAKEN_EARLY) {
            Handover.to(successor).take();
        }
        if (world.random.nextInt(5) == 0 && sabotage == Sabotage.NONE) {
            world.steps(20);
            assertThat(marker.cancel()).isTrue();
            return dismissed(world, successor, copy, old);
        }
        while (!marker.aligned().isDone()) {
            assertThat(world.threads.step()).as("the marker arrives: " + world.run).isTrue();
        }
        if (sabotage == Sabotage.DELTA_NOT_APPLIED && !shadowsOf(old).isEmpty()) {
            successor.keyed().find("sums").takeOver(shadowsOf(old).getFirst().copy());
        } else if (sabotage != Sabotage.LAST_LOG_TAKEN_EARLY) {
            Handover.to(successor).take();
        }
        assertThat(world.content(old)).as("the old map: " + world.run).isEqualTo(model(world.taken()));
        if (!old.isClosed()) {
            assertThat(world.content(successor)).as("the new map: " + world.run).isEqualTo(model(world.taken()));
        }
        if (keepWayBack && !old.isClosed()) {
            Handover.to(successor).keepWayBack();
        }
        if (world.random.nextInt(6) == 0 && sabotage == Sabotage.NONE) {
            assertThat(marker.cancel()).isTrue();
            return dismissed(world, successor, copy, old);
        }
        assertThat(marker.commit()).isTrue();
        while (!marker.passed().isDone()) {
            assertThat(world.threads.step()).as("the marker passes: " + world.run).isTrue();
        }
        var _ = world.flow.retirement().retire(old);
        return true;
    }

    private static List<Shadow> shadowsOf(Instance instance) {
        return instance.keyed().find("sums").followers();
    }

    /** An abort leaves the old instance as it was, and nobody follows it but for who did before. */
    private static boolean dismissed(World world, Instance successor, PreCopy copy, Instance old) throws Exception {
        int before = old.wayBack() == null || old.wayBack().shadows().get("sums").isByReference() ? 0 : 1;
        successor.dismiss();
        world.threads.run();
        assertThat(shadowsOf(old)).as("followers after an abort: " + world.run).hasSize(before);
        if (copy != null) {
            assertThatThrownBy(() -> copy.work(1)).isInstanceOf(CancellationException.class);
        }
        return false;
    }

    private int waysBack;

    /** One world with an update after some steps, and one back; whether the flow was still running when the first came. */
    private boolean run(long seed, int step, Versions to, Sabotage sabotage) throws Exception {
        String run = to + ", seed " + seed + ", update after " + step + " steps";
        World world = new World(seed, run, sabotage);
        for (int i = 0; i < step; i++) {
            if (!world.threads.step()) {
                return false;
            }
        }
        boolean keep = world.random.nextInt(3) > 0;
        if (update(world, 1, to, keep, sabotage)) {
            world.steps(40);
            if (keep && world.random.nextInt(4) == 0) {
                world.flow.instance("b").endWayBack(world.first);
                world.steps(5);
            }
            if (sabotage == Sabotage.NONE && !update(world, 2, world.before(), world.random.nextBoolean(), sabotage)) {
                world.steps(20);
                update(world, 3, world.before(), false, sabotage);
            }
        }
        world.threads.run();
        assertThat(world.content(world.flow.instance("b"))).as("at the end: " + run).isEqualTo(model(PACKETS));
        world.out.removeIf(packet -> packet.equals(-1));
        assertThat(world.out).as("I1, I2: " + run).hasSize(PACKETS).isSorted();
        var end = world.flow.end();
        world.threads.run();
        assertThat(end).as("the flow ends: " + run).isDone();
        assertThat(world.first.alive).as("I10: " + run).hasValue(0);
        assertThat(to.alive).as("I10: " + run).hasValue(0);
        waysBack += world.waysBack;
        return true;
    }

    private void atEveryStep(Versions to, Sabotage sabotage, int seeds) throws Exception {
        for (long seed = 0; seed < seeds; seed++) {
            int step = 0;
            while (run(seed, step, to, sabotage)) {
                step++;
            }
            assertThat(step).as("steps with a running flow").isGreaterThan(10);
        }
        assertThat(waysBack).as("updates that went back by kept state").isGreaterThan(seeds);
    }

    private static Versions second() {
        return Versions.of("b", "2.0.0", Second.class, Second::new);
    }

    private static Versions third() {
        return Versions.of("b", "3.0.0", Third.class, Third::new);
    }

    @Test
    void entries_mapped_by_component_are_those_of_the_model_at_the_marker_and_at_the_end() throws Exception {
        atEveryStep(second(), Sabotage.NONE, 12);
    }

    @Test
    void entries_brought_by_a_transfer_are_those_of_the_model_at_the_marker_and_at_the_end() throws Exception {
        atEveryStep(third(), Sabotage.NONE, 12);
    }

    @Test
    void a_map_that_passes_by_reference_is_that_of_the_model_at_the_marker_and_at_the_end() throws Exception {
        atEveryStep(Versions.of("b", "1.1.0", SameShape.class, SameShape::new), Sabotage.NONE, 12);
    }

    private void isFound(Sabotage sabotage) {
        assertThatThrownBy(() -> atEveryStep(second(), sabotage, 40)).as("%s", sabotage).isInstanceOf(AssertionError.class)
                .hasMessageContaining("the new map");
    }

    @Test
    void removals_that_are_not_logged_are_found() {
        isFound(Sabotage.REMOVALS_NOT_LOGGED);
    }

    @Test
    void a_log_taken_off_the_sections_thread_between_a_note_and_its_change_is_found() {
        isFound(Sabotage.LOGGED_BEFORE_APPLIED);
    }

    @Test
    void a_last_log_taken_before_the_node_is_frozen_is_found() {
        isFound(Sabotage.LAST_LOG_TAKEN_EARLY);
    }

    @Test
    void a_delta_that_is_not_applied_is_found() {
        isFound(Sabotage.DELTA_NOT_APPLIED);
    }
}
