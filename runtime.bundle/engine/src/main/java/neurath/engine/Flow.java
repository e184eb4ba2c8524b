package neurath.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import neurath.events.Event;
import neurath.events.Events;
import neurath.graph.Arc;
import neurath.graph.Difference;
import neurath.graph.Graph;
import neurath.graph.Merge;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running flow.
 *
 * <p>For any thread. At one time a node is in the region of one marker.
 */
public final class Flow {
    final Logger log;
    final Threads threads;
    final LeftThreads leftThreads;
    final int arcCapacity;
    /** Whether each packet that is emitted is checked: a test mode. */
    final boolean inspectsPackets;

    final Beginnings beginnings = new Beginnings();

    private final String name;
    private final Events events;
    private final UnaryOperator<String> properties;
    private final Retirement retirement = new Retirement(this);
    private final Set<Marker> markers = new HashSet<>();
    private final ReentrantLock ordersOfTheEnded = new ReentrantLock();
    private final AtomicInteger sectionsLeft = new AtomicInteger();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    /** By name: those of the graph and, while a marker passes, those that it brings and those that it takes away. */
    private volatile Map<String, LiveNode> nodes = Map.of();
    private volatile Configuration configuration;

    Flow(
            String name, int revision, int arcCapacity, boolean inspectsPackets, Events events, Threads threads,
            LeftThreads leftThreads, UnaryOperator<String> properties) {
        this.log = LoggerFactory.getLogger("neurath.flow." + name);
        this.name = name;
        this.configuration = new Configuration(revision, Graph.EMPTY, Map.of());
        this.arcCapacity = arcCapacity;
        this.inspectsPackets = inspectsPackets;
        this.events = events;
        this.threads = threads;
        this.leftThreads = leftThreads;
        this.properties = properties;
    }

    /** Opens the first instances and lets the sections run; or, on failure, leaves nothing behind. */
    void start(Graph first, Map<String, OperatorVersion> wanted, Map<Arc, Adapter> adapters) throws Exception {
        start(first, wanted, adapters, new Initialization(Map.of()));
    }

    /** The same, once the instances are ready. */
    void start(Graph first, Map<String, OperatorVersion> wanted, Map<Arc, Adapter> adapters, Initialization initialization)
            throws Exception {
        Draft draft = draft(first, adapters);
        try {
            draft.fetch();
            for (String node : first.nodes().keySet()) {
                draft.with(draft.build(node, wanted.get(node)));
            }
            draft.initialize(initialization);
            draft.begin();
        } catch (Throwable t) {
            draft.dismiss();
            throw t;
        }
        nodes = draft.nodes();
        configuration = new Configuration(revision(), first, inOrder(first, draft.versions(Map.of())));
        sectionsLeft.set(nodes.size());
        if (nodes.isEmpty()) {
            ended.complete(null);
        }
        draft.joining().forEach(draft::fill);
        draft.joining().forEach(LiveNode::endLoopIfCutOff);
        startSections(draft);
    }

