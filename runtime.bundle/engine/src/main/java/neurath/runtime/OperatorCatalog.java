package neurath.runtime;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import neurath.api.Operator;
import neurath.api.OperatorType;
import neurath.engine.Catalog;
import neurath.engine.Conversions;
import neurath.engine.OperatorVersion;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator versions in bundles: the one class that holds the dynamic reference to operators. Its callbacks note what came and went
 * and say that something changed; they do no other work.
 */
@Component(service = Catalog.class, immediate = true)
public final class OperatorCatalog implements Catalog, BundleListener {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorCatalog.class);

    private final BundleContext context;
    private final OwnershipRule rule;
    private final ConversionCatalog conversions;
    private final Map<ServiceReference<Operator>, Offer> offers = new ConcurrentHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** A service, and what it turned out to be when it was first looked at: a version, or a reason. */
    private static final class Offer {
        private final ServiceReference<Operator> reference;
        private OperatorVersion version;
        private Unusable unusable;

        Offer(ServiceReference<Operator> reference) {
            this.reference = reference;
        }
    }

    @Activate
    public OperatorCatalog(
            BundleContext context, @Reference ServiceComponentRuntime components, @Reference ConversionCatalog conversions) {
        this.context = context;
        this.conversions = conversions;
        this.rule = new OwnershipRule(components);
        context.addBundleListener(this);
    }

    @Deactivate
    void deactivate() {
        context.removeBundleListener(this);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, service = Operator.class)
    void addOperator(ServiceReference<Operator> reference) {
        offers.put(reference, new Offer(reference));
        changed();
    }

    void removeOperator(ServiceReference<Operator> reference) {
        offers.remove(reference);
        changed();
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        changed();
    }

    private void changed() {
        listeners.forEach(Runnable::run);
    }

    @Override
    public List<OperatorVersion> available() {
        return offers.values().stream()
                .map(this::look)
                .map(offer -> offer.version)
                .filter(version -> version != null && isCurrent(version))
                .toList();
    }

    @Override
    public boolean isCurrent(OperatorVersion version) {
        return ((BundledOperator) version).isCurrent();
    }

    @Override
    public String key(OperatorVersion version) {
        return ((BundledOperator) version).key();
    }

    @Override
    public Comparator<OperatorVersion> newest() {
        return Comparator.comparingLong(version -> ((BundledOperator) version).installed());
    }

    @Override
    public Conversions conversions() {
        return conversions.offered();
    }

    @Override
    public Subscription subscribe(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public List<Unusable> unusable() {
        var unusable = new ArrayList<Unusable>();
        offers.values().forEach(offer -> Optional.ofNullable(look(offer).unusable).ifPresent(unusable::add));
        for (Bundle bundle : context.getBundles()) {
            BundleRevision revision = bundle.adapt(BundleRevision.class);
            if (revision == null || bundle.getState() == Bundle.ACTIVE) {
                continue;
            }
            for (BundleCapability capability : revision.getDeclaredCapabilities(OperatorType.NAMESPACE)) {
                unusable.add(new Unusable(label(capability), "bundle " + bundle.getBundleId(), notStarted(bundle)));
            }
        }
        return unusable;
    }

    private static String notStarted(Bundle bundle) {
        return bundle.getState() == Bundle.INSTALLED
                ? "its bundle is installed and not resolved; 'start " + bundle.getBundleId() + "' starts it or tells what it lacks"
                : "its bundle is not started; 'start " + bundle.getBundleId() + "' starts it";
    }

    private Offer look(Offer offer) {
        synchronized (offer) {
            if (offer.version == null && offer.unusable == null) {
                judge(offer);
            }
            return offer;
        }
    }

    private void judge(Offer offer) {
        Bundle bundle = offer.reference.getBundle();
        BundleWiring wiring = bundle == null ? null : bundle.adapt(BundleWiring.class);
        if (wiring == null) {
            return;
        }
        String type = String.valueOf(offer.reference.getProperty("neurath.operator.type"));
        String component = String.valueOf(offer.reference.getProperty("component.name"));
        BundleCapability capability = wiring.getCapabilities(OperatorType.NAMESPACE).stream()
                .filter(declared -> type.equals(declared.getAttributes().get("operator")))
                .findFirst()
                .orElse(null);
        String label = capability == null ? type : label(capability);
        String origin = "bundle " + bundle.getBundleId();
        try {
            if (capability == null) {
                throw new IllegalArgumentException("its bundle provides no capability neurath.operator for " + type
                        + "; put @OperatorType on the component's class and build it with bnd");
            }
            String implementation = (String) capability.getAttributes().get("implementation");
            Optional<String> violation = rule.violation(bundle, component, bundle.loadClass(implementation));
            if (violation.isPresent()) {
                throw new IllegalArgumentException(violation.get());
            }
            offer.version = new BundledOperator(wiring, capability, context.getServiceObjects(offer.reference));
        } catch (ClassNotFoundException | LinkageError | RuntimeException e) {
            offer.unusable = new Unusable(label, origin, e.getMessage() == null ? e.toString() : e.getMessage());
            LOG.warn("{} of {} cannot be used: {}", label, origin, offer.unusable.reason());
            LOG.debug("why it cannot be used", e);
        }
    }

    private static String label(BundleCapability capability) {
        return capability.getAttributes().get("operator") + "@" + capability.getAttributes().get("version");
    }
}
