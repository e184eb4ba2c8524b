package neurath.api;

import org.osgi.annotation.versioning.ConsumerType;

/** An operator that is told when its timers expire. */
@ConsumerType
public interface Timed extends Operator {
    /**
     * A timer has expired.
     *
     * @param subject as given to {@link Context#timer}, perhaps by an earlier version of this operator
     */
    void expired(Object subject) throws Exception;
}