    private void startSections(Draft draft) {
        var left = new ArrayDeque<>(nodes.values());
        try {
            for (; !left.isEmpty(); left.removeFirst()) {
                left.getFirst().placement.begin(draft.section(left.getFirst()));
            }
        } catch (Throwable t) {
            nodes.values().forEach(LiveNode::abandon);
            left.forEach(node -> node.finish(true));
            throw t;
        }
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Its graph, as of the last completed update. */
    public Graph graph() {
        return configuration.graph();
    }

    /** Number of its graph as a whole; every completed update makes the next. */
    public int revision() {
        return configuration.revision();
    }

    /**
     * The version that fills a node now.
     *
     * @throws IllegalArgumentException if there is no such node
     */
    public OperatorVersion version(String node) {
        return live(node).instance().version();
    }

    /** The versions that fill the nodes, by node, as of the last completed update. */
    public Map<String, OperatorVersion> versions() {
        return configuration.versions();
    }

    /** Its graph with the versions that fill it, as of the last completed update. */
    public Configuration configuration() {
        return configuration;
    }

    /** What the flow is once an update is completed: with what others have changed elsewhere since the draft was made. */
    public Configuration after(Draft draft) {
        Configuration now = configuration;
        Graph graph = Merge.of(draft.base(), draft.target(), now.graph()).without(Difference.WAS);
        return new Configuration(now.revision() + 1, graph, inOrder(graph, draft.versions(now.versions())));
    }

    private static Map<String, OperatorVersion> inOrder(Graph graph, Map<String, OperatorVersion> versions) {
        var ordered = new LinkedHashMap<String, OperatorVersion>();
        graph.nodes().keySet().forEach(node -> ordered.put(node, versions.get(node)));
        return Collections.unmodifiableMap(ordered);
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
                node.failures.failed(),
                node.failures.dropped(),
                node.worked(),
                node.ports().inlets().stream().mapToInt(inlet -> inlet.ring.size()).sum(),
                node.ports().inlets().stream().mapToInt(inlet -> inlet.ring.capacity()).sum(),
                Handover.entries(node.instance()).values().stream().mapToLong(entries -> entries).sum(),
                node.instance().size(),
                node.notes());
    }

    /** Its instances that are out. */
    public Retirement retirement() {
        return retirement;
    }

    /** What the flow is to be after an update that leaves the adapters as they are; nothing is touched by it. */
    public Draft draft(Graph target) {
        return draft(target, adapters());
    }

    /**
     * What the flow is to be after an update; nothing is touched by it.
     *
     * @param adapters at the ends of the target's arcs; those that are not there yet have to be {@linkplain Draft#fetch fetched}
     */
    public Draft draft(Graph target, Map<Arc, Adapter> adapters) {
        return new Draft(this, target, adapters);
    }

    /**
     * Requests that begin from here on are of the new version, where the graph has pinned nodes. When all its nodes work as it says: a
     * request that began before goes to the old one everywhere.
     *
     * @param epoch that begins, greater than those before
     */
    public void beginEpoch(int epoch) {
        beginnings.beginEpoch(epoch);
    }

    /** Number of the requests that began before an epoch and have not ended; empty while that epoch has not begun. */
    public OptionalLong unended(int epoch) {
        return beginnings.before(epoch);
    }

    /** The adapters at the ends of arcs. */
    public Map<Arc, Adapter> adapters() {
        var adapters = new LinkedHashMap<Arc, Adapter>();
        Map<String, LiveNode> live = nodes;
        for (Arc arc : graph().arcs()) {
            LiveNode from = live.get(arc.from().node());
            LiveNode to = live.get(arc.to().node());
            if (from != null && to != null) {
                Ports ports = to.ports();
                ports.inlet(from, arc).flatMap(ports::adaptation).ifPresent(adaptation -> adapters.put(arc, adaptation.adapter()));
            }
        }
        return adapters;
    }

    /**
     * Builds an instance beside the running one, for an update that leaves the graph as it is: makes the operator and opens it, on the
     * caller's thread.
     *
     * @throws Exception what its constructor or {@code open} throws; nothing is left of it then
     */
    public Instance build(String node, OperatorVersion version) throws Exception {
        live(node);
        return draft(graph()).build(node, version);
    }

    /**
     * Injects a marker that brings new instances and leaves the graph as it is.
     *
     * @param successors the new instances, by node
     * @see #mark(int, Set, Draft, Marker.Commit, Marker.Listener)
     */
    public Marker mark(
            int number, Set<String> region, Map<String, Instance> successors, Marker.Commit commit, Marker.Listener listener) {
        Draft draft = draft(graph());
        successors.values().forEach(draft::with);
        return mark(number, region, draft, commit, listener);
    }

