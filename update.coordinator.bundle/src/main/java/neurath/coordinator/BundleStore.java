package neurath.coordinator;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import neurath.engine.OperatorVersion;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bundles that flows are to be resumed with, kept beside the framework's cache, which loses bundles when the platform is killed.
 * Kept are those of operators, and what they are wired to; not the platform's own, which are where they were built. For the deployer's
 * thread.
 */
final class BundleStore implements BundleKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(BundleStore.class);
    private static final String PLATFORM = "reference:";

    private final BundleContext context;
    private final JarStore jars;
    private final Map<String, StoredBundle> latest = new HashMap<>();

    BundleStore(BundleContext context, JarStore jars) {
        this.context = context;
        this.jars = jars;
    }

    @Override
    public List<StoredBundle> keep(Collection<OperatorVersion> versions) throws IOException {
        var stored = new ArrayList<StoredBundle>();
        for (Bundle bundle : withWhatTheyNeed(versions.stream().map(this::bundleOf).filter(found -> found != null).toList())) {
            stored.add(keep(bundle));
        }
        return stored;
    }

    private Bundle bundleOf(OperatorVersion version) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> version.origin().equals("bundle " + bundle.getBundleId()))
                .findFirst()
                .orElse(null);
    }

    private StoredBundle keep(Bundle bundle) throws IOException {
        StoredBundle known = latest.get(bundle.getLocation());
        if (known != null && known.key().equals(key(bundle))) {
            return known;
        }
        var stored = new StoredBundle(bundle.getLocation(), key(bundle), name(bundle), digest(bundle));
        latest.put(stored.location(), stored);
        return stored;
    }

    private String digest(Bundle bundle) throws IOException {
        String deployed = HotDeploy.digestIn(bundle);
        if (deployed != null && jars.holds(deployed)) {
            return deployed;
        }
        try {
            return jars.put(new BundleJar(bundle));
        } catch (IOException | IllegalStateException e) { // the latter where it was uninstalled
            throw new IOException(name(bundle) + " (bundle " + bundle.getBundleId() + ") cannot be put into the store: " + e.getMessage(),
                    e);
        }
    }

    /** As the keys of operator versions end. */
    private static String key(Bundle bundle) {
        return bundle.getBundleId() + "-" + bundle.getLastModified();
    }

    private static String name(Bundle bundle) {
        return bundle.getSymbolicName() + ' ' + bundle.getVersion();
    }

    private static Set<Bundle> withWhatTheyNeed(List<Bundle> bundles) {
        var needed = new LinkedHashSet<Bundle>();
        var left = new ArrayDeque<>(bundles);
        while (!left.isEmpty()) {
            Bundle bundle = left.poll();
            boolean ours = bundle.getBundleId() == 0 || bundle.getLocation().startsWith(PLATFORM);
            if (!ours && needed.add(bundle)) {
                wiredTo(bundle).forEach(left::add);
            }
        }
        return needed;
    }

    private static Stream<Bundle> wiredTo(Bundle bundle) {
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        if (wiring == null) {
            return Stream.empty();
        }
        return Stream.concat(
                wiring.getRequiredWires(null).stream().map(BundleWire::getProvider),
                wiring.getProvidedWires(HostNamespace.HOST_NAMESPACE).stream().map(BundleWire::getRequirer))
                .map(revision -> revision.getBundle());
    }

    /**
     * Brings back what the framework has lost: from the store, with the location it had, and started.
     *
     * @return those that have another key now, by their key before
     */
    Map<String, StoredBundle> bringBack(List<StoredBundle> stored) {
        var rekeyed = new LinkedHashMap<String, StoredBundle>();
        var lost = new ArrayList<Bundle>();
        for (StoredBundle bundle : stored) {
            Bundle there = context.getBundle(bundle.location());
            try {
                if (there == null) {
                    there = install(bundle);
                    lost.add(there);
                }
                String key = key(there);
                if (!key.equals(bundle.key()) && (lost.contains(there) || isOf(there, bundle))) {
                    var now = new StoredBundle(bundle.location(), key, bundle.name(), bundle.digest());
                    rekeyed.put(bundle.key(), now);
                    latest.put(now.location(), now);
                } else if (key.equals(bundle.key())) {
                    latest.put(bundle.location(), bundle);
                }
            } catch (BundleException | IOException e) {
                LOG.error("{} ({}) was lost from the framework's cache and cannot be brought back from {}: {}; install it again. Until then"
                        + " flows take the highest versions that fit",
                        bundle.name(), bundle.location(), jars.file(bundle.digest()), e.getMessage());
            }
        }
        lost.forEach(BundleStore::start);
        return rekeyed;
    }

    private Bundle install(StoredBundle bundle) throws BundleException, IOException {
        if (!jars.holds(bundle.digest())) {
            throw new IOException("the file is missing, or is not what its name says");
        }
        try (InputStream in = jars.open(bundle.digest())) {
            Bundle installed = context.installBundle(bundle.location(), in);
            LOG.warn("{} ({}) was lost from the framework's cache and is brought back as bundle {}",
                    bundle.name(), bundle.location(), installed.getBundleId());
            return installed;
        }
    }

    private boolean isOf(Bundle there, StoredBundle bundle) throws IOException {
        return digest(there).equals(bundle.digest());
    }

    private static void start(Bundle bundle) {
        try {
            bundle.start();
        } catch (BundleException e) {
            LOG.error("bundle {} was brought back and does not start: {}", bundle.getBundleId(), e.getMessage(), e);
        }
    }

    /** The bundle of a location is uninstalled. */
    void forget(String location) {
        latest.remove(location);
    }

    /** Of some stored bundles those that no version with one of these keys needs. */
    List<StoredBundle> unneeded(List<StoredBundle> stored, Set<String> keys) {
        Set<String> used = keys.stream().map(key -> key.substring(key.lastIndexOf('#') + 1)).collect(Collectors.toSet());
        List<Bundle> bundles = Arrays.stream(context.getBundles()).filter(bundle -> used.contains(key(bundle))).toList();
        if (bundles.size() < used.size()) {
            return List.of();
        }
        Set<String> needed = withWhatTheyNeed(bundles).stream().map(Bundle::getLocation).collect(Collectors.toSet());
        return stored.stream().filter(bundle -> !needed.contains(bundle.location())).toList();
    }

    /** Removes a jar that neither a stored bundle nor one that was hot-deployed needs. */
    void release(String digest, List<StoredBundle> stored) {
        try {
            if (!digests(stored).contains(digest)) {
                jars.remove(digest);
            }
        } catch (IOException e) {
            LOG.warn("{} is not needed any more and cannot be removed", jars.file(digest), e);
        }
    }

    /** Removes all jars that nobody needs. */
    void sweep(List<StoredBundle> stored) {
        try {
            jars.retain(digests(stored));
        } catch (IOException e) {
            LOG.warn("the store cannot be cleaned of what is not needed any more", e);
        }
    }

    private Set<String> digests(List<StoredBundle> stored) {
        return Stream.concat(
                stored.stream().map(StoredBundle::digest),
                Arrays.stream(context.getBundles()).map(HotDeploy::digestIn).filter(digest -> digest != null))
                .collect(Collectors.toSet());
    }
}
