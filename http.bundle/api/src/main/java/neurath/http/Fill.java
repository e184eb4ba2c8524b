package neurath.http;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Who keeps what is found for a request: a cache that missed it. It travels with the request, and whoever brings hits and misses together
 * tells it, so that no arc leads back.
 *
 * <p>Thread safety: for any thread. It may be called when the operator that made it is out, or never.
 */
@ConsumerType
@FunctionalInterface
public interface Fill {
    /**
     * This was found. Does not block and does not throw; what it keeps it shares with the packet.
     *
     * @param loaded goes on its way afterwards
     */
    void found(Loaded loaded);

    /** Both of them. */
    default Fill and(Fill other) {
        return loaded -> {
            found(loaded);
            other.found(loaded);
        };
    }
}
