package neurath.http;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What is to be written on a connection, and how. The code is that of the operator version that made it, however long the client
 * takes: it holds a {@link neurath.api.Lease} until it has ended.
 *
 * <p>Thread safety: called by one thread at a time, with a happens-before edge from call to call.
 */
@ConsumerType
public interface Answer {
    /**
     * Writes what the channel takes now, a fair share at most. Does not block.
     *
     * @return whether all is written
     * @throws IOException if it cannot be completed; the connection is then closed
     */
    boolean write(SocketChannel channel) throws IOException;

    /** Bytes not written yet. */
    long remaining();

    /**
     * Releases what it holds. Called once. Does not throw.
     *
     * @param failure {@code null} if all was written
     */
    void ended(Throwable failure);
}
