package neurath.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import neurath.api.Stateful;
import neurath.engine.Signature.ThreadKind;
import neurath.events.Event;
import neurath.events.Events;
import neurath.graph.Arc;
import neurath.graph.Graph;
import neurath.graph.InitialPacket;
import neurath.graph.Port;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running flow.
 *
 * <p>For any thread. At one time a node is in the region of one marker.
 */
public final class Flow {
    /** What operators may take to close when the grace is over. */
    private static final Duration CLOSING = Duration.ofSeconds(1);

    final Logger log;
    final Threads threads;

    private final String name;
    private final Events events;
    private final UnaryOperator<String> properties;
    private final Map<String, LiveNode> nodes = new LinkedHashMap<>();
    private final Set<Instance> retiring = Collections.synchronizedSet(new LinkedHashSet<>());
    private final Set<Marker> markers = new HashSet<>();
    private final ReentrantLock ordersOfTheEnded = new ReentrantLock();
    private final AtomicInteger sectionsLeft = new AtomicInteger();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile Graph graph;
    private volatile int revision;

    Flow(String name, Graph graph, int revision, int arcCapacity, Events events, Threads threads, UnaryOperator<String> properties) {
        this.log = LoggerFactory.getLogger("neurath.flow." + name);
        this.name = name;
        this.graph = graph;
        this.revision = revision;
        this.events = events;
        this.threads = threads;
        this.properties = properties;
        graph.nodes().keySet().forEach(node -> nodes.put(node, new LiveNode(this, node, parameters(node), threads)));
        connect(arcCapacity);
    }

    private void connect(int arcCapacity) {
        var byOutput = new LinkedHashMap<Port, List<Ring>>();
        for (Arc arc : graph.arcs()) {
            LiveNode to = nodes.get(arc.to().node());
            Ring ring = new Ring(nodes.get(arc.from().node()), to, arcCapacity);
            to.ports.addInlet(arc.to(), ring);
            byOutput.computeIfAbsent(arc.from(), ignored -> new ArrayList<>()).add(ring);
        }
        byOutput.entrySet().stream()
                .sorted((a, b) -> Integer.compare(a.getKey().index().orElse(0), b.getKey().index().orElse(0)))
                .forEach(output -> nodes.get(output.getKey().node()).ports.addOutlet(output.getKey(), output.getValue()));
    }

    private Map<String, Object> parameters(String node) {
        var parameters = new HashMap<String, Object>();
        for (InitialPacket packet : graph.initialPackets()) {
            if (packet.to().node().equals(node)) {
                Object data = packet.data() instanceof String text ? properties.apply(text) : packet.data();
                parameters.put(packet.to().name(), data);
            }
        }
        return parameters;
    }

    /** Opens the first instances and lets the sections run; or, on failure, leaves nothing behind. */
    void start(Map<String, OperatorVersion> versions) throws Exception {
        var first = new LinkedHashMap<LiveNode, Instance>();
        try {
            for (LiveNode node : nodes.values()) {
                Instance instance = build(node.name(), versions.get(node.name()));
                first.put(node, instance);
            }
            for (Instance instance : first.values()) {
                instance.begin();
            }
        } catch (Throwable t) {
            first.values().forEach(Instance::dismiss);
            throw t;
        }
        sectionsLeft.set(nodes.size());
        if (nodes.isEmpty()) {
            ended.complete(null);
        }
        first.forEach(LiveNode::begin);
        startSections();
    }

