package neurath.api;

import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;

/**
 * State by key: a map that the runtime keeps for an operator, copies to the next version while this one works on, and hands over at the
 * marker. However large it is, the region waits only for what has changed since.
 *
 * <p>Keys and values are immutable: a value is changed by putting another one, never inside. They are records of the operator's own
 * bundle, or of types of the JDK or an exported package, and never {@code null}.
 *
 * <p>Thread safety: for the section's thread, that is, for every method of the operator but {@code open}, {@code state} and
 * {@code close}. In {@code begin} and {@code restore} it can be read, and filled if the version before had no map of that name.
 *
 * @param <K> a type that is equal by its content
 */
@ProviderType
public interface Keyed<K, V> {
    /** The value of a key, or {@code null}. */
    V get(K key);

    /** The value of a key, or another where there is none. */
    default V getOrDefault(K key, V otherwise) {
        V value = get(key);
        return value == null ? otherwise : value;
    }

    /** Whether a key has a value. */
    default boolean containsKey(K key) {
        return get(key) != null;
    }

    /** Number of the entries. */
    long size();

    /** Whether there are none. */
    default boolean isEmpty() {
        return size() == 0;
    }

    /** Gives a key a value; the value before, or {@code null}. */
    V put(K key, V value);

    /** Takes a key and its value away; the value, or {@code null}. */
    V remove(K key);

    /** Takes all entries away. */
    default void clear() {
        removeIf((key, value) -> true);
    }

    /** Gives a key a value where it has none; the value before, or {@code null}. */
    default V putIfAbsent(K key, V value) {
        V before = get(key);
        return before == null ? put(key, value) : before;
    }

    /**
     * Gives a key the value that a function makes of the one before, {@code null} standing for none on both sides. If it throws,
     * nothing has changed.
     *
     * @return the value now, or {@code null}
     */
    default V compute(K key, BiFunction<? super K, ? super V, ? extends V> function) {
        V before = get(key);
        V after = function.apply(key, before);
        if (after != null) {
            put(key, after);
        } else if (before != null) {
            remove(key);
        }
        return after;
    }

    /** The value of a key; where it has none, the one that a function makes, unless that is {@code null}. */
    default V computeIfAbsent(K key, Function<? super K, ? extends V> function) {
        V before = get(key);
        return before == null ? compute(key, (same, none) -> function.apply(same)) : before;
    }

    /** Gives a key that has a value the one that a function makes of it; {@code null} takes the entry away. The value now. */
    default V computeIfPresent(K key, BiFunction<? super K, ? super V, ? extends V> function) {
        return get(key) == null ? null : compute(key, function);
    }

    /** Gives a key the value, or, if it has one, what a function makes of both; {@code null} takes the entry away. The value now. */
    default V merge(K key, V value, BiFunction<? super V, ? super V, ? extends V> function) {
        return compute(key, (same, before) -> before == null ? value : function.apply(before, value));
    }

    /** Shows all entries, in no order. What is put or removed meanwhile, by the action itself, may be shown or not. */
    void forEach(BiConsumer<? super K, ? super V> action);

    /** Takes the entries away that meet a condition; whether there were any. */
    boolean removeIf(BiPredicate<? super K, ? super V> condition);
}
