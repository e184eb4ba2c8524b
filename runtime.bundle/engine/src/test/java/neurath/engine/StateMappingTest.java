package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Constructor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import neurath.api.Operator;
import org.junit.jupiter.api.Test;

/** State between versions whose classes come from two class loaders, as from two bundles. */
class StateMappingTest {
    private static final Signature WITHOUT_TRANSFERS = Signature.of(Operators.Apply.class);
    private static final String HEAD = """
            package test;
            import neurath.api.*;
            import java.util.*;
            import java.util.concurrent.*;
            """;

    /** The signature of an operator version with this state, and records and transfers beside it. */
    private static Signature version(String state, String... beside) {
        return version(List.of(), state, beside);
    }

    private static Signature version(List<String> annotations, String state, String... beside) {
        String source = HEAD + String.join("\n", annotations) + """

                public final class Op implements Stateful<Op.State> {
                    public record State(%s) {}
                    %s
                    public State state() { return null; }
                    public void restore(State state) {}
                }
                """.formatted(state, String.join("\n", beside));
        try {
            return Signature.of(Compiled.of("test.Op", source).asSubclass(Operator.class));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Class<?> nested(Signature version, String name) throws ClassNotFoundException {
        return version.state().orElseThrow().getClassLoader().loadClass("test.Op$" + name);
    }

    private static Object make(Signature version, String name, Object... components) throws Exception {
        Constructor<?> constructor = nested(version, name).getDeclaredConstructors()[0];
        constructor.setAccessible(true);
        return constructor.newInstance(components);
    }

    private static String brought(Object state, Signature to) throws Exception {
        Record mapped = StateMapping.bring((Record) state, WITHOUT_TRANSFERS, to);
        assertThat(mapped).isInstanceOf(to.state().orElseThrow());
        return mapped.toString();
    }

    @Test
    void components_pass_by_name_in_any_order_and_by_reference() throws Exception {
        Signature old = version("int count, Path root".replace("Path", "java.nio.file.Path"));
        Signature wanted = version("java.nio.file.Path root, int count");
        Object state = make(old, "State", 3, Path.of("/srv"));

        assertThat(StateMapping.problem(old, wanted)).isEmpty();
        assertThat(brought(state, wanted)).isEqualTo("State[root=/srv, count=3]");
    }

    @Test
    void records_are_mapped_however_deep_they_lie() throws Exception {
        String entry = "public record Entry(String key, int hits) {}";
        String state =
                "Entry top, List<Entry> list, Map<String, List<Entry>> byKey, Optional<Entry> last, Set<Entry> all, List<Set<Map<Entry, Entry>>> deep";
        Signature old = version(state, entry);
        Signature wanted = version(state, entry);
        Object one = make(old, "Entry", "a", 1);
        Object two = make(old, "Entry", "b", 2);
        Object from = make(old, "State", one, List.of(one, two), Map.of("k", List.of(two)), Optional.of(one),
                new LinkedHashSet<>(List.of(two, one)),
                List.of(Set.of(Map.of(one, two))));

        assertThat(StateMapping.problem(old, wanted)).isEmpty();
        assertThat(brought(from, wanted)).isEqualTo(from.toString());
        Record mapped = StateMapping.bring((Record) from, WITHOUT_TRANSFERS, wanted);
        assertThat(read(mapped, "list")).asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .hasOnlyElementsOfType(nested(wanted, "Entry"));
        Object deep = ((List<?>) read(mapped, "deep")).getFirst();
        Map<?, ?> map = (Map<?, ?>) ((Set<?>) deep).iterator().next();
        assertThat(map.keySet().iterator().next()).isInstanceOf(nested(wanted, "Entry"));
    }

    private static Object read(Record record, String component) throws Exception {
        var accessor = record.getClass().getMethod(component);
        accessor.setAccessible(true);
        return accessor.invoke(record);
    }

    @Test
    void a_record_that_holds_records_of_its_own_kind_is_mapped() throws Exception {
        String tree = "public record Tree(String name, List<Tree> children) {}";
        Signature old = version("Tree root", tree);
        Signature wanted = version("Tree root", tree);
        Object leaf = make(old, "Tree", "leaf", List.of());
        Object state = make(old, "State", make(old, "Tree", "root", List.of(leaf)));

        assertThat(StateMapping.problem(old, wanted)).isEmpty();
        assertThat(brought(state, wanted)).isEqualTo("State[root=Tree[name=root, children=[Tree[name=leaf, children=[]]]]]");
    }

    @Test
    void a_new_component_takes_its_default_and_one_that_went_is_left_behind() throws Exception {
        Signature old = version("int count, String gone");
        Signature wanted = version("int count, @Default(\"64\") long limit, @Default(\"none\") String label");

        assertThat(StateMapping.problem(old, wanted)).isEmpty();
        assertThat(brought(make(old, "State", 3, "x"), wanted)).isEqualTo("State[count=3, limit=64, label=none]");
    }

    @Test
    void nulls_and_empty_optionals_stay_what_they_are() throws Exception {
        String entry = "public record Entry(String key) {}";
        Signature old = version("Entry entry, Optional<Entry> last, List<Entry> list", entry);
        Signature wanted = version("Entry entry, Optional<Entry> last, List<Entry> list", entry);

        assertThat(brought(make(old, "State", null, Optional.empty(), null), wanted))
                .isEqualTo("State[entry=null, last=Optional.empty, list=null]");
    }

    private static void refused(Signature old, Signature wanted, String... parts) {
        assertThat(StateMapping.problem(old, wanted)).hasValueSatisfying(
                problem -> assertThat(problem).contains("the state State does not fit").contains(parts).contains("@TransferredBy"));
    }

    @Test
    void a_new_component_without_a_default_is_refused_by_name() {
        refused(version("int count"), version("int count, int limit"), "nothing is there for its component limit");
    }

    @Test
    void a_component_of_another_type_is_refused_with_both_types() {
        refused(version("int count"), version("long count"), "component count", "int is no long");
        refused(version("List<String> names"), version("List<Integer> names"), "component names",
                "java.lang.String is no java.lang.Integer");
    }

    @Test
    void a_mismatch_deep_inside_is_refused_with_its_place() {
        refused(
                version("Map<String, List<Entry>> byKey", "public record Entry(String key, int hits) {}"),
                version("Map<String, List<Entry>> byKey", "public record Entry(String key, long hits) {}"),
                "component byKey", "component hits", "int is no long");
    }

    @Test
    void a_class_of_the_operators_own_that_is_no_record_is_refused_as_from_another_class_loader() {
        refused(
                version("Own own", "public static final class Own {}"),
                version("Own own", "public static final class Own {}"),
                "component own", "test.Op$Own", "two class loaders");
        refused(
                version("List<Colour> colours", "public enum Colour { RED }"),
                version("List<Colour> colours", "public enum Colour { RED }"),
                "component colours", "two class loaders");
        refused(
                version("List<? extends Own> own", "public static final class Own {}"),
                version("List<? extends Own> own", "public static final class Own {}"),
                "component own", "two class loaders");
    }

    @Test
    void records_in_a_collection_that_the_mapping_does_not_make_are_refused() {
        String entry = "public record Entry(String key) {}";
        refused(version("ArrayDeque<Entry> queue", entry), version("ArrayDeque<Entry> queue", entry), "component queue",
                "List, Set, Map or Optional");
        refused(version("SortedMap<String, Entry> map", entry), version("SortedMap<String, Entry> map", entry), "component map",
                "List, Set, Map or Optional");
        refused(version("List<Entry[]> list", entry), version("List<Entry[]> list", entry), "component list");
    }

    @Test
    void such_a_collection_of_other_things_passes_by_reference() throws Exception {
        Signature old = version("ArrayDeque<String> queue, ConcurrentMap<String, Integer> map");
        Signature wanted = version("ArrayDeque<String> queue, ConcurrentMap<String, Integer> map");
        assertThat(StateMapping.problem(old, wanted)).isEmpty();
    }

    @Test
    void a_default_that_is_none_of_its_type_is_refused_when_planned() {
        refused(version("int count"), version("int count, @Default(\"many\") int limit"), "component limit", "'many'", "int");
        refused(version("int count"), version("int count, @Default(\"\") List<String> names"), "component names");
    }

    private static final String TRANSFER = """
            public record Older(int hits) {}
            public static final class FromOlder implements StateTransfer<Older, State> {
                public State transfer(Older old) { return new State(old.hits() * 10L); }
            }
            """;

    @Test
    void a_transfer_takes_a_mirror_of_the_old_shape() throws Exception {
        Signature old = version("int hits");
        Signature wanted = version(List.of("@TransferredBy(Op.FromOlder.class)"), "long total", TRANSFER);

        assertThat(StateMapping.problem(old, wanted)).isEmpty();
        assertThat(brought(make(old, "State", 4), wanted)).isEqualTo("State[total=40]");
    }

    @Test
    void the_first_transfer_whose_old_shape_fits_is_taken_and_else_the_names() throws Exception {
        String oldest = """
                public record Oldest(String text) {}
                public static final class FromOldest implements StateTransfer<Oldest, State> {
                    public State transfer(Oldest old) { return new State(Long.parseLong(old.text())); }
                }
                """;
        Signature wanted =
                version(List.of("@TransferredBy({Op.FromOlder.class, Op.FromOldest.class})"), "long total", TRANSFER, oldest);

        assertThat(brought(make(version("int hits"), "State", 4), wanted)).isEqualTo("State[total=40]");
        assertThat(brought(make(version("String text"), "State", "7"), wanted)).isEqualTo("State[total=7]");
        assertThat(brought(make(version("long total"), "State", 9L), wanted)).isEqualTo("State[total=9]");
        refused(version("double other"), wanted, "nothing is there for its component total");
    }

    @Test
    void what_a_transfer_throws_reaches_the_caller() throws Exception {
        String failing = """
                public record Older(int hits) {}
                public static final class Failing implements StateTransfer<Older, State> {
                    public State transfer(Older old) { throw new IllegalStateException("cannot take " + old); }
                }
                """;
        Signature wanted = version(List.of("@TransferredBy(Op.Failing.class)"), "long total", failing);
        Object state = make(version("int hits"), "State", 4);

        assertThatThrownBy(() -> StateMapping.bring((Record) state, WITHOUT_TRANSFERS, wanted)).hasMessage("cannot take Older[hits=4]");
    }

    @Test
    void a_transfer_into_another_shape_than_the_versions_own_is_refused_when_planned() {
        String wrong = """
                public record Older(int hits) {}
                public record Other(int hits) {}
                public static final class Wrong implements StateTransfer<Older, Other> {
                    public Other transfer(Older old) { return new Other(old.hits()); }
                }
                """;
        assertThat(StateMapping.problem(version("int hits"), version(List.of("@TransferredBy(Op.Wrong.class)"), "long total", wrong)))
                .hasValueSatisfying(problem -> assertThat(problem).contains("Wrong", "Other", "State"));
    }

    @Test
    void a_state_that_its_own_constructor_refuses_says_why() throws Exception {
        Signature old = version("Range range", "public record Range(int low, int high) {}");
        Signature wanted = version("Range range", """
                public record Range(int low, int high) {
                    public Range { if (low > high) { throw new IllegalArgumentException("low is over high"); } }
                }
                """);
        Object state = make(old, "State", make(old, "Range", 2, 1));

        assertThatThrownBy(() -> StateMapping.bring((Record) state, WITHOUT_TRANSFERS, wanted))
                .hasMessage("the state Range is refused: low is over high");
    }

    @Test
    void a_version_that_keeps_no_state_cannot_follow_one_that_does() {
        Signature stateless = Signature.of(Operators.Apply.class);

        assertThat(StateMapping.problem(version("int count"), stateless))
                .hasValueSatisfying(problem -> assertThat(problem).contains("would be lost"));
        assertThat(StateMapping.problem(stateless, version("int count"))).isEmpty();
    }

    @Test
    void maps_keep_the_order_of_their_entries() throws Exception {
        String entry = "public record Entry(int n) {}";
        Signature old = version("Map<String, Entry> map", entry);
        Signature wanted = version("Map<String, Entry> map", entry);
        var map = new LinkedHashMap<String, Object>();
        for (String key : List.of("z", "a", "m", "b")) {
            map.put(key, make(old, "Entry", map.size()));
        }
        assertThat(brought(make(old, "State", map), wanted)).isEqualTo("State[map=" + map + ']');
    }
}
