package neurath.runtime;

import java.util.Comparator;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceObjects;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A component that a bundle offers as a service. Its class is known without an object of it; objects are fetched through the context of
 * this bundle, whoever asks.
 */
final class OfferedService<S> {
    /** The service to take first is the first: by ranking, then by age. */
    static final Comparator<OfferedService<?>> BEST = Comparator.<OfferedService<?>>comparingInt(service -> -service.ranking)
            .thenComparingLong(service -> service.id);

    private static final Logger LOG = LoggerFactory.getLogger(OfferedService.class);

    private final ServiceReference<S> reference;
    private final ServiceObjects<S> objects;
    private final Class<?> type;
    private final String origin;
    private final int ranking;
    private final long id;

    /** @throws IllegalArgumentException if it is no component, or has gone already */
    OfferedService(ServiceReference<S> reference, BundleContext context, ServiceComponentRuntime components) {
        this.reference = reference;
        this.objects = context.getServiceObjects(reference);
        Bundle bundle = reference.getBundle();
        if (bundle == null || objects == null) {
            throw new IllegalArgumentException("it has gone");
        }
        this.origin = "bundle " + bundle.getBundleId();
        this.ranking = reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer number ? number : 0;
        this.id = (Long) reference.getProperty(Constants.SERVICE_ID);
        this.type = typeOf(bundle, components);
    }

    private Class<?> typeOf(Bundle bundle, ServiceComponentRuntime components) {
        ComponentDescriptionDTO description = Optional.ofNullable(property("component.name"))
                .map(name -> components.getComponentDescriptionDTO(bundle, name))
                .orElseThrow(() -> new IllegalArgumentException("it is no component of Declarative Services; put @Component on its class"));
        try {
            return bundle.loadClass(description.implementationClass);
        } catch (ClassNotFoundException | LinkageError e) {
            throw new IllegalArgumentException("its class cannot be loaded: " + e.getMessage(), e);
        }
    }

    /** A property of the service as text; {@code null} if it has none. */
    String property(String name) {
        Object value = reference.getProperty(name);
        return value == null ? null : value.toString();
    }

    Class<?> type() {
        return type;
    }

    /** {@code CountToTally of bundle 42}. */
    String label() {
        return type.getSimpleName() + " of " + origin;
    }

    boolean isOffered() {
        return reference.getBundle() != null;
    }

    /** @throws IllegalStateException if it has gone, or cannot be made */
    S fetch() {
        S fetched = objects.getService();
        if (fetched == null) {
            throw new IllegalStateException(label() + (isOffered()
                    ? " could not be made: its component did not activate; the log has the reason of Declarative Services"
                    : " is not offered any more; start its bundle, or plan again"));
        }
        return fetched;
    }

    void release(S fetched) {
        try {
            objects.ungetService(fetched);
        } catch (IllegalStateException | IllegalArgumentException e) {
            LOG.debug("{} was given back when its service had gone already", label(), e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OfferedService<?> that && reference.equals(that.reference);
    }

    @Override
    public int hashCode() {
        return reference.hashCode();
    }
}