    /**
     * Injects a marker at the heads of a region, and has the nodes that are new wait for it.
     *
     * @param number of the update
     * @param region names of its nodes now; with two nodes it contains every node on a way between them, and all that change
     * @param draft what the marker brings
     * @param listener is told when the marker passes a node
     * @throws IllegalStateException if an earlier marker is still on its way through a node of the region, or the draft is stale
     */
    public Marker mark(int number, Set<String> region, Draft draft, Marker.Commit commit, Marker.Listener listener) {
        Map<LiveNode, Part> parts = draft.parts(region);
        Marker marker = new Marker(number, commit, parts, listener);
        admit(marker, parts.keySet());
        var _ = marker.passed().whenComplete((done, cancelled) -> {
            if (cancelled != null) {
                draft.joining().forEach(this::forget);
            }
        });
        try {
            draft.joining().forEach(node -> join(node, draft, marker));
        } catch (Throwable t) {
            marker.cancel("the new nodes could not be started: " + t);
            throw t;
        }
        marker.inject();
        return marker;
    }

    /** Has the section of a new node wait for the marker that brings its first instance. */
    private void join(LiveNode node, Draft draft, Marker marker) {
        draft.fill(node, marker);
        if (sectionsLeft.getAndUpdate(left -> left == 0 ? 0 : left + 1) == 0) {
            throw new IllegalStateException(name + " has ended");
        }
        remember(node);
        try {
            node.placement.begin(draft.section(node));
        } catch (Throwable t) {
            node.abandon();
            node.finish(true);
            throw t;
        }
    }

