package neurath.runtime;

import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import java.time.Duration;
import neurath.engine.Flow;
import neurath.engine.Flows;
import neurath.engine.Threads;
import neurath.events.Event;
import neurath.events.Events;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the running flows. They must not die with a DS component: the first activation registers {@link Flows} through the bundle
 * context, later ones find it again; the flows end when this bundle or the framework is stopping, and only then.
 *
 * <p>Each running flow is a service {@link Flow} with the properties {@value #FLOW} and {@code address} (and whatever else its operators
 * note); one that could not be started leaves a service with {@code neurath.flow.failed}.
 */
@Component(service = {}, immediate = true)
public final class FlowHost {
    static final String FLOW = "neurath.flow";
    private static final Logger LOG = LoggerFactory.getLogger(FlowHost.class);
    private static final String INSPECT = "neurath.test.packets";
    private static final String GRACE = "neurath.stop.grace";

    @Activate
    public FlowHost(BundleContext context) {
        if (context.getServiceReference(Flows.class) == null) {
            new Host(context).open();
        }
    }

    /** What lives from the bundle's start to its stop. */
    private static final class Host implements SynchronousBundleListener {
        private final BundleContext context;
        private final ExecutorService eventsInOrder = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("neurath events").factory());
        private final Flows flows;
        private final ReentrantLock lock = new ReentrantLock();
        private final Map<String, ServiceRegistration<?>> registrations = new HashMap<>();
        private boolean stopping;

        Host(BundleContext context) {
            this.context = context;
            var quiet = new Flows(new Events(eventsInOrder), Threads.ofTheJdk(), new Placeholders(context::getProperty));
            this.flows = Boolean.parseBoolean(context.getProperty(INSPECT)) ? quiet.inspecting() : quiet;
        }

        void open() {
            flows.events().subscribe(EventLog::log);
            flows.events().subscribe(this::announce);
            context.addBundleListener(this);
            context.registerService(Flows.class, flows, new Hashtable<>());
        }

        @Override
        public void bundleChanged(BundleEvent event) {
            boolean ours = event.getBundle().equals(context.getBundle());
            boolean framework = event.getBundle().getBundleId() == Constants.SYSTEM_BUNDLE_ID;
            if (event.getType() == BundleEvent.STOPPING && (ours || framework)) {
                stopAll();
            }
        }

        private void stopAll() {
            lock.lock();
            try {
                stopping = true;
            } finally {
                lock.unlock();
            }
            String configured = context.getProperty(GRACE);
            Duration grace = Duration.parse(configured == null ? "PT5S" : configured);
            for (Flow flow : flows.all()) {
                try {
                    flows.stop(flow.name(), grace);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                } catch (RuntimeException e) {
                    LOG.error("{} could not be stopped in order", flow.name(), e);
                }
            }
            eventsInOrder.shutdown();
        }

        private void announce(Event event) {
            lock.lock();
            try {
                if (stopping) {
                    return;
                }
                switch (event) {
                    case Event.FlowStarted started -> flows.find(started.flow()).ifPresent(this::register);
                    case Event.NodeNoted noted -> flows.find(noted.flow()).ifPresent(this::update);
                    case Event.FlowRefused refused -> replace(refused.flow(), context.registerService(
                            Event.FlowRefused.class, refused, properties("neurath.flow.failed", refused.reason(), refused.flow())));
                    case Event.FlowStopped stopped -> replace(stopped.flow(), null);
                    default -> {}
                }
            } finally {
                lock.unlock();
            }
        }

        private void register(Flow flow) {
            replace(flow.name(), context.registerService(Flow.class, flow, properties(flow)));
        }

        private void update(Flow flow) {
            ServiceRegistration<?> registration = registrations.get(flow.name());
            if (registration != null) {
                registration.setProperties(properties(flow));
            }
        }

        private void replace(String flow, ServiceRegistration<?> next) {
            ServiceRegistration<?> old = next == null ? registrations.remove(flow) : registrations.put(flow, next);
            if (old != null) {
                old.unregister();
            }
        }

        private static Dictionary<String, Object> properties(Flow flow) {
            var properties = new Hashtable<String, Object>();
            flow.status().forEach(node -> properties.putAll(node.notes()));
            properties.put(FLOW, flow.name());
            return properties;
        }

        private static Dictionary<String, Object> properties(String key, String value, String flow) {
            var properties = new Hashtable<String, Object>();
            properties.put(key, value);
            properties.put(FLOW, flow);
            return properties;
        }
    }
}
