package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import neurath.engine.Flow;
import neurath.engine.Flows;
import neurath.events.Event;
import neurath.events.Events;
import neurath.events.Phase;
import neurath.load.Demand;
import neurath.load.Load;
import neurath.load.Report;
import neurath.load.Site;
import org.awaitility.Awaitility;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** The web-server flow of the platform under test, as clients and the stream of events see it. */
final class WebServer {
    static final String FLOW = "web-server";
    private static final Site SITE = Site.of(20, 20_000);

    static {
        Awaitility.setDefaultPollInterval(Duration.ofMillis(10));
        Awaitility.setDefaultPollDelay(Duration.ZERO);
    }

    private final BundleContext context;

    WebServer(BundleContext context) {
        this.context = context;
        await("the web server").atMost(Duration.ofSeconds(20)).until(() -> !references().isEmpty());
    }

    static void writeSite(Path root) throws IOException {
        SITE.writeTo(root);
    }

    private Collection<ServiceReference<Flow>> references() throws InvalidSyntaxException {
        return context.getServiceReferences(Flow.class, "(&(neurath.flow=" + FLOW + ")(address=*))");
    }

    /** Where it says that it serves. */
    URI uri() throws InvalidSyntaxException {
        return URI.create(references().iterator().next().getProperty("address").toString());
    }

    InetSocketAddress address() throws InvalidSyntaxException {
        URI uri = uri();
        return new InetSocketAddress(uri.getHost(), uri.getPort());
    }

    Flow flow() {
        return flows().find(FLOW).orElseThrow();
    }

    private Flows flows() {
        return context.getService(context.getServiceReference(Flows.class));
    }

    String version(String node) {
        return flow().version(node).version().toString();
    }

    void awaitVersion(String node, String version) {
        await(node + " at " + version)
                .atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(version(node)).isEqualTo(version));
    }

    void awaitVersions(String version, String... nodes) {
        for (String node : nodes) {
            awaitVersion(node, version);
        }
    }

    /** Number of the update that entered a phase last. */
    int lastUpdate() {
        return updates().stream().mapToInt(Event.UpdatePhase::update).max().orElse(0);
    }

    /** Whether an update has entered a phase. */
    boolean isIn(int update, Phase phase) {
        return updates().stream().anyMatch(event -> event.update() == update && event.phase() == phase);
    }

    /** Waits until a later update than that one has ended; its SWITCHED or ABORTED. */
    Event.UpdatePhase awaitUpdateAfter(int update) {
        return await("an update after " + update)
                .atMost(Duration.ofSeconds(15))
                .until(
                        () -> updates().stream()
                                .filter(event -> event.update() > update)
                                .filter(event -> event.phase() == Phase.SWITCHED || event.phase() == Phase.ABORTED)
                                .findFirst()
                                .orElse(null),
                        event -> event != null);
    }

    /** Has a listener called for every event, until it is closed. */
    Events.Subscription events(Consumer<Event> listener) {
        return flows().events().subscribe(listener);
    }

    /** The phases that updates have entered lately, oldest first. */
    List<Event.UpdatePhase> updates() {
        return flows().events().latest().stream()
                .filter(event -> event.flow().equals(FLOW))
                .filter(Event.UpdatePhase.class::isInstance)
                .map(Event.UpdatePhase.class::cast)
                .toList();
    }

    /** Clients that ask until they are stopped. */
    Load load() throws IOException, InvalidSyntaxException {
        return Load.start(Demand.of(address(), SITE).withClients(8, Duration.ofMillis(10)));
    }

    /** What clients feel while something is done: before, meanwhile, and after. */
    Report underLoad(Deed deed) throws Exception {
        try (Load load = load()) {
            await().until(() -> load.completed() >= 50);
            deed.run();
            long done = load.completed() + load.failed();
            await().until(() -> load.completed() + load.failed() >= done + 100);
            return load.stop();
        }
    }

    /** The same, where no client may feel anything. */
    void unharmed(Deed deed) throws Exception {
        Report report = underLoad(deed);
        assertThat(report.reasons()).isEmpty();
        assertThat(report.failed()).isZero();
        assertThat(report.closedConnections()).isZero();
        assertThat(report.completed()).isGreaterThanOrEqualTo(150);
    }

    @FunctionalInterface
    interface Deed {
        void run() throws Exception;
    }
}
