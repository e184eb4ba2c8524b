package neurath.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.startlevel.BundleStartLevel;

/**
 * Brings the bundles of a framework that is initialised, but not started, in line with the run descriptor. Bundles that people
 * installed stay as they are.
 */
final class Bundles {
    private static final String REFERENCE = "reference:";

    private final BundleContext context;
    private final Installation installation;
    private final RunDescriptor descriptor;

    Bundles(BundleContext context, Installation installation, RunDescriptor descriptor) {
        this.context = context;
        this.installation = installation;
        this.descriptor = descriptor;
    }

    /** Platform bundles are read where they were built, so those of the last start may be elsewhere by now. */
    void providePlatform() {
        var wanted = new ArrayList<String>(descriptor.libraries());
        wanted.addAll(descriptor.bundles());
        List<String> locations = wanted.stream().map(this::platformLocation).toList();
        uninstallOtherPlatforms(new HashSet<>(locations), wanted);
        for (String location : locations) {
            install(location, null);
        }
        for (String name : descriptor.bundles()) {
            start(context.getBundle(platformLocation(name)));
        }
    }

    private String platformLocation(String name) {
        return REFERENCE + installation.bundle(name).toUri();
    }

    private void uninstallOtherPlatforms(Set<String> locations, List<String> names) {
        for (Bundle bundle : context.getBundles()) {
            String location = bundle.getLocation();
            boolean platform = location.startsWith(REFERENCE) && names.stream().anyMatch(name -> location.endsWith("/" + name + ".jar"));
            if (platform && !locations.contains(location)) {
                uninstall(bundle);
            }
        }
    }

    /** The first operators are copied; one that is missing is installed and started, one that was built anew is updated. */
    void provideOperators(Digests digests) {
        for (String name : descriptor.operators()) {
            Path jar = installation.operator(name);
            String location = OperatorUrls.location(jar);
            String digest = Digests.of(jar);
            Bundle bundle = context.getBundle(location);
            try (InputStream content = Files.newInputStream(jar)) {
                if (bundle == null) {
                    start(install(location, content));
                } else if (!digest.equals(digests.get(location))) {
                    update(bundle, content);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            digests.put(location, digest);
        }
    }

    /** The bundles that should be active and are not, each with the reason, as sentences. */
    List<String> notActive() {
        var sentences = new ArrayList<String>();
        for (Bundle bundle : context.getBundles()) {
            boolean wanted = bundle.adapt(BundleStartLevel.class).isPersistentlyStarted();
            if (wanted && bundle.getState() != Bundle.ACTIVE) {
                sentences.add(bundle.getSymbolicName() + " " + bundle.getVersion() + " (bundle " + bundle.getBundleId() + ") "
                        + whyNotActive(bundle));
            }
        }
        return sentences;
    }

    private static String whyNotActive(Bundle bundle) {
        try {
            bundle.start(Bundle.START_TRANSIENT);
            return "started too late";
        } catch (BundleException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return "does not start: " + cause.getMessage();
        }
    }

    private Bundle install(String location, InputStream content) {
        try {
            return context.installBundle(location, content);
        } catch (BundleException e) {
            throw new LaunchException("cannot install " + location + ": " + e.getMessage(), e);
        }
    }

    private static void start(Bundle bundle) {
        try {
            bundle.start();
        } catch (BundleException e) {
            throw new LaunchException("cannot mark " + bundle.getLocation() + " as started: " + e.getMessage(), e);
        }
    }

    private static void update(Bundle bundle, InputStream content) {
        try {
            bundle.update(content);
        } catch (BundleException e) {
            throw new LaunchException("cannot update " + bundle.getLocation() + ": " + e.getMessage(), e);
        }
    }

    private static void uninstall(Bundle bundle) {
        try {
            bundle.uninstall();
        } catch (BundleException e) {
            throw new LaunchException("cannot uninstall " + bundle.getLocation() + ": " + e.getMessage(), e);
        }
    }
}
