package neurath.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Brings the state of an older or newer version into the shape of this one.
 *
 * @param <O> the other version's shape, as a record of this bundle with the same component names
 * @param <N> this version's shape
 */
@ConsumerType
@FunctionalInterface
public interface StateTransfer<O extends Record, N extends Record> {
    N transfer(O old) throws Exception;
}
