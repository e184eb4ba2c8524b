package neurath.api;

import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An operator version that needs something outside its flow changed: a schema, the layout of a directory, the configuration of another
 * system. It is changed in two steps (<i>parallel change</i>, or <i>expand and contract</i>), so that the version before and this one can
 * both use it in between. {@link Changes} says what it is.
 *
 * <p>Each step is called on an object of its own, which gets its constructor and this one call: it is never opened, takes no packets and is
 * not closed. So a step shares nothing with the instance that works meanwhile, and can be done by a restart that knows no instance. It runs
 * on a thread of its own that may block.
 *
 * <p>Each step is <b>idempotent</b>: where the platform was killed it is done once more, from the beginning or in the middle, and it finds
 * what an earlier attempt has left. Steps for one node never run at the same time. A node with replicas is one node.
 *
 * <p>From {@code expand} to {@code contract} the instances of this version leave the resource usable by the version before, with what they
 * have written: there may be a way back until then. Whether it is so still, the resource tells.
 */
@ConsumerType
public interface ParallelChange extends Operator {
    /**
     * Makes the resource usable by this version, and leaves it usable by the version before, which works on it meanwhile. Called before an
     * instance of this version is made for a node that had another version, or none, within the update's deadline: what takes long belongs
     * into {@link #contract}. Also called when a flow starts.
     *
     * @throws Exception if it cannot: the update is aborted and {@link #withdraw} called, or the flow does not start
     */
    void expand(Place place) throws Exception;

    /**
     * Takes away what only the version before needed, while this version works. Called when nothing leads back to that one any more: its
     * instances are closed, and a probation was confirmed. Also called after a flow has started. It may take long.
     *
     * @throws Exception if it cannot: that is said, and it is tried again
     */
    void contract(Place place) throws Exception;

    /**
     * Takes back what {@link #expand} has done, also where that has failed or got no further than half of it; the version before works on
     * it meanwhile and goes on using it. Called when the update was aborted or rolled back, and the instances of this version are closed.
     *
     * @throws Exception if it cannot: that is said, and it is tried again
     */
    void withdraw(Place place) throws Exception;

    /** The node for which a resource is changed. */
    @ProviderType
    interface Place {
        /** The node as in messages: {@code web-server/load}. */
        String node();

        /**
         * The node's parameters.
         *
         * @param shape the record named in {@link Parameters}
         */
        <P extends Record> P parameters(Class<P> shape);
    }
}
