package neurath.api;

import org.osgi.annotation.versioning.ConsumerType;

/** An operator without inputs that always has more to emit, until it ends. */
@ConsumerType
public interface Source extends Operator {
    /**
     * Emits a few packets and returns; markers and stops are seen between two calls.
     *
     * @return whether there is more
     */
    boolean produce() throws Exception;
}
