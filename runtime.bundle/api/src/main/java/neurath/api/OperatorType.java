package neurath.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * The type name of an operator, such as {@code http/load}, by which the nodes of a graph ask for it.
 *
 * <p>Put on the operator's class beside {@code @Component(service = Operator.class, scope = PROTOTYPE)}. The bundle then provides
 * the capability {@code neurath.operator} with the attributes {@code operator}, {@code version} and {@code implementation} (the
 * class), which the OSGi resolver and the runtime find it by. The version is that of the operator's package, the {@code @Version}
 * in its {@code package-info}, and the same as its bundle's: bnd offers annotations the one and not the other.
 */
@ComponentPropertyType
@Capability(
        namespace = OperatorType.NAMESPACE,
        attribute = {"version:Version=\"${@version}\"", "implementation=\"${@class}\""})
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OperatorType {
    /** Namespace of the capability that an operator's bundle provides. */
    String NAMESPACE = "neurath.operator";

    /** Prefix of the component property; the property is named {@code neurath.operator.type}. */
    String PREFIX_ = "neurath.";

    /** The type name: words of letters, digits, {@code -} and {@code _}, with slashes between. */
    @Attribute("operator")
    String value();
}
