package neurath.operator.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import neurath.engine.Handover;
import neurath.engine.Flow;
import neurath.engine.Flows;
import neurath.engine.Instance;
import neurath.engine.Marker;
import neurath.engine.NodeStatus;
import neurath.engine.OperatorVersion;
import neurath.engine.Threads;
import neurath.events.Event;
import neurath.events.Events;
import neurath.graph.Graph;
import neurath.graph.fbp.FbpParser;
import neurath.testing.Identity;

/** The flow {@code web-server.fbp}, or another of the kind, on a free port. */
final class WebServer implements AutoCloseable {
    static final List<String> NODES = List.of("accept", "read", "parse", "load", "compose", "reply");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^:}]+):([^}]*)}");
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Events events = new Events(Runnable::run);
    private final Flows flows;
    private final List<OperatorJar> versions = new ArrayList<>();
    private final List<String> nodes;
    private final Flow flow;
    private final SSLContext trust;
    private int updates;

    /** What clients speak. */
    enum Scheme {
        HTTP,
        HTTPS
    }

    /** What to change from the defaults, before the start. */
    static final class Settings {
        private final Map<String, String> versions = new HashMap<>();
        private final Map<String, String> properties = new HashMap<>();
        private final List<String> nodes = new ArrayList<>(NODES);
        private String text = "/web-server.fbp";
        private SSLContext trust;

        Settings(Path root) {
            set("http.port", 0).set("http.root", root);
        }

        Settings version(String node, String version) {
            versions.put(node, version);
            return this;
        }

        Settings pair(String version) {
            return version("load", version).version("reply", version);
        }

        /** @param property as the flow's text names it */
        Settings set(String property, Object value) {
            properties.put(property, value.toString());
            return this;
        }

        /** Behind TLS, with that key. */
        Settings secure(Identity identity) throws IOException, GeneralSecurityException {
            text = "/secure-web-server.fbp";
            nodes.add(1, "tls");
            trust = Identity.trusting(identity);
            return identity(identity);
        }

        /** @param identity the key, where there is TLS */
        Settings scheme(Scheme scheme, Identity identity) throws IOException, GeneralSecurityException {
            return scheme == Scheme.HTTPS ? secure(identity) : this;
        }

        /** With another key. */
        Settings identity(Identity identity) {
            return set("http.key-store", identity.keyStore()).set("http.password-file", identity.passwordFile());
        }

        private String resolve(String text) {
            return PLACEHOLDER.matcher(text)
                    .replaceAll(match -> Matcher.quoteReplacement(properties.getOrDefault(match.group(1), match.group(2))));
        }

        WebServer start() {
            return new WebServer(this);
        }
    }

    private WebServer(Settings settings) {
        var chosen = new LinkedHashMap<String, OperatorVersion>();
        nodes = List.copyOf(settings.nodes);
        for (String node : nodes) {
            OperatorJar jar = new OperatorJar(node, settings.versions.getOrDefault(node, "1.0.0"));
            versions.add(jar);
            chosen.put(node, jar);
        }
        flows = new Flows(events, Threads.ofTheJdk(), settings::resolve);
        trust = settings.trust;
        flow = flows.start("web-server", graph(settings.text), chosen, 1);
    }

    private static Graph graph(String name) {
        try (InputStream text = WebServer.class.getResourceAsStream(name)) {
            return new FbpParser().parse(new String(text.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    InetSocketAddress address() {
        URI uri = URI.create(status("accept").notes().get("address"));
        return new InetSocketAddress(uri.getHost(), uri.getPort());
    }

    /** A client that speaks what this server does. */
    Client connect() throws IOException {
        return connect(0);
    }

    /** @param receiveBuffer as {@link Client} knows it */
    Client connect(int receiveBuffer) throws IOException {
        return new Client(address(), receiveBuffer, trust);
    }

    NodeStatus status(String node) {
        return flow.status().stream().filter(status -> status.name().equals(node)).findFirst().orElseThrow();
    }

    /** What failed in operators. */
    List<String> failures() {
        return events.latest().stream()
                .filter(Event.PacketFailed.class::isInstance)
                .map(event -> ((Event.PacketFailed) event).cause())
                .toList();
    }

    /** How many instances that are out still have work to finish. */
    int retiring() {
        return flow.retirement().retiring().size();
    }

    /** Leases that instances hold which are in. */
    int leases() {
        return nodes.stream().mapToInt(node -> flow.instance(node).leases()).sum();
    }

    /** Instances of all versions that were made and not released. */
    int instances() {
        return versions.stream().mapToInt(version -> version.alive.get()).sum();
    }

    /** Open connections, as {@code read} tells. */
    long connections() {
        return status("read").size();
    }

    /** Packets that a node has taken. */
    int taken(String node) {
        return (int) status(node).taken();
    }

    /** Replaces nodes with one marker, region drained, state handed over. */
    void update(Map<String, String> to) throws Exception {
        var successors = new HashMap<String, Instance>();
        for (var wish : to.entrySet()) {
            OperatorJar jar = new OperatorJar(wish.getKey(), wish.getValue());
            versions.add(jar);
            successors.put(wish.getKey(), flow.build(wish.getKey(), jar));
        }
        int first = to.keySet().stream().mapToInt(nodes::indexOf).min().orElseThrow();
        int last = to.keySet().stream().mapToInt(nodes::indexOf).max().orElseThrow();
        var old = to.keySet().stream().map(flow::instance).toList();
        Marker marker =
                flow.mark(++updates, Set.copyOf(nodes.subList(first, last + 1)), successors, Marker.Commit.HOLD, (node, what) -> {});
        marker.aligned().get(10, TimeUnit.SECONDS);
        for (Instance successor : successors.values()) {
            Handover.to(successor).take();
        }
        marker.commit();
        marker.passed().get(10, TimeUnit.SECONDS);
        for (Instance retired : old) {
            var _ = flow.retirement().retire(retired);
        }
    }

    @Override
    public void close() throws InterruptedException {
        flows.stop("web-server", GRACE);
    }
}
