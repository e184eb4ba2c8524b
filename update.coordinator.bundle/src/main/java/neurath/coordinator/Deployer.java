package neurath.coordinator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import neurath.engine.Catalog;
import neurath.engine.Flows;
import neurath.engine.Instance;
import neurath.events.Event;
import neurath.events.Events;
import neurath.events.Phase;
import neurath.graph.fbp.FbpParser;
import neurath.graph.fbp.FbpSyntaxException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread on which everything is decided: bundles come and go, people ask, files arrive, and each becomes a task of one thread that
 * holds no lock of the engine and waits for no update. Callbacks of the framework only post.
 *
 * <p>After a change it lets {@value #QUIET_MILLIS} ms pass, so that wishes that come together are looked at together. What a set of
 * mutually dependent versions waits for is decided by their requirements and never by this time.
 */
@Component(service = Deployer.class, immediate = true)
public final class Deployer implements FrameworkListener, BundleListener {
    private static final Logger LOG = LoggerFactory.getLogger(Deployer.class);
    private static final long QUIET_MILLIS = 50;
    /** How often updates on probation are looked at. */
    private static final long WATCH_MILLIS = 20;
    private static final String FLOW_NAMESPACE = "neurath.flow";
    /** What comes behind the end of an update. */
    private static final Set<Phase> FOLLOWING = Set.of(Phase.PROBATION, Phase.RETIRED, Phase.ROLLED_BACK);

    private final BundleContext context;
    private final Flows flows;
    private final BundleStore bundles;
    private final FlowStore store;
    private final Coordinator coordinator;
    private final Catalog.Subscription arrivals;
    private final Events.Subscription retirements;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicBoolean watching = new AtomicBoolean();
    private final ExecutorService workers =
            Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("neurath update ", 1).factory());
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("neurath deployer").factory());

    @Activate
    public Deployer(BundleContext context, @Reference Flows flows, @Reference Catalog catalog) throws IOException {
        this.context = context;
        this.flows = flows;
        Path home = Path.of(property("neurath.home", ".neurath"));
        Duration limit = Duration.parse(property("neurath.update.deadline", "PT10S"));
        var health = new Health(
                Duration.parse(property("neurath.probation", "PT0S")),
                Double.parseDouble(property("neurath.probation.errors", "0.01")),
                Double.parseDouble(property("neurath.probation.slowdown", "0")));
        this.bundles = new BundleStore(context, new JarStore(home.resolve(HotDeploy.STORE)));
        this.store = openStore(home.resolve("flows"));
        this.coordinator = new Coordinator(flows, catalog, store, limit, health, new Schedule(workers, thread, this::updateEnded));
        boolean starting = frameworkState() == Bundle.STARTING;
        if (starting) {
            coordinator.wanted(property("neurath.wanted", ""));
        }
        thread.execute(() -> provideBundles(starting));
        this.arrivals = catalog.subscribe(this::changed);
        this.retirements = flows.events().subscribe(this::happened);
        context.addFrameworkListener(this);
        context.addBundleListener(this);
        changed();
        watch();
    }

    /** Whoever waits for a flow is told when nobody can know what it is to be. */
    private FlowStore openStore(Path folder) {
        try {
            return new FlowStore(folder, FileChannel::open, bundles);
        } catch (UncheckedIOException e) {
            flows.events().publish(new Event.FlowRefused(Instant.now(), property("neurath.wanted", ""), e.getMessage()));
            throw e;
        }
    }

    @Deactivate
    void deactivate() throws InterruptedException, IOException {
        context.removeFrameworkListener(this);
        context.removeBundleListener(this);
        arrivals.close();
        retirements.close();
        endUpdates();
        workers.shutdown();
        thread.shutdown();
        if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
            LOG.error("the deployer is still at work and is left behind: {}", thread);
        }
        store.close();
    }

    /** Has what is under way aborted or finished while it can still be written down. */
    private void endUpdates() throws InterruptedException {
        try {
            CompletableFuture.completedFuture("the coordinator is stopped")
                    .thenComposeAsync(coordinator::close, thread)
                    .get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.error("updates are still under way and are left behind", e);
        }
    }

    /**
     * Brings back what the framework lost when it was killed.
     *
     * @param starting whether the framework starts: later what is not there was taken away by somebody
     */
    private void provideBundles(boolean starting) {
        try {
            if (starting) {
                bundles.bringBack(store.bundles()).forEach((key, bundle) -> {
                    coordinator.rekey(key, bundle.key());
                    store.replace(bundle);
                });
            } else {
                store.bundles().stream()
                        .map(StoredBundle::location)
                        .filter(location -> context.getBundle(location) == null)
                        .forEach(store::drop);
            }
            bundles.sweep(store.bundles());
        } catch (RuntimeException e) {
            LOG.error("the bundles of flows could not be looked after", e);
        }
    }

    /** A bundle that somebody uninstalls is not brought back. */
    @Override
    public void bundleChanged(BundleEvent event) {
        if (event.getType() == BundleEvent.UNINSTALLED && frameworkState() != Bundle.STOPPING) {
            try {
                thread.execute(() -> uninstalled(event.getBundle()));
            } catch (RejectedExecutionException e) {
                LOG.debug("{} went while the coordinator was stopped", event.getBundle(), e);
            }
        }
    }

    private void uninstalled(Bundle bundle) {
        try {
            String digest = HotDeploy.digestIn(bundle);
            store.bundles().stream().filter(stored -> stored.location().equals(bundle.getLocation())).toList().forEach(this::drop);
            if (digest != null) {
                bundles.release(digest, store.bundles());
            }
        } catch (RuntimeException e) {
            LOG.error("{} was uninstalled, and may come back after a crash", bundle, e);
        }
    }

    private void drop(StoredBundle bundle) {
        bundles.forget(bundle.location());
        store.drop(bundle.location());
        bundles.release(bundle.digest(), store.bundles());
    }

    @Override
    public void frameworkEvent(FrameworkEvent event) {
        if (event.getType() == FrameworkEvent.STARTED) {
            changed();
        }
    }

    /** What an update came to after its end is noted; and what arrived while it was on its way is looked at when it is over. */
    private void happened(Event event) {
        switch (event) {
            case Event.UpdatePhase update -> {
                if (FOLLOWING.contains(update.phase())) {
                    follow(update.flow(), update.update(), new Milestone(update.phase(), update.at(), update.detail()));
                }
                if (update.phase() == Phase.RETIRED) {
                    changed();
                }
            }
            case Event.UpdateCompleted update -> follow(update.flow(), update.update(),
                    new Milestone(Milestone.COMPLETED, update.at(), "the marker has left the region"));
            default -> {}
        }
    }

    private void follow(String flow, int update, Milestone milestone) {
        try {
            thread.execute(() -> store.follow(flow, update, milestone));
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: that update {} came to {} is not noted: the coordinator is stopped", flow, update, milestone.name(), e);
        }
    }

    private void updateEnded() {
        changed();
        watch();
    }

    /** Looks at updates on probation, and at what is kept for old requests, from time to time, as long as there is any. */
    private void watch() {
        if (watching.compareAndSet(false, true)) {
            try {
                var _ = thread.schedule(this::tendProbations, WATCH_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debug("an update on probation is not watched: the coordinator is stopped", e);
            }
        }
    }

    private void changed() {
        if (scheduled.compareAndSet(false, true)) {
            try {
                var _ = thread.schedule(this::lookAround, QUIET_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debug("a change is not looked at: the coordinator is stopped", e);
            }
        }
    }

    private void tendProbations() {
        watching.set(false);
        try {
            boolean isLeft = coordinator.tendProbations();
            isLeft |= coordinator.tendPinned();
            if (!isLeft) {
                return;
            }
        } catch (RuntimeException e) {
            LOG.error("updates on probation, and what is kept for old requests, could not be looked at", e);
        }
        watch();
    }

    private void lookAround() {
        scheduled.set(false);
        if (frameworkState() == Bundle.STOPPING) {
            return;
        }
        try {
            offerFlows();
            coordinator.lookAround(isSettled());
            bundles.unneeded(store.bundles(), coordinator.keysInUse()).forEach(this::drop);
        } catch (RuntimeException e) {
            LOG.error("what changed could not be looked at", e);
        }
    }

    /** Whether everything that is installed has had its chance to start. */
    boolean isSettled() {
        return frameworkState() == Bundle.ACTIVE;
    }

    private int frameworkState() {
        return context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getState();
    }

    /** Has something done by the deployer's thread, and waits for it. */
    <T> T call(Callable<T> task) throws Exception {
        Future<T> result = thread.submit(task);
        try {
            return result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Has something asked by the deployer's thread, and waits for what comes of it; that thread does not. */
    <T> T ask(Callable<CompletableFuture<T>> question) throws Exception {
        try {
            return call(question).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Whether a flow runs, drains, or is to be resumed with, code of a bundle. For any thread but the deployer's. */
    boolean uses(Bundle bundle) throws InterruptedException {
        String origin = "bundle " + bundle.getBundleId();
        if (!isSettled() || runs(origin)) {
            return true;
        }
        try {
            return thread.submit(() -> coordinator.remembers(origin)).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody can tell whether a flow uses " + bundle, e);
        }
    }

    private boolean runs(String origin) {
        return flows.all().stream()
                .flatMap(flow -> Stream.concat(
                        flow.versions().values().stream(),
                        Stream.concat(flow.retirement().retiring().stream(), flow.retirement().kept().stream()).map(Instance::version)))
                .anyMatch(version -> version.origin().equals(origin));
    }

    /** What decides; to be used in a task given to {@link #call} only, but for {@code cancel}. */
    Coordinator coordinator() {
        return coordinator;
    }

    private void offerFlows() {
        for (Bundle bundle : context.getBundles()) {
            BundleWiring wiring = bundle.adapt(BundleWiring.class);
            if (wiring != null && bundle.getState() == Bundle.ACTIVE) {
                wiring.getCapabilities(FLOW_NAMESPACE).forEach(capability -> offer(bundle, capability));
            }
        }
    }

    private void offer(Bundle bundle, BundleCapability capability) {
        String name = String.valueOf(capability.getAttributes().get("flow"));
        String file = String.valueOf(capability.getAttributes().get("file"));
        URL entry = bundle.getEntry(file);
        if (entry == null) {
            LOG.error("{} of {} has no file {}, which its capability {} names", bundle.getSymbolicName(), bundle, file, FLOW_NAMESPACE);
            return;
        }
        try (InputStream in = entry.openStream()) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            coordinator.offer(name, Origin.of(bundle.getSymbolicName(), text), new FbpParser().parse(text));
        } catch (FbpSyntaxException | IllegalArgumentException e) {
            LOG.error("{} of {} is no flow: {}", file, bundle, e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String property(String name, String fallback) {
        String value = context.getProperty(name);
        return value == null ? fallback : value;
    }
}
