package neurath.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * An operator that waits for channels. Its section has a platform thread, with a selector from the first {@link Context#watch} on.
 *
 * <p>Packets, markers, readiness and timers wake the same thread, so an update never waits behind a socket.
 */
@ConsumerType
public interface Polling extends Operator {
    /**
     * A watched channel is ready, or {@link Watch#wake} was called.
     *
     * @param subject as given to {@link Context#watch}, perhaps by an earlier version of this operator
     * @param operations the ready set, of {@link java.nio.channels.SelectionKey}; 0 after {@code wake}
     */
    void ready(Object subject, int operations) throws Exception;
}
