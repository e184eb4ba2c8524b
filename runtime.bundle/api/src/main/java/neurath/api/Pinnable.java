package neurath.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A packet of a request that may have begun before an update. Where an update pins requests, it goes to the version that was there when
 * the request began; a packet that shows no beginning goes to the new one.
 */
@ConsumerType
public interface Pinnable {
    /** What {@link Context#begin} gave when the request began, or {@code null}. Does not throw. */
    Beginning beginning();
}
