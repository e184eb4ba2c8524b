package neurath.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Brings the entries of a {@link Keyed} map from an older or newer version into the shape of this one, each for itself.
 *
 * <p>Entries are transferred ahead, beside the operator that still works, and again when they change: so {@code entry} depends on
 * nothing but its arguments, and changes nothing. State that is not by key passes at the marker, as {@link Stateful} with its
 * {@link StateTransfer}; {@code restore} sees the maps complete.
 *
 * @param <K> this version's keys
 * @param <O> the other version's values: of the JDK or an exported package, or as a record of this bundle with the same component names
 * @param <N> this version's values
 */
@ConsumerType
@FunctionalInterface
public interface KeyedTransfer<K, O, N> {
    /** The value in this version's shape; {@code null} leaves the entry behind. */
    N entry(K key, O old) throws Exception;
}
