package neurath.engine;

import neurath.api.PacketAdapter;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A packet adapter that a bundle offers. It is known while it is offered, and made only when it is fetched. For any thread.
 */
@ConsumerType
public interface Adapter {
    /** As written in messages: {@code WordToText of bundle 42}. */
    String label();

    /** Its class, which names both types as type arguments. */
    Class<?> type();

    /**
     * The adapter itself, made by its bundle where it was not there yet.
     *
     * @throws IllegalStateException if its bundle does not offer it any more, or it cannot be made
     */
    PacketAdapter<?, ?> fetch();

    /** Gives it back when no arc uses it any more. */
    void release(PacketAdapter<?, ?> fetched);
}
