package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Constructor;
import neurath.api.Operator;
import org.junit.jupiter.api.Test;

/** Keyed state between versions whose classes come from two class loaders, as from two bundles. */
class EntryMappingTest {
    /** The signature of an operator version with one keyed map, and records and transfers beside it. */
    private static Signature version(String key, String value, String transfer, String... beside) {
        String source = """
                package test;
                import neurath.api.*;
                import java.util.*;

                @KeyedState(name = "map", key = %s, value = %s%s)
                public final class Op implements Operator {
                    %s
                }
                """.formatted(classOf(key), classOf(value), transfer.isEmpty() ? "" : ", transferredBy = {Op." + transfer + ".class}",
                String.join("\n", beside));
        return signature(source);
    }

    private static String classOf(String type) {
        return (type.startsWith("Op") || type.contains(".") || Character.isLowerCase(type.charAt(0)) || type.length() > 6
                || isOfTheJdk(type)
                        ? type
                        : "Op." + type)
                + ".class";
    }

    private static boolean isOfTheJdk(String type) {
        return type.equals("String") || type.equals("Long") || type.equals("List");
    }

    private static Signature signature(String source) {
        try {
            return Signature.of(Compiled.of("test.Op", source).asSubclass(Operator.class));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object make(Class<?> type, Object... components) throws Exception {
        Constructor<?> constructor = type.getDeclaredConstructors()[0];
        constructor.setAccessible(true);
        return constructor.newInstance(components);
    }

    private static Class<?> key(Signature version) {
        return version.keyed().get("map").key();
    }

    private static Class<?> value(Signature version) {
        return version.keyed().get("map").value();
    }

    private static EntryMapping mapping(Signature from, Signature to) throws Exception {
        assertThat(EntryMapping.problem(from, to)).isEmpty();
        return EntryMapping.between(from, to).get("map");
    }

    private static void refused(Signature from, Signature to, String... words) {
        assertThat(States.problem(from, to)).hasValueSatisfying(problem -> assertThat(problem).contains(words));
    }

    @Test
    void a_map_of_jdk_types_passes_by_reference() throws Exception {
        assertThat(mapping(version("String", "Long", ""), version("String", "Long", "")).isByReference()).isTrue();
    }

    @Test
    void records_are_mapped_by_the_names_of_their_components() throws Exception {
        Signature old = version("Id", "Val", "", "public record Id(String s) {}", "public record Val(int a, int gone) {}");
        Signature now = version("Id", "Val", "", "public record Id(String s, @Default(\"x\") String t) {}",
                "public record Val(@Default(\"5\") int b, int a) {}");
        EntryMapping mapping = mapping(old, now);

        assertThat(mapping.isByReference()).isFalse();
        Object brought = mapping.key(make(key(old), "k"));
        assertThat(brought).isInstanceOf(key(now)).hasToString("Id[s=k, t=x]");
        assertThat(mapping.value(null, brought, make(value(old), 1, 2))).isInstanceOf(value(now))
                .hasToString("Val[b=5, a=1]");
    }

    @Test
    void a_transfer_sees_the_old_value_as_a_record_of_its_own_and_another_leads_back() throws Exception {
        String id = "public record Id(String s) {}";
        Signature old = version("Id", "Val", "", id, "public record Val(int cents) {}");
        Signature now = version("Id", "Val", "T", id, "public record Val(double euros) {}", """
                public record Was(int cents) {}
                public static final class T implements KeyedTransfer<Id, Was, Val> {
                    public Val entry(Id key, Was old) { return new Val(old.cents() / 100.0); }
                }
                """);
        Object key = make(key(old), "k");
        Object keyNow = make(key(now), "k");
        Object before = make(value(old), 250);
        Object after = mapping(old, now).value(key, keyNow, before);
        assertThat(after).isInstanceOf(value(now)).hasToString("Val[euros=2.5]");
        refused(now, old, "the keyed state 'map' does not fit", "of the value Val nothing is there for its component cents");

        Signature reversible = version("Id", "Val", "T.class, Op.Back", id, "public record Val(double euros) {}", """
                public record Was(int cents) {}
                public static final class T implements KeyedTransfer<Id, Was, Val> {
                    public Val entry(Id key, Was old) { return new Val(old.cents() / 100.0); }
                }
                public static final class Back implements KeyedTransfer<Id, Val, Was> {
                    public Was entry(Id key, Val old) { return new Was((int) (old.euros() * 100) + key.s().length()); }
                }
                """);
        Object back =
                mapping(reversible, old).value(make(key(reversible), "kk"), key, make(value(reversible), 3.0));
        assertThat(back).isInstanceOf(value(old)).hasToString("Val[cents=302]");
    }

    @Test
    void a_transfer_between_values_that_look_the_same_is_refused() throws Exception {
        Signature version = version("String", "Long", "T", """
                public static final class T implements KeyedTransfer<String, Long, Long> {
                    public Long entry(String key, Long old) { return old * 1000; }
                }
                """);
        assertThat(mapping(version, version).isByReference()).isTrue();
        refused(version("String", "Long", ""), version, "T makes a Long of its like", "give the new values a record of their own");
    }

    @Test
    void what_does_not_fit_is_refused_with_what_to_do() {
        Signature text = version("String", "String", "");
        Signature none = signature("package test; public final class Op implements neurath.api.Operator {}");
        refused(text, version("String", "Long", ""), "of the value String java.lang.String is no java.lang.Long", "transferredBy");
        refused(text, version("Long", "String", ""), "of the key String java.lang.String is no java.lang.Long");
        refused(text, none, "'map'", "would be lost", "@KeyedState");
        assertThat(States.problem(none, text)).isEmpty();
        refused(version("Id", "Long", "", "public record Id(String s, In in) {} public record In(int x, int y) {}"),
                version("Id", "Long", "", "public record Id(String s, In in) {} public record In(int x) {}"),
                "of the key Id the new key has no component in.y, so two entries could become one");
        refused(text, version("String", "Long", "T", """
                public static final class T implements KeyedTransfer<String, String, Integer> {
                    public Integer entry(String key, String old) { return 1; }
                }
                """), "its transfer T makes entries from String to Integer and not from String to Long");
    }

    @Test
    void declarations_that_cannot_be_checked_are_refused() {
        assertThatThrownBy(() -> version("String", "List", "")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("test.Op, keyed state map: java.util.List does not say what it holds");
        assertThatThrownBy(() -> version("int", "Long", "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> version("String", "byte[]", "")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("byte[]");
        assertThatThrownBy(() -> signature("""
                package test;
                import neurath.api.*;
                @KeyedState(name = "a", key = String.class, value = Long.class)
                @KeyedState(name = "a", key = Long.class, value = Long.class)
                public final class Op implements Operator {}
                """)).hasMessageContaining("it is declared twice");
    }
}
