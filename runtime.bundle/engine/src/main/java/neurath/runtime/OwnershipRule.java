package neurath.runtime;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.service.component.ComponentConstants;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;

/**
 * Declarative Services inject, the runtime owns. An operator must survive the stop of its bundle and of Declarative Services, so it has
 * no life-cycle methods that would then be called on a running instance, and no services that would then be taken away.
 */
final class OwnershipRule {
    private final ServiceComponentRuntime components;

    OwnershipRule(ServiceComponentRuntime components) {
        this.components = components;
    }

    /** How a component breaks the rule, or empty if it does not. */
    Optional<String> violation(Bundle bundle, String component, Class<?> type) {
        ComponentDescriptionDTO description = components.getComponentDescriptionDTO(bundle, component);
        if (description == null) {
            return Optional.of("it is no component of Declarative Services");
        }
        if (!"prototype".equals(description.scope)) {
            return Optional.of("its scope is " + description.scope + "; make it @Component(scope = ServiceScope.PROTOTYPE)");
        }
        for (String method : new String[] {description.activate, description.deactivate, description.modified}) {
            if (method != null && declares(type, method)) {
                return Optional.of("it has the life-cycle method " + method + "(); use open() and close() of Operator");
            }
        }
        for (ReferenceDTO reference : description.references) {
            if (ComponentConstants.REFERENCE_NAME_SATISFYING_CONDITION.equals(reference.name)) {
                continue;
            }
            if ("dynamic".equals(reference.policy)) {
                return Optional.of("its reference " + reference.name + " is dynamic; make it static");
            }
            if (reference.scope != null && !"bundle".equals(reference.scope)) {
                return Optional
                        .of("its reference " + reference.name + " asks for the scope " + reference.scope + "; a singleton service only");
            }
        }
        return Optional.empty();
    }

    private static boolean declares(Class<?> type, String method) {
        return Stream.<Class<?>>iterate(type, c -> c != null && c != Object.class, Class::getSuperclass)
                .flatMap(c -> Arrays.stream(c.getDeclaredMethods()))
                .anyMatch(m -> m.getName().equals(method));
    }
}
