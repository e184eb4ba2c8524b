package neurath.http;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Who wants to know how an exchange has ended. The code is that of the operator version that asked, however long the client takes: it
 * holds a {@link neurath.api.Lease} until it was told.
 */
@ConsumerType
@FunctionalInterface
public interface Ending {
    /**
     * The exchange has ended. Called once, by whatever thread ends it. Does not block and does not throw.
     *
     * @param sent bytes of the answer, its head among them, that went to the client
     * @param failure {@code null} if these are all
     */
    void ended(long sent, Throwable failure);
}
