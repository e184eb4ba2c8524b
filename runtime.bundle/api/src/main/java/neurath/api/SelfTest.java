package neurath.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * An operator that can tell whether it is well. It is asked again and again while an update that brought it is on probation; a version
 * that says no is rolled back.
 */
@ConsumerType
public interface SelfTest extends Operator {
    /**
     * Returns if all is well. Called by the section's thread between two packets: it must be short.
     *
     * @throws Exception what is wrong, for people
     */
    void test() throws Exception;
}
