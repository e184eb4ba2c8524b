package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import neurath.api.KeyedState;
import neurath.api.Operator;

/** What users of a map expect; the model is a map of the JDK. */
class KeyedMapTest {
    @KeyedState(name = "map", key = Integer.class, value = Integer.class)
    static final class Holder implements Operator {}

    private static KeyedMap map(AtomicBoolean atWork) {
        return new KeyedMap(Signature.of(Holder.class).keyed().get("map"), "flow/node.map", atWork::get);
    }

    private static Integer odd(Object before) {
        return before == null ? Integer.valueOf(3) : (Integer) before % 2 == 0 ? null : Integer.valueOf((Integer) before + 5);
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void it_does_what_a_map_of_the_jdk_does(@ForAll @Size(max = 60) List<@IntRange(max = 11) Integer> operations,
            @ForAll @Size(max = 60) List<@IntRange(max = 6) Integer> keys) {
        KeyedMap map = map(new AtomicBoolean(true));
        var model = new HashMap<Object, Object>();
        for (int i = 0; i < Math.min(operations.size(), keys.size()); i++) {
            Object key = keys.get(i);
            int n = i;
            switch (operations.get(i)) {
                case 0 -> assertThat(map.put(key, n)).isEqualTo(model.put(key, n));
                case 1 -> assertThat(map.remove(key)).isEqualTo(model.remove(key));
                case 2 -> assertThat(map.get(key)).isEqualTo(model.get(key));
                case 3 -> assertThat(map.putIfAbsent(key, n)).isEqualTo(model.putIfAbsent(key, n));
                case 4 -> assertThat(map.compute(key, (same, old) -> odd(old))).isEqualTo(model.compute(key, (same, old) -> odd(old)));
                case 5 -> assertThat(map.computeIfAbsent(key, same -> n % 2 == 0 ? n : null))
                        .isEqualTo(model.computeIfAbsent(key, same -> n % 2 == 0 ? n : null));
                case 6 -> assertThat(map.computeIfPresent(key, (same, old) -> odd(old)))
                        .isEqualTo(model.computeIfPresent(key, (same, old) -> odd(old)));
                case 7 -> assertThat(map.merge(key, n, (a, b) -> odd(a))).isEqualTo(model.merge(key, n, (a, b) -> odd(a)));
                case 8 -> assertThat(map.getOrDefault(key, -1)).isEqualTo(model.getOrDefault(key, -1));
                case 9 -> assertThat(map.removeIf((same, value) -> (Integer) value % 3 == 0))
                        .isEqualTo(model.values().removeIf(value -> (Integer) value % 3 == 0));
                case 10 -> assertThat(map.containsKey(key)).isEqualTo(model.containsKey(key));
                default -> {
                    if (n % 5 == 0) {
                        map.clear();
                        model.clear();
                    }
                }
            }
            assertThat(map.size()).isEqualTo(model.size());
            assertThat(map.isEmpty()).isEqualTo(model.isEmpty());
        }
        var shown = new HashMap<>();
        map.forEach((key, value) -> assertThat(shown.put(key, value)).as("shown once").isNull());
        assertThat(shown).isEqualTo(model);
    }

    @Example
    void an_action_may_change_the_map_it_is_shown() {
        KeyedMap map = map(new AtomicBoolean(true));
        for (int i = 0; i < 1000; i++) {
            map.put(i, i);
        }
        map.forEach((key, value) -> map.compute(key, (same, old) -> (Integer) old % 2 == 0 ? (Integer) old + 1 : null));
        assertThat(map.size()).isEqualTo(500);
    }

    @Example
    void a_function_that_throws_leaves_the_value() {
        KeyedMap map = map(new AtomicBoolean(true));
        map.put(1, 1);
        assertThatThrownBy(() -> map.merge(1, 2, (a, b) -> {
            throw new IllegalStateException("no");
        })).hasMessage("no");
        assertThat(map.get(1)).isEqualTo(1);
    }

    @Example
    void null_is_refused_with_the_name_of_the_map() {
        KeyedMap map = map(new AtomicBoolean(true));
        assertThatThrownBy(() -> map.put(1, null)).hasMessage("flow/node.map: null is no value; remove the key 1");
        assertThatThrownBy(() -> map.put(null, 1)).hasMessage("flow/node.map: null is no key");
        assertThatThrownBy(() -> map.get(null)).hasMessage("flow/node.map: null is no key");
    }

    @Example
    void it_changes_only_while_its_operator_is_at_work_or_makes_its_first_state() throws Exception {
        var atWork = new AtomicBoolean();
        KeyedMap map = map(atWork);
        assertThatThrownBy(() -> map.put(1, 1)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("flow/node.map: changed while its operator is not in");
        assertThatThrownBy(() -> map.removeIf((key, value) -> true)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> map.remove(1)).isInstanceOf(IllegalStateException.class);
        map.filling(true);
        map.put(1, 1);
        map.filling(false);
        assertThatThrownBy(() -> map.put(1, 1)).isInstanceOf(IllegalStateException.class);
        map.takeOver(map.table());
        map.filling(true);
        assertThatThrownBy(() -> map.put(1, 1)).isInstanceOf(IllegalStateException.class).hasMessageContaining("with a KeyedTransfer");
        atWork.set(true);
        map.put(1, 2);
        assertThat(map.get(1)).isEqualTo(2);
    }

    @Example
    void a_table_shows_each_entry_once_also_to_who_reads_beside_its_writer() throws Exception {
        var table = new KeyedTable(0);
        for (int i = 0; i < 20_000; i++) {
            table.put(i, i);
        }
        Thread writer = Thread.ofPlatform().start(() -> {
            for (int i = 20_000; i < 200_000; i++) {
                table.put(i, i);
                table.remove(i - 5);
                table.put(i - 5, i);
            }
        });
        Map<Object, Object> seen = new HashMap<>();
        table.entries().forEachRemaining(entry -> seen.merge(entry.getKey(), 1, (a, b) -> (Integer) a + 1));
        writer.join();
        for (int i = 0; i < 19_990; i++) {
            assertThat(seen.get(i)).as("key %d, which was there all the time", i).isEqualTo(1);
        }
    }
}
