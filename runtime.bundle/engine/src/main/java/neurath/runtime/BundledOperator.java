package neurath.runtime;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import neurath.api.Operator;
import neurath.api.OperatorType;
import neurath.engine.OperatorVersion;
import neurath.engine.Signature;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceObjects;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An operator version in a bundle. It is known by the bundle's wiring, that is, by its class loader: the same after its service or its
 * bundle was stopped and started, another one after an update or a refresh.
 */
final class BundledOperator implements OperatorVersion {
    private static final Logger LOG = LoggerFactory.getLogger(BundledOperator.class);
    private static final String GONE = " is not there any more: its bundle was stopped, updated, refreshed or uninstalled";
    private static final Pattern OPERATOR = Pattern.compile("\\(operator=([^)]+)\\)");
    private static final Pattern EXACT = Pattern.compile("\\(version=([^)]+)\\)");

    private final Bundle bundle;
    private final BundleWiring wiring;
    private final ClassLoader loader;
    private final String operator;
    private final Version version;
    private final Signature signature;
    private final List<Partner> partners;
    private final ServiceObjects<Operator> instances;
    private final AtomicBoolean preloaded = new AtomicBoolean();

    BundledOperator(BundleWiring wiring, BundleCapability capability, ServiceObjects<Operator> instances) throws ClassNotFoundException {
        this.bundle = wiring.getBundle();
        this.wiring = wiring;
        this.loader = wiring.getClassLoader();
        this.operator = (String) capability.getAttributes().get("operator");
        this.version = (Version) capability.getAttributes().get("version");
        this.instances = instances;
        String implementation = (String) capability.getAttributes().get("implementation");
        this.signature = Signature.of(bundle.loadClass(implementation).asSubclass(Operator.class));
        this.partners = partners(wiring);
    }

    private static List<Partner> partners(BundleWiring wiring) {
        var partners = new ArrayList<Partner>();
        for (BundleRequirement requirement : wiring.getRequirements(OperatorType.NAMESPACE)) {
            String filter = requirement.getDirectives().getOrDefault("filter", "");
            Matcher operator = OPERATOR.matcher(filter);
            Matcher exact = EXACT.matcher(filter);
            if (operator.find()) {
                partners.add(new Partner(operator.group(1), exact.find() ? exactly(exact.group(1)) : new VersionRange("0")));
            }
        }
        return List.copyOf(partners);
    }

    private static VersionRange exactly(String version) {
        Version only = Version.parseVersion(version);
        return new VersionRange(VersionRange.LEFT_CLOSED, only, only, VersionRange.RIGHT_CLOSED);
    }

    @Override
    public String operator() {
        return operator;
    }

    @Override
    public Version version() {
        return version;
    }

    @Override
    public String origin() {
        return "bundle " + bundle.getBundleId();
    }

    @Override
    public List<Partner> partners() {
        return partners;
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public boolean isOfAnOperator(Class<?> type) {
        Bundle home = FrameworkUtil.getBundle(elementOf(type));
        if (home == null || home.equals(bundle)) {
            return home != null;
        }
        BundleRevision revision = home.adapt(BundleRevision.class);
        return revision != null && !revision.getDeclaredCapabilities(OperatorType.NAMESPACE).isEmpty();
    }

    private static Class<?> elementOf(Class<?> type) {
        return type.isArray() ? elementOf(type.getComponentType()) : type;
    }

    @Override
    public Optional<ClassLoader> loader() {
        return Optional.of(loader);
    }

    @Override
    public Operator create() {
        if (preloaded.compareAndSet(false, true)) {
            preload();
        }
        Operator made = instances.getService();
        if (made == null) {
            throw new IllegalStateException(label() + " of " + origin() + (isCurrent()
                    ? " could not be made: its component did not activate; the log has the reason of Declarative Services"
                    : GONE));
        }
        return made;
    }

    @Override
    public void release(Operator released) {
        try {
            instances.ungetService(released);
        } catch (IllegalStateException | IllegalArgumentException e) {
            LOG.debug("{} of {} was given back when its service had gone already", label(), origin(), e);
        }
    }

    /** Whether its bundle is active and still runs this code. */
    boolean isCurrent() {
        return bundle.getState() == Bundle.ACTIVE && wiring.equals(bundle.adapt(BundleWiring.class));
    }

    /** When its bundle was installed or updated last, in milliseconds since 1970. */
    long installed() {
        return bundle.getLastModified();
    }

    String key() {
        return label() + '#' + bundle.getBundleId() + '-' + bundle.getLastModified();
    }

    /**
     * Loads all classes of the bundle, so that an instance that still drains works after its bundle was uninstalled, updated or
     * refreshed: what is loaded then stays.
     */
    private void preload() {
        Collection<String> resources = wiring.listResources("/", "*.class",
                BundleWiring.LISTRESOURCES_RECURSE | BundleWiring.LISTRESOURCES_LOCAL);
        if (resources == null) {
            throw new IllegalStateException(label() + " of " + origin() + GONE);
        }
        for (String resource : resources) {
            String name = resource.substring(0, resource.length() - ".class".length()).replace('/', '.');
            try {
                Class.forName(name, false, loader);
            } catch (ClassNotFoundException | LinkageError e) {
                LOG.debug("{}: {} cannot be loaded ahead", origin(), name, e);
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BundledOperator that && wiring.equals(that.wiring) && operator.equals(that.operator);
    }

    @Override
    public int hashCode() {
        return Objects.hash(wiring, operator);
    }

    @Override
    public String toString() {
        return label() + " of " + origin();
    }
}
