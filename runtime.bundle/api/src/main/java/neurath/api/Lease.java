package neurath.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Work of an instance that goes on outside its node. After an update the old instance is retired, and its bundle may go, only when
 * its last lease has been given back. For any thread.
 */
@ProviderType
public interface Lease extends AutoCloseable {
    /** Gives the lease back; a second call does nothing. */
    @Override
    void close();
}
