package neurath.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileLock;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.service.condition.Condition;

/** One life of the platform: from an empty framework, through serving, to a framework stopped in order. */
final class Platform {
    private static final long SECONDS_TO_BE_READY = 30;
    private static final long MILLIS_TO_STOP = 60_000;
    private static final String HOST = "http.host";
    private static final String PORT = "http.port";
    private static final String ROOT = "http.root";

    private final Installation installation;
    private final RunOptions options;
    private final RunDescriptor descriptor;
    private final Home home;

    /** Standard output has the ready line and nothing else: whatever bundles print goes to standard error. */
    private final PrintStream standardOutput = System.out;

    private volatile int exitCode;
    private volatile boolean toldToEnd;

    Platform(Installation installation, RunOptions options) {
        this.installation = installation;
        this.options = options;
        this.descriptor = RunDescriptor.read(installation.descriptor());
        this.home = new Home(options.home());
    }

    /** Runs until somebody stops the framework or ends the process; the process's exit code. */
    int run() {
        try {
            return serve();
        } catch (LaunchException e) {
            exitCode = 1;
            throw e;
        }
    }

    private int serve() {
        try (FileLock lock = home.take()) {
            Thread.currentThread().setContextClassLoader(null);
            System.setOut(System.err);
            System.setProperty("neurath.home", home.folder().toString());
            Framework framework =
                    ServiceLoader.load(FrameworkFactory.class, Platform.class.getClassLoader())
                            .findFirst()
                            .orElseThrow(() -> new LaunchException("no OSGi framework on the class path"))
                            .newFramework(properties());
            framework.init();
            var bundles = new Bundles(framework.getBundleContext(), installation, descriptor);
            provide(framework, bundles);
            stopInOrderWhenTheProcessIsToldToEnd(framework);
            CompletableFuture<Readiness.Outcome> readiness = Readiness.watch(framework.getBundleContext(), descriptor.flow());
            framework.start();
            exitCode = becomeReady(framework, readiness, bundles);
            if (exitCode != 0) {
                framework.stop();
            }
            waitForEnd(framework);
            return exitCode;
        } catch (BundleException e) {
            throw new LaunchException("the OSGi framework does not start with the cache " + home.cache() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LaunchException("interrupted", e);
        } catch (IOException e) {
            throw new LaunchException("cannot give the home " + home.folder() + " back: " + e, e);
        }
    }

    /** The framework's properties: what the platform needs, over it the home's settings, over these the command line. */
    Map<String, String> properties() {
        var properties = new HashMap<>(descriptor.framework());
        properties.put(Constants.FRAMEWORK_STORAGE, home.cache().toString());
        properties.put("org.ops4j.pax.logging.property.file", installation.logConfiguration().toString());
        properties.put("neurath.load", home.load().toString());
        properties.putAll(Settings.read(home.settings()));
        properties.put("neurath.home", home.folder().toString());
        properties.put("neurath.wanted", descriptor.flow());
        options.host().ifPresent(host -> properties.put(HOST, host));
        options.port().ifPresent(port -> properties.put(PORT, Integer.toString(port)));
        options.root().ifPresent(root -> properties.put(ROOT, root.toString()));
        if (!properties.containsKey(ROOT)) {
            String welcome = home.provideWelcome(installation.welcome()).toString();
            properties.put(ROOT, welcome);
            properties.put("neurath.welcome", welcome);
        }
        return properties;
    }

    private void provide(Framework framework, Bundles bundles) {
        OperatorUrls.serve(framework.getBundleContext(), installation);
        Digests digests = Digests.read(home.operatorDigests());
        bundles.providePlatform();
        bundles.provideOperators(digests);
        digests.write();
    }

    /** The exit code so far: 0 if requests are served. */
    private int becomeReady(Framework framework, CompletableFuture<Readiness.Outcome> readiness, Bundles bundles)
            throws InterruptedException {
        Thread.ofVirtual().start(() -> endOf(framework, readiness));
        try {
            Readiness.Outcome outcome = readiness.get(SECONDS_TO_BE_READY, TimeUnit.SECONDS);
            if (outcome.failure() == null) {
                standardOutput.println("neurath ready: " + outcome.serving());
                if (options.shell()) {
                    giveTerminalToShell(framework.getBundleContext());
                }
                return 0;
            }
            return toldToEnd ? 0 : failed(outcome.failure(), bundles.notActive());
        } catch (TimeoutException e) {
            return failed(descriptor.flow() + " does not serve requests after " + SECONDS_TO_BE_READY + " s", bundles.notActive());
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void giveTerminalToShell(BundleContext context) {
        var properties = new Hashtable<String, Object>();
        properties.put(Condition.CONDITION_ID, "neurath.terminal");
        context.registerService(Condition.class, Condition.INSTANCE, properties);
    }

    private static void endOf(Framework framework, CompletableFuture<Readiness.Outcome> readiness) {
        try {
            framework.waitForStop(0);
            readiness.complete(new Readiness.Outcome(null, "the platform was stopped before it served requests"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int failed(String reason, List<String> notActive) {
        System.err.println("neurath run: " + reason);
        notActive.forEach(sentence -> System.err.println("  " + sentence));
        System.err.println("  the log is " + home.folder().resolve("log/neurath.log"));
        return 1;
    }

    private static void waitForEnd(Framework framework) throws InterruptedException {
        FrameworkEvent end;
        do {
            end = framework.waitForStop(0);
        } while (end.getType() == FrameworkEvent.STOPPED_UPDATE);
    }

    private void stopInOrderWhenTheProcessIsToldToEnd(Framework framework) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            toldToEnd = true;
            try {
                framework.stop();
                framework.waitForStop(MILLIS_TO_STOP);
            } catch (BundleException | InterruptedException e) {
                System.err.println("neurath run: the platform did not stop in order: " + e);
                exitCode = 1;
            }
            Runtime.getRuntime().halt(exitCode);
        }, "stop"));
    }
}
