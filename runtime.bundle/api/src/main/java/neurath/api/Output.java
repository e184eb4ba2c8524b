package neurath.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * An output port. For the section's thread only.
 *
 * @param <T> type of the packets
 */
@ProviderType
public interface Output<T> {
    /**
     * Sends a packet down every arc that leaves the port. Where an arc is full the section waits; the packet is never refused.
     *
     * @param packet not {@code null}; the receiver's from now on
     */
    void emit(T packet);

    /** Whether an arc leaves the port. */
    boolean connected();
}
