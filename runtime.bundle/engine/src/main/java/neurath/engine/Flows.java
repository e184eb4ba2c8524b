package neurath.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;
import neurath.events.Event;
import neurath.events.Events;
import neurath.graph.Arc;
import neurath.graph.Graph;

/**
 * The running flows of a platform. It holds no reference to bundles, components or the coordinator: all of these may come and go while
 * flows run. For any thread.
 */
public final class Flows {
    private static final int ARC_CAPACITY = 1024;

    private final Map<String, Flow> flows = new ConcurrentSkipListMap<>();
    /** Names of flows whose first instances are being made. */
    private final Set<String> starting = ConcurrentHashMap.newKeySet();
    private final Events events;
    private final Threads threads;
    private final LeftThreads leftThreads = new LeftThreads();
    private final UnaryOperator<String> properties;
    private final int arcCapacity;
    private final boolean inspectsPackets;

    /**
     * @param properties resolves the placeholders in initial packets when a flow starts
     */
    public Flows(Events events, Threads threads, UnaryOperator<String> properties) {
        this(events, threads, properties, ARC_CAPACITY);
    }

    /** @param arcCapacity items an arc takes before its producer waits */
    public Flows(Events events, Threads threads, UnaryOperator<String> properties, int arcCapacity) {
        this(events, threads, properties, arcCapacity, false);
    }

    private Flows(Events events, Threads threads, UnaryOperator<String> properties, int arcCapacity, boolean inspectsPackets) {
        this.events = events;
        this.threads = threads;
        this.properties = properties;
        this.arcCapacity = arcCapacity;
        this.inspectsPackets = inspectsPackets;
    }

    /**
     * The same for tests: each packet that is emitted is checked to be of the port's type and of no operator's bundle. One that is not is
     * told as an event, with who emitted it, once for each class.
     */
    public Flows inspecting() {
        return new Flows(events, threads, properties, arcCapacity, true);
    }

    /** The stream of what happens to them. */
    public Events events() {
        return events;
    }

    /** All of them, by name. */
    public Collection<Flow> all() {
        return List.copyOf(flows.values());
    }

    /** The flow of that name. */
    public Optional<Flow> find(String name) {
        return Optional.ofNullable(flows.get(name));
    }

    /**
     * Starts a flow: makes and opens its first instances on the caller's thread, and lets it run. It is found when it runs.
     *
     * @param versions what fills the nodes, one version for each
     * @param revision the number its graph begins with
     * @throws FlowException if the versions do not fit the graph, an operator fails to open, or there is a flow of that name
     */
    public Flow start(String name, Graph graph, Map<String, OperatorVersion> versions, int revision) {
        return start(name, graph, versions, revision, Map.of());
    }

    /**
     * Starts a flow with adapters.
     *
     * @param adapters at the ends of arcs, see {@link Connections#adapters}
     * @throws FlowException as without them, or if one cannot be had
     */
    public Flow start(
            String name, Graph graph, Map<String, OperatorVersion> versions, int revision, Map<Arc, Adapter> adapters) {
        return start(name, graph, versions, revision, adapters, new Initialization(Map.of()));
    }

    /**
     * Starts a flow whose operators may have initial flows.
     *
     * @param initialization what makes its instances ready; the caller's thread waits for it
     * @throws FlowException as without it, or if an instance does not become ready
     */
    public Flow start(
            String name, Graph graph, Map<String, OperatorVersion> versions, int revision, Map<Arc, Adapter> adapters,
            Initialization initialization) {
        List<String> problems = Connections.problems(name, graph, versions, adapters.keySet());
        if (!problems.isEmpty()) {
            throw refused(name, String.join("\n", problems), null);
        }
        Flow flow = new Flow(name, revision, arcCapacity, inspectsPackets, events, threads, leftThreads, properties);
        if (!starting.add(name)) {
            throw refused(name, "a flow of that name is being started", null);
        }
        try {
            if (flows.containsKey(name)) {
                throw refused(name, "a flow of that name is running; stop it first: flow:stop " + name, null);
            }
            startInstances(flow, graph, versions, adapters, initialization);
            flows.put(name, flow);
        } finally {
            starting.remove(name);
        }
        events.publish(new Event.FlowStarted(Instant.now(), name, revision));
        return flow;
    }

    private void startInstances(
            Flow flow, Graph graph, Map<String, OperatorVersion> versions, Map<Arc, Adapter> adapters, Initialization initialization) {
        try {
            flow.start(graph, versions, adapters, initialization);
        } catch (Throwable t) {
            throw refused(flow.name(), t.getMessage() == null ? t.toString() : t.getMessage(), t);
        }
    }

    private FlowException refused(String name, String reason, Throwable cause) {
        events.publish(new Event.FlowRefused(Instant.now(), name, reason));
        return new FlowException(name + " does not start: " + reason, cause);
    }

    /**
     * What a version changes outside for a node.
     *
     * @param flow name of a flow, which may run or not
     * @param graph that has the node, and its parameters
     */
    public ResourceChange change(String flow, Graph graph, String node, OperatorVersion version) {
        return new ResourceChange(flow + '/' + node, version, ParameterBinder.values(graph, node, properties));
    }

    /**
     * Ends a flow: its entrances close, what is in hand is finished for as long as {@code grace}, the rest is dropped.
     *
     * @throws FlowException if there is no such flow
     */
    public void stop(String name, Duration grace) throws InterruptedException {
        Flow flow = flows.get(name);
        if (flow == null) {
            throw new FlowException("no flow '" + name + "' runs; there are " + flows.keySet(), null);
        }
        flow.stop(grace);
        flows.remove(name, flow);
    }
}
