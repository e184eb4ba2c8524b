package neurath.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceLoader;
import neurath.build.Repository;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/**
 * The product in a framework in this process, where its class loaders and threads can be counted: the bundles of
 * {@code cnf/platform.properties}, with a web server on a free port. Its classes are not the ones of this class path, so its flow is
 * looked at by reflection.
 */
final class FelixPlatform implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String HOME = "neurath.home";
    private static final String FLOW = "web-server";

    private final Framework framework;
    private final Object flow;
    private final ServiceReference<?> reference;

    /**
     * Starts it, and waits until it serves.
     *
     * @param root folder to serve
     * @param home folder for what it keeps
     */
    FelixPlatform(Path root, Path home) throws IOException, BundleException {
        Properties descriptor = descriptor();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(null);
        System.setProperty(HOME, home.toString()); // for the log's configuration
        try {
            framework = ServiceLoader.load(FrameworkFactory.class, FelixPlatform.class.getClassLoader())
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no OSGi framework on the class path"))
                    .newFramework(properties(descriptor, root, home));
            framework.init();
            install(descriptor);
            framework.start();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
        Waiting.until("the web server to serve", PATIENCE, () -> !serving().isEmpty());
        reference = serving().iterator().next();
        flow = framework.getBundleContext().getService(reference);
    }

    private static Properties descriptor() throws IOException {
        var descriptor = new Properties();
        try (Reader reader = Files.newBufferedReader(Repository.root().resolve("cnf/platform.properties"))) {
            descriptor.load(reader);
        }
        return descriptor;
    }

    private static Map<String, String> properties(Properties descriptor, Path root, Path home) throws IOException {
        var properties = new HashMap<String, String>();
        String prefix = "framework.";
        for (String key : descriptor.stringPropertyNames()) {
            if (key.startsWith(prefix)) {
                properties.put(key.substring(prefix.length()), descriptor.getProperty(key));
            }
        }
        properties.put(Constants.FRAMEWORK_STORAGE, home.resolve("cache").toString());
        properties.put("org.ops4j.pax.logging.property.file", Repository.root().resolve("itests/src/test/logback.xml").toString());
        properties.put(HOME, home.toString());
        properties.put("neurath.load", Files.createDirectories(home.resolve("load")).toString());
        properties.put("neurath.wanted", FLOW);
        properties.put("http.host", "127.0.0.1");
        properties.put("http.port", "0");
        properties.put("http.root", root.toString());
        return properties;
    }

    private void install(Properties descriptor) throws BundleException, IOException {
        Path target = Repository.root().resolve("target");
        var started = new ArrayList<Bundle>();
        for (String name : names(descriptor, "libraries")) {
            installByReference(target.resolve("platform"), name);
        }
        for (String name : names(descriptor, "bundles")) {
            started.add(installByReference(target.resolve("platform"), name));
        }
        for (String name : names(descriptor, "operators")) {
            started.add(install(target.resolve("operators").resolve(name + ".jar")));
        }
        for (Bundle bundle : started) {
            bundle.start();
        }
    }

    private static List<String> names(Properties descriptor, String key) {
        return Arrays.stream(descriptor.getProperty(key, "").split(",")).map(String::strip).filter(name -> !name.isEmpty()).toList();
    }

    private Bundle installByReference(Path folder, String name) throws BundleException {
        return framework.getBundleContext().installBundle("reference:" + folder.resolve(name + ".jar").toUri());
    }

    /** Installs a bundle. */
    Bundle install(Path jar) throws BundleException, IOException {
        try (InputStream content = Files.newInputStream(jar)) {
            return framework.getBundleContext().installBundle(jar.toUri().toString(), content);
        }
    }

    private Collection<ServiceReference<?>> serving() {
        BundleContext context = framework.getBundleContext();
        try {
            ServiceReference<?>[] found = context.getAllServiceReferences(
                    "neurath.engine.Flow", "(&(neurath.flow=" + FLOW + ")(address=*))");
            return found == null ? List.of() : List.of(found);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    InetSocketAddress address() {
        URI uri = URI.create(reference.getProperty("address").toString());
        return new InetSocketAddress(uri.getHost(), uri.getPort());
    }

    /** Waits until a node has a version; nothing else is let pass. */
    void awaitVersion(String node, String version) {
        Waiting.until(node + " to be at " + version, PATIENCE, () -> version(node).equals(version));
    }

    private String version(String node) {
        try {
            Object version = flow.getClass().getMethod("version", String.class).invoke(flow, node);
            Class<?> type = flow.getClass().getClassLoader().loadClass("neurath.engine.OperatorVersion");
            return type.getMethod("version").invoke(version).toString();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the engine of the platform is not as expected", e);
        }
    }

    /** Waits until no replaced instance is at work. */
    void awaitRetirement() {
        Waiting.until("replaced instances to retire", PATIENCE, this::nothingRetires);
    }

    private boolean nothingRetires() {
        try {
            Object retirement = flow.getClass().getMethod("retirement").invoke(flow);
            return ((Collection<?>) retirement.getClass().getMethod("retiring").invoke(retirement)).isEmpty();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the engine of the platform is not as expected", e);
        }
    }

    @Override
    public void close() throws BundleException, InterruptedException {
        framework.stop();
        framework.waitForStop(PATIENCE.toMillis());
        System.clearProperty(HOME);
    }
}
