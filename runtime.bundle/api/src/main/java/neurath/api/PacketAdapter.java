package neurath.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes packets of a newer type of those of an older one, or the other way round, so that operators built against two versions of a
 * message package can be neighbours.
 *
 * <p>Offered by any bundle as a service: {@code @Component(service = PacketAdapter.class)}. Where an arc would lead from an output of
 * type {@code A} to an input of type {@code B}, the runtime adapts each packet at the end of the arc, and nowhere else. One class name
 * in two versions of its package cannot be imported twice: {@code A} may then be a record of the adapter's own bundle that has the
 * simple name and the components of the older record.
 *
 * @param <A> type of the packets on the arc
 * @param <B> type of the packets the input takes
 */
@ConsumerType
@FunctionalInterface
public interface PacketAdapter<A, B> {
    /**
     * Adapts one packet. Called by the section's thread of the node that takes it, and by those of several nodes at a time: it keeps no
     * state. An exception is a failure of that packet.
     *
     * @return not {@code null}
     */
    B adapt(A packet) throws Exception;
}
