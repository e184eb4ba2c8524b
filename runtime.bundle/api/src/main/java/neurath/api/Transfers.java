package neurath.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Between which operator versions a {@link StateTransfer} that is offered as a service brings state.
 *
 * <p>Put on the class of the transfer beside {@code @Component(service = StateTransfer.class)}. Its bundle may be neither that of the
 * old version nor that of the new: both shapes are then records of its own that mirror theirs. Such a transfer goes before those that
 * the versions declare with {@link TransferredBy}. It is fetched before the marker and given back after the handover.
 */
@ComponentPropertyType
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Transfers {
    /** Prefix of the component properties, such as {@code neurath.transfer.from}. */
    String PREFIX_ = "neurath.transfer.";

    /** Type name of the operator whose state is taken over, such as {@code http/reply}. */
    String from();

    /** Which of its versions: an OSGi version range, such as {@code [1,2)}. */
    String fromVersions() default "0";

    /** Type name of the operator that takes the state over, such as {@code nio/reply}; perhaps the same. */
    String to();

    /** Which of its versions: an OSGi version range, such as {@code [1,2)}. */
    String toVersions() default "0";
}
