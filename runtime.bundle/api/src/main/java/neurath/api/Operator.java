package neurath.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * The code that fills a node of a flow.
 *
 * <p>One instance serves one node of one flow. The runtime makes it, {@link #open opens} it before its first packet and
 * {@link #close closes} it once, after its last. Everything in between is called by one thread at a time, the thread of the node's
 * section, with a happens-before edge from call to call; fields need no locks. {@code open} and {@code close} run beside the
 * section, before the instance is put in and after it was taken out.
 *
 * <p>An instance is not a member of the component's life cycle: Declarative Services inject its constructor, the runtime owns it
 * from then on. It lives on when its bundle, Declarative Services or the coordinator stop, so it has no {@code @Activate} methods,
 * no {@code @Deactivate} and no dynamic references.
 *
 * <p>An operator starts no threads: timers, readiness of channels and blocking work belong to the runtime ({@link Timed},
 * {@link Polling}, {@link RunsBlocking}). What it emits on another thread than its section's is refused. While its code runs, the thread's
 * context class loader is that of its bundle; in a section of several nodes it is that of the node whose turn it is.
 */
@ConsumerType
public interface Operator {
    /**
     * Prepares this instance: reads parameters, binds ports, allocates what is its own. May throw; then the flow does not start,
     * or the update is aborted and the running version carries on.
     */
    default void open(Context context) throws Exception {}

    /** Every input has ended: emits what is still held back. The outputs end after it returns. */
    default void ended() throws Exception {}

    /**
     * Releases what {@link #open} allocated. What was handed on as {@linkplain Stateful state} or was emitted is no longer this
     * instance's and stays open.
     */
    default void close() throws Exception {}
}