    private void startSections() {
        var left = new ArrayDeque<>(nodes.values());
        try {
            for (; !left.isEmpty(); left.removeFirst()) {
                left.getFirst().section.start();
            }
        } catch (Throwable t) {
            nodes.values().forEach(node -> node.section.abandon());
            left.forEach(node -> node.section.run());
            throw t;
        }
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Its graph, as of the last completed update. */
    public Graph graph() {
        return graph;
    }

    /** Number of its graph as a whole; every completed update makes the next. */
    public int revision() {
        return revision;
    }

    /**
     * The version that fills a node.
     *
     * @throws IllegalArgumentException if there is no such node
     */
    public OperatorVersion version(String node) {
        return live(node).instance().version();
    }

    /** The versions that fill the nodes, by node. */
    public Map<String, OperatorVersion> versions() {
        var versions = new LinkedHashMap<String, OperatorVersion>();
        nodes.forEach((node, live) -> versions.put(node, live.instance().version()));
        return versions;
    }

    /** What each node is and does. */
    public List<NodeStatus> status() {
        return nodes.values().stream().map(Flow::status).toList();
    }

    private static NodeStatus status(LiveNode node) {
        return new NodeStatus(
                node.name(),
                node.instance().version(),
                node.heldBecause(),
                node.taken.getOpaque(),
                node.emitted.getOpaque(),
                node.filtered.getOpaque(),
                node.failures.dropped(),
                node.ports.inlets().stream().mapToInt(inlet -> inlet.ring.size()).sum(),
                node.ports.inlets().stream().mapToInt(inlet -> inlet.ring.capacity()).sum(),
                node.notes());
    }

    /** The instances that are out and still have work to finish. */
    public List<Instance> retiring() {
        synchronized (retiring) {
            return List.copyOf(retiring);
        }
    }

    /**
     * Builds an instance beside the running one: makes the operator and opens it, on the caller's thread.
     *
     * @throws Exception what its constructor or {@code open} throws; nothing is left of it then
     */
    public Instance build(String node, OperatorVersion version) throws Exception {
        Instance instance = new Instance(live(node), version);
        instance.open();
        return instance;
    }

    /**
     * Gives a new instance the state of the one it is to replace, on the caller's thread, while a marker holds the node. Where the old
     * version keeps no state the new one makes its first.
     *
     * @throws Exception what {@code state}, {@code restore} or a transfer throws; the old instance is as it was
     */
    public void handOver(Instance successor) throws Exception {
        Instance old = live(successor.node()).instance();
        if (old.isClosed()) {
            return; // the node has ended: it needs no successor, and its state was discarded
        }
        if (old.operator() instanceof Stateful<?> from && successor.operator() instanceof Stateful<?> to) {
            restore(to, StateMapping.bring(from.state(), successor.version().signature()));
        } else {
            successor.begin();
        }
    }

    @SuppressWarnings("unchecked")
    private static <S extends Record> void restore(Stateful<S> to, Record state) throws Exception {
        to.restore((S) state);
    }

    /**
     * Injects a marker at the heads of a region.
     *
     * @param number of the update
     * @param region names of its nodes; with two nodes it contains every node on a way between them
     * @param successors the new instances, by node
     * @param listener is told when the marker passes a node
     * @throws IllegalStateException if an earlier marker is still on its way through a node of the region
     */
    public Marker mark(
            int number, Set<String> region, Map<String, Instance> successors, Marker.Commit commit, Marker.Listener listener) {
        var inside = new HashSet<LiveNode>();
        region.forEach(node -> inside.add(live(node)));
        var parts = new HashMap<LiveNode, Part>();
        for (LiveNode node : inside) {
            var awaited = new HashSet<>(node.ports.inlets());
            awaited.removeIf(inlet -> !inside.contains(inlet.ring.from));
            List<Ring> onwards = node.ports.outgoing().stream().filter(ring -> inside.contains(ring.to)).toList();
            parts.put(node, new Part(node, successors.get(node.name()), awaited, onwards));
        }
        Marker marker = new Marker(number, commit, parts, listener);
        admit(marker, inside);
        marker.inject();
        return marker;
    }

    private void admit(Marker marker, Set<LiveNode> region) {
        synchronized (markers) {
            markers.removeIf(earlier -> !earlier.isOnItsWay());
            for (Marker earlier : markers) {
                if (region.stream().anyMatch(node -> earlier.part(node) != null)) {
                    throw new IllegalStateException(
                            name + ": " + earlier + " is still on its way, at " + String.join("; at ", earlier.awaited()));
                }
            }
            markers.add(marker);
        }
    }

    /** Whether a marker is on its way. */
    public boolean isPassing() {
        synchronized (markers) {
            markers.removeIf(earlier -> !earlier.isOnItsWay());
            return !markers.isEmpty();
        }
    }

    /** An update is completed: this is the graph now. Updates of a flow complete one after the other. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    public void adopt(Graph next) {
        graph = next;
        revision++;
    }

    /** Has an instance that is out closed once its work is done. */
    public CompletableFuture<Void> retire(Instance old) {
        retiring.add(old);
        return old.retire().whenComplete((done, failure) -> retiring.remove(old));
    }

    /** The instance that fills a node now. */
    public Instance instance(String node) {
        return live(node).instance();
    }

    /** Has a node finish what it has in hand and take no more, until {@link #resume} or an update of it. */
    public void hold(String node, String reason) {
        LiveNode live = live(node);
        live.section.post(() -> live.hold(reason));
    }

    /** Ends a {@link #hold}. */
    public void resume(String node) {
        LiveNode live = live(node);
        live.section.post(live::resume);
    }

    /** Ends the entrances; what is in hand is finished. A marker that can be cancelled is. Completes when all sections have ended. */
    public CompletableFuture<Void> end() {
        synchronized (markers) {
            markers.forEach(marker -> marker.cancel("the flow ends"));
        }
        nodes.values().forEach(node -> node.section.post(() -> {
            node.resume();
            if (node.ports.inlets().isEmpty()) {
                node.endOfInput();
            }
        }));
        return ended.copy();
    }

    /** Ends the flow: lets it finish what is in hand for as long as {@code grace}, then drops the rest. */
    void stop(Duration grace) throws InterruptedException {
        long began = System.nanoTime();
        if (!awaitEnd(end(), grace)) {
            log.warn("{} did not finish within {}; what is left is dropped: {}", name, grace, unfinished());
            nodes.values().forEach(node -> node.section.abandon());
            if (!awaitEnd(ended, grace)) {
                log.error("{}: operators do not return and are left behind: {}", name, unfinished());
            }
        }
        stopRetiring(grace.minusNanos(System.nanoTime() - began));
        publish(at -> new Event.FlowStopped(at, name));
    }

    /** Waits for the work of instances that are out already, and closes those that do not finish it. */
    private void stopRetiring(Duration grace) throws InterruptedException {
        List<Instance> left = retiring();
        CompletableFuture<Void> retired = CompletableFuture.allOf(left.stream().map(Instance::retire).toArray(CompletableFuture<?>[]::new));
        if (!awaitEnd(retired, grace)) {
            log.warn("{}: work of retired instances is cut off: {}", name, left.stream().map(Instance::toString).toList());
            left.forEach(instance -> threads.start(ThreadKind.VIRTUAL, name + " retires", instance::dismiss));
            awaitEnd(retired, CLOSING);
        }
    }

    private static boolean awaitEnd(CompletableFuture<Void> end, Duration grace) throws InterruptedException {
        try {
            end.get(Math.max(0, grace.toNanos()), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> unfinished() {
        return nodes.values().stream()
                .filter(node -> !node.section.isOver())
                .map(node -> node.name() + " (" + node.instance().leases() + " leases)")
                .toList();
    }

    private LiveNode live(String node) {
        LiveNode live = nodes.get(node);
        if (live == null) {
            throw new IllegalArgumentException(name + " has no node '" + node + "'; there are " + String.join(", ", nodes.keySet()));
        }
        return live;
    }

    // ---- for sections ----

    void publish(Function<Instant, Event> event) {
        events.publish(event.apply(Instant.now()));
    }

    void noted(LiveNode node, String fact, String value) {
        publish(at -> new Event.NodeNoted(at, name, node.name(), fact, value));
    }

    /** Carries out the orders of a section that has ended, one caller at a time. */
    void orderly(Runnable orders) {
        ordersOfTheEnded.lock();
        try {
            orders.run();
        } finally {
            ordersOfTheEnded.unlock();
        }
    }

    void sectionOver() {
        if (sectionsLeft.decrementAndGet() == 0) {
            nodes.values().forEach(node -> node.ports.inlets().forEach(node.failures::dropAll));
            ended.complete(null);
        }
    }

    void sectionFailed(LiveNode node, Throwable cause) {
        log.error("{} stops: the engine failed in it, which is a defect of Neurath", node.label(), cause);
        publish(at -> new Event.Notice(at, name, node.label() + " stops: the engine failed in it: " + cause));
    }
}
