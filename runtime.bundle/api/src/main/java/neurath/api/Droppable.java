package neurath.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A packet, or a subject of a watch, that owns something outside: a file, a connection with somebody waiting for an answer.
 *
 * <p>Whoever throws such a packet away says so: the runtime when handling it failed, when no arc leads on, when the flow ends.
 */
@ConsumerType
public interface Droppable {
    /**
     * Releases what the packet owns and answers whoever waits. Does not throw. For any thread.
     *
     * @param reason what happened, for logs and answers
     */
    void dropped(Throwable reason);
}