    private void admit(Marker marker, Set<LiveNode> region) {
        synchronized (markers) {
            markers.removeIf(earlier -> !earlier.isOnItsWay());
            for (Marker earlier : markers) {
                if (region.stream().anyMatch(node -> earlier.part(node) != null)) {
                    throw new IllegalStateException(
                            name + ": " + earlier + " is still on its way: " + String.join("; ", earlier.awaited()));
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

    /** An update is completed: this is the graph now. */
    public void adopt(Graph next) {
        adopt(draft(next));
    }

    /**
     * An update is completed: what it changes is changed now. Updates of a flow complete one after the other; where another has
     * completed since the draft was made, what that one changed stays.
     */
    public void adopt(Draft draft) {
        draft.releaseAdaptations();
        synchronized (markers) {
            var byName = new HashMap<String, LiveNode>();
            nodes.forEach((key, node) -> {
                if (graph().nodes().containsKey(key) && !draft.removes(node)) {
                    byName.put(draft.nextName(node).orElse(key), node);
                }
            });
            draft.joining().forEach(node -> byName.put(node.name(), node));
            Configuration next = after(draft);
            var later = new LinkedHashMap<String, LiveNode>();
            next.graph().nodes().keySet().forEach(name -> later.put(name, byName.get(name)));
            later.forEach((name, node) -> node.rename(name));
            nodes.forEach((key, node) -> keepUntilOver(key, node, draft.removes(node), later));
            nodes = later;
            configuration = next;
        }
    }

    /** Of the nodes that are not of the graph: those that leave, and those that another update is about to bring. */
    private static void keepUntilOver(String key, LiveNode node, boolean leaves, Map<String, LiveNode> later) {
        if (!later.containsValue(node) && !node.isOver()) {
            later.put(leaves ? node.name() + " (leaves)" : key, node);
        }
    }

    private void remember(LiveNode node) {
        synchronized (markers) {
            var more = new LinkedHashMap<>(nodes);
            // a node that is renamed may still have the name
            more.put(more.containsKey(node.name()) ? node.name() + " to be" : node.name(), node);
            nodes = more;
        }
    }

    /** A node is over; one of the graph stays until the update that takes it out is completed, as others may be before. */
    private void forget(LiveNode node) {
        synchronized (markers) {
            var fewer = new LinkedHashMap<>(nodes);
            fewer.entrySet().removeIf(entry -> entry.getValue() == node && !graph().nodes().containsKey(entry.getKey()));
            nodes = fewer;
        }
    }

    /**
     * Asks the operator of a node whether it is well.
     *
     * @return completes with what is wrong, or with nothing; where the operator has no opinion, at once; while its section is busy, late
     */
    public CompletableFuture<Optional<String>> test(String node) {
        LiveNode live = live(node);
        var result = new CompletableFuture<Optional<String>>();
        live.post(() -> result.complete(live.test()));
        return result;
    }

    /** The instance that fills a node now. */
    public Instance instance(String node) {
        return live(node).instance();
    }

    /** Has a node finish what it has in hand and take no more, until {@link #resume} or an update of it. */
    public void hold(String node, String reason) {
        LiveNode live = live(node);
        live.post(() -> live.hold(reason));
    }

    /** Ends a {@link #hold}. */
    public void resume(String node) {
        LiveNode live = live(node);
        live.post(live::resume);
    }

    /** Ends the entrances; what is in hand is finished. A marker that can be cancelled is. Completes when all sections have ended. */
    public CompletableFuture<Void> end() {
        synchronized (markers) {
            markers.forEach(marker -> marker.cancel("the flow ends"));
        }
        nodes.values().forEach(node -> node.post(() -> {
            node.resume();
            if (node.ports().inlets().isEmpty() || node.loop() != null && !node.loop().hasEntrance()) {
                node.endOfInput();
            }
        }));
        return ended.copy();
    }

    /** Completes when all sections have ended. */
    CompletableFuture<Void> over() {
        return ended.copy();
    }

    /** A flow that is not started, like this one but for its name, and with events of its own. */
    Flow beside(String other, Events told) {
        return new Flow(other, 0, arcCapacity, inspectsPackets, told, threads, leftThreads, properties);
    }

    /** Ends the flow: lets it finish what is in hand for as long as {@code grace}, then drops the rest. */
    void stop(Duration grace) throws InterruptedException {
        long began = System.nanoTime();
        if (!awaitEnd(end(), grace)) {
            log.warn("{} did not finish within {}; what is left is dropped: {}", name, grace, unfinished());
            nodes.values().forEach(LiveNode::abandon);
            if (!awaitEnd(ended, grace)) {
                log.error("{}: operators do not return and are left behind: {}", name, unfinished());
            }
        }
        retirement.end(grace.minusNanos(System.nanoTime() - began));
        publish(at -> new Event.FlowStopped(at, name));
    }

    static boolean awaitEnd(CompletableFuture<Void> end, Duration grace) throws InterruptedException {
        try {
            end.get(Math.max(0, grace.toNanos()), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The nodes whose sections have not ended, for people. */
    List<String> unfinished() {
        return nodes.values().stream()
                .filter(node -> !node.isOver())
                .map(node -> node.name() + " (" + node.instance().leases() + " leases)")
                .toList();
    }

    LiveNode live(String node) {
        LiveNode live = nodes.get(node);
        if (live == null) {
            throw new IllegalArgumentException(name + " has no node '" + node + "'; there are " + String.join(", ", nodes.keySet()));
        }
        return live;
    }

    // ---- for drafts ----

    LiveNode newNode(String node) {
        return new LiveNode(this, node);
    }

    /** The parameters a graph gives to a node, by port, with placeholders resolved. */
    Map<String, Object> parameters(Graph target, String node) {
        return ParameterBinder.values(target, node, properties);
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

    void sectionOver(LiveNode node) {
        if (node.isGone()) {
            forget(node);
        }
        if (sectionsLeft.decrementAndGet() == 0) {
            nodes.values().forEach(left -> left.ports().inlets().forEach(left.failures::dropUnwanted));
            ended.complete(null);
        }
    }

    void sectionFailed(LiveNode node, Throwable cause) {
        log.error("{} stops: the engine failed in it, which is a defect of Neurath", node.label(), cause);
        publish(at -> new Event.Notice(at, name, node.label() + " stops: the engine failed in it: " + cause));
    }
}
