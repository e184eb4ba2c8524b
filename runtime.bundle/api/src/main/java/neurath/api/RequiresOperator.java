package neurath.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Requirement;

/**
 * This operator version works only together with exactly that version of another operator.
 *
 * <p>It becomes a requirement on the {@code neurath.operator} capability: without the partner's bundle the resolver refuses this
 * one and says why, and the coordinator switches the connected set of mutually dependent versions with one marker. The version is
 * exact on purpose: a range would wire a newer half to a retired partner, and removing that one would restart the running pair.
 */
@Requirement(
        namespace = OperatorType.NAMESPACE,
        filter = "(&(operator=${#operator})(version=${#version}))")
@Repeatable(RequiresOperators.class)
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface RequiresOperator {
    /** Type name of the partner, such as {@code http/reply}. */
    String operator();

    /** Exact version of the partner, such as {@code 2.0.0}. */
    String version();
}
