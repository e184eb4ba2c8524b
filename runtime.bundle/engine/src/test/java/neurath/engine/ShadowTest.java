package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import neurath.api.Default;
import neurath.api.KeyedState;
import neurath.api.KeyedTransfer;
import neurath.api.Operator;

/** A shadow holds what the map holds, whatever happened while it was copied; the model is a map of the JDK. */
class ShadowTest {
    record One(int n) {}

    record Two(int n, @Default("7") int added) {}

    record Doubled(long twice) {}

    @KeyedState(name = "map", key = Integer.class, value = One.class)
    static final class First implements Operator {}

    @KeyedState(name = "map", key = Integer.class, value = Two.class)
    static final class Second implements Operator {}

    @KeyedState(name = "map", key = Integer.class, value = Doubled.class, transferredBy = {Doubling.class, Halving.class})
    static final class Third implements Operator {}

    /** Leaves negative numbers behind, and refuses a number it is told to. */
    static final class Doubling implements KeyedTransfer<Integer, One, Doubled> {
        static final Set<Integer> refused = new HashSet<>();

        @Override
        public Doubled entry(Integer key, One old) {
            if (refused.contains(old.n())) {
                throw new IllegalStateException("not " + old.n());
            }
            return old.n() < 0 ? null : new Doubled(old.n() * 2L);
        }
    }

    static final class Halving implements KeyedTransfer<Integer, Doubled, One> {
        @Override
        public One entry(Integer key, Doubled value) {
            return new One((int) (value.twice() / 2));
        }
    }

    private sealed interface Action {
        record Put(int key, int value) implements Action {}

        record Remove(int key) implements Action {}

        record Clear() implements Action {}

        record Step(int entries) implements Action {}

        record Turn() implements Action {}
    }

    private static KeyedMap map(Class<? extends Operator> type) {
        return new KeyedMap(Signature.of(type).keyed().get("map"), "flow/node.map", () -> true);
    }

    private static EntryMapping mapping(Class<? extends Operator> from, Class<? extends Operator> to) throws Exception {
        return EntryMapping.between(Signature.of(from), Signature.of(to)).get("map");
    }

    @Provide
    Arbitrary<List<Action>> actions() {
        Arbitrary<Integer> keys = Arbitraries.integers().between(0, 12);
        Arbitrary<Integer> values = Arbitraries.integers().between(-3, 100);
        return Arbitraries.<Action>frequencyOf(
                Tuple.of(6, Combinators.combine(keys, values).as(Action.Put::new)),
                Tuple.of(4, keys.map(Action.Remove::new)),
                Tuple.of(1, Arbitraries.create(Action.Clear::new)),
                Tuple.of(5, Arbitraries.integers().between(1, 4).map(Action.Step::new)),
                Tuple.of(2, Arbitraries.create(Action.Turn::new)))
                .list()
                .ofMaxSize(80);
    }

    /** Whether a way of breaking the log is found by the model. */
    private enum Sabotage {
        NONE,
        REMOVALS_NOT_LOGGED,
        PUTS_NOT_LOGGED,
        /** The log is taken, and worked off, between the note of a change and the change. */
        LOGGED_BEFORE_APPLIED,
        LAST_LOG_NOT_TAKEN
    }

    private static void act(Action action, KeyedMap map, Shadow shadow, Map<Integer, Integer> model, Sabotage sabotage) throws Exception {
        switch (action) {
            case Action.Put put -> {
                model.put(put.key(), put.value());
                change(map, shadow, put.key(), new One(put.value()), sabotage);
            }
            case Action.Remove remove -> {
                model.remove(remove.key());
                change(map, shadow, remove.key(), null, sabotage);
            }
            case Action.Clear clear -> {
                model.clear();
                map.clear();
            }
            case Action.Step step -> {
                for (int i = 0; i < step.entries(); i++) {
                    shadow.step();
                }
            }
            case Action.Turn turn -> shadow.turn();
        }
    }

    private static void change(KeyedMap map, Shadow shadow, int key, One value, Sabotage sabotage) throws Exception {
        if (sabotage == Sabotage.LOGGED_BEFORE_APPLIED) {
            shadow.changed(key);
            shadow.turn();
            workOff(shadow);
        }
        boolean quietly = sabotage == (value == null ? Sabotage.REMOVALS_NOT_LOGGED : Sabotage.PUTS_NOT_LOGGED)
                || sabotage == Sabotage.LOGGED_BEFORE_APPLIED;
        if (value == null && quietly) {
            map.table().remove(key);
        } else if (quietly) {
            map.table().put(key, value);
        } else if (value == null) {
            map.remove(key);
        } else {
            map.put(key, value);
        }
    }

    private static void workOff(Shadow shadow) throws HandoverException {
        boolean more = true;
        while (more) {
            more = shadow.step();
        }
    }

    private static Map<Object, Object> content(KeyedTable table) {
        var content = new HashMap<>();
        table.forEach(content::put);
        assertThat(table.size()).isEqualTo(content.size());
        return content;
    }

