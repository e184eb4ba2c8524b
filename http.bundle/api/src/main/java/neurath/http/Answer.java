package neurath.http;

import java.io.IOException;
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
     * Writes what the transport takes now, a fair share at most. Does not block. Called again when all is written, as long as the
     * transport has not sent it on.
     *
     * @return whether all is written
     * @throws IOException if it cannot be completed; the connection is then closed
     */
    boolean write(Transport transport) throws IOException;

    /**
     * What it is fed from, where it waits for more of that rather than for the client; {@code null} if the client is all it waits for. It
     * is asked after a {@link #write} that has not written all.
     */
    default Feed awaits() {
        return null;
    }

    /** Bytes not written yet; where nobody knows how many there will be, a number that becomes less by what is written. */
    long remaining();

    /**
     * Releases what it holds. Called once. Does not throw.
     *
     * @param failure {@code null} if all was written
     */
    void ended(Throwable failure);
}
