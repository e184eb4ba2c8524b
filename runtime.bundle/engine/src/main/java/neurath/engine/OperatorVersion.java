package neurath.engine;

import java.util.List;
import java.util.Optional;
import neurath.api.Operator;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;

/** The code that can fill a node: one version of one operator, known by where it comes from and not by its number alone. */
@ConsumerType
public interface OperatorVersion {
    /** Type name, such as {@code http/load}. */
    String operator();

    Version version();

    /** Where it comes from, for people: {@code bundle 42}. */
    String origin();

    /** The versions of other operators it works together with; where the flow has such an operator, one of these must fill it. */
    default List<Partner> partners() {
        return List.of();
    }

    /** What the operator's class declares. */
    Signature signature();

    /** Whether a class is of this or of another operator's bundle, and so no type for packets: with that bundle it would go. */
    default boolean isOfAnOperator(Class<?> type) {
        return false;
    }

    /** The class loader that this version's code alone is of; nothing if it shares it with others. */
    default Optional<ClassLoader> loader() {
        return Optional.empty();
    }

    /** A new instance, not opened yet. */
    Operator create() throws Exception;

    /** Gives an instance back that is closed and will get no call any more. */
    void release(Operator operator);

    /**
     * Another operator that this version depends on.
     *
     * @param operator its type name
     * @param versions which of its versions will do
     */
    record Partner(String operator, VersionRange versions) {
        @Override
        public String toString() {
            return operator + ' ' + (versions.isExact() ? versions.getLeft() : versions);
        }
    }

    /** As written in messages: {@code http/load@2.0.0}. */
    default String label() {
        return operator() + '@' + version();
    }
}
