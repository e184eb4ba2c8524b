package neurath.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * When a request began: before or after an update. Packets that belong to it show it ({@link Pinnable}), so that an update can leave
 * the request with the versions it began with. For any thread.
 */
@ProviderType
public interface Beginning extends AutoCloseable {
    /** The request has ended: no packet of it is on its way any more. A second call does nothing. */
    @Override
    void close();
}