    private static Map<Object, Object> followed(List<Action> before, List<Action> actions, Class<? extends Operator> to,
            Map<Integer, Integer> model, Sabotage sabotage) throws Exception {
        KeyedMap map = map(First.class);
        Shadow shadow = Shadow.of(map, mapping(First.class, to));
        for (Action action : before) {
            if (!(action instanceof Action.Step) && !(action instanceof Action.Turn)) {
                act(action, map, shadow, model, Sabotage.NONE);
            }
        }
        map.follow(shadow);
        for (Action action : actions) {
            act(action, map, shadow, model, sabotage);
        }
        if (sabotage != Sabotage.LAST_LOG_NOT_TAKEN) {
            shadow.turn();
        }
        workOff(shadow);
        return content(shadow.copy());
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void a_shadow_ends_with_what_the_map_holds(@ForAll("actions") List<Action> before, @ForAll("actions") List<Action> actions)
            throws Exception {
        var model = new HashMap<Integer, Integer>();
        var copy = followed(before, actions, Second.class, model, Sabotage.NONE);
        var expected = new HashMap<Object, Object>();
        model.forEach((key, value) -> expected.put(key, new Two(value, 7)));
        assertThat(copy).isEqualTo(expected);
    }

    @Property(tries = 600, edgeCases = EdgeCasesMode.NONE)
    void entries_a_transfer_leaves_behind_are_not_there_even_if_they_once_were(
            @ForAll("actions") List<Action> before, @ForAll("actions") List<Action> actions) throws Exception {
        var model = new HashMap<Integer, Integer>();
        var copy = followed(before, actions, Third.class, model, Sabotage.NONE);
        var expected = new HashMap<Object, Object>();
        model.forEach((key, value) -> {
            if (value >= 0) {
                expected.put(key, new Doubled(value * 2L));
            }
        });
        assertThat(copy).isEqualTo(expected);
    }

    @Property(tries = 600, edgeCases = EdgeCasesMode.NONE)
    void what_the_new_version_writes_comes_back_into_the_kept_map(
            @ForAll("actions") List<Action> before, @ForAll("actions") List<Action> after) throws Exception {
        KeyedMap old = map(First.class);
        KeyedMap now = map(Third.class);
        var model = new HashMap<Integer, Integer>();
        for (Action action : before) {
            if (action instanceof Action.Put put) {
                old.put(put.key(), new One(Math.abs(put.value())));
                now.put(put.key(), new Doubled(2L * Math.abs(put.value())));
                model.put(put.key(), Math.abs(put.value()));
            }
        }
        EntryMapping back = mapping(Third.class, First.class);
        Shadow shadow = Shadow.inSync(now, back, old.table());
        now.follow(shadow);
        for (Action action : after) {
            switch (action) {
                case Action.Put put -> {
                    now.put(put.key(), new Doubled(2L * put.value()));
                    model.put(put.key(), put.value());
                }
                case Action.Remove remove -> {
                    now.remove(remove.key());
                    model.remove(remove.key());
                }
                default -> act(action, now, shadow, model, Sabotage.NONE);
            }
        }
        shadow.turn();
        workOff(shadow);
        var expected = new HashMap<Object, Object>();
        model.forEach((key, value) -> expected.put(key, new One(value)));
        assertThat(content(old.table())).isEqualTo(expected);
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void an_entry_that_could_not_be_brought_is_still_to_be_copied(@ForAll("actions") List<Action> actions) throws Exception {
        KeyedMap map = map(First.class);
        Shadow shadow = Shadow.of(map, mapping(First.class, Third.class));
        workOff(shadow);
        map.follow(shadow);
        var model = new HashMap<Integer, Integer>();
        Doubling.refused.addAll(List.of(1, 2, 3, 5, 8, 13, 21, 34, 55, 89));
        try {
            for (Action action : actions) {
                try {
                    act(action, map, shadow, model, Sabotage.NONE);
                } catch (HandoverException refused) {
                    assertThat(refused).hasMessageContaining("flow/node.map: the entry of the key '").hasMessageContaining("Doubled: not ");
                }
            }
        } finally {
            Doubling.refused.clear();
        }
        shadow.turn();
        workOff(shadow);
        var expected = new HashMap<Object, Object>();
        model.values().removeIf(value -> value < 0);
        model.forEach((key, value) -> expected.put(key, new Doubled(value * 2L)));
        assertThat(content(shadow.copy())).isEqualTo(expected);
    }

    @Example
    void a_log_that_misses_something_is_found_out() throws Exception {
        Arbitrary<List<Action>> actions = actions();
        for (Sabotage sabotage : Sabotage.values()) {
            int wrong = 0;
            for (int i = 0; i < 500; i++) {
                var model = new HashMap<Integer, Integer>();
                var copy = followed(actions.sample(), actions.sample(), Second.class, model, sabotage);
                var expected = new HashMap<Object, Object>();
                model.forEach((key, value) -> expected.put(key, new Two(value, 7)));
                wrong += copy.equals(expected) ? 0 : 1;
            }
            if (sabotage == Sabotage.NONE) {
                assertThat(wrong).isZero();
            } else {
                assertThat(wrong).as("worlds in which %s shows", sabotage).isGreaterThan(20);
            }
        }
    }

    @Example
    void a_change_that_cannot_be_logged_ends_the_copying_and_not_the_operator() throws Exception {
        final class Moody {
            private boolean bad;

            @Override
            public int hashCode() {
                if (bad) {
                    bad = false;
                    throw new IllegalStateException("no hash");
                }
                return 1;
            }

            @Override
            public boolean equals(Object other) {
                return other == this;
            }
        }
        KeyedMap map = map(First.class);
        Shadow shadow = Shadow.of(map, mapping(First.class, Second.class));
        map.follow(shadow);
        var key = new Moody();
        map.table().put(key, new One(1));
        key.bad = true;
        shadow.changed(key);
        assertThatThrownBy(shadow::step).isInstanceOf(HandoverException.class).hasMessageContaining("could not be logged", "no hash");
    }
}
