package neurath.engine;

import neurath.api.StateTransfer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A state transfer that a bundle offers for some versions of an operator and some of the same or of another one. It is known while it
 * is offered, and made only when it is fetched. For any thread.
 */
@ConsumerType
public interface Transfer {
    /** As written in messages: {@code CountToTally of bundle 42}. */
    String label();

    /** Its class, which names both shapes as type arguments. */
    Class<?> type();

    /** Whether it is meant for these two. */
    boolean isBetween(OperatorVersion from, OperatorVersion to);

    /** Whether its bundle still offers it. */
    boolean isOffered();

    /**
     * The transfer itself, made by its bundle where it was not there yet.
     *
     * @throws IllegalStateException if its bundle does not offer it any more, or it cannot be made
     */
    StateTransfer<?, ?> fetch();

    /** Gives it back after use. */
    void release(StateTransfer<?, ?> fetched);
}
