package neurath.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import neurath.api.StateTransfer;
import neurath.api.Stateful;
import neurath.engine.Signature.ThreadKind;
import neurath.events.Event;
import neurath.events.Events;
import neurath.graph.Arc;
import neurath.graph.Difference;
import neurath.graph.Graph;
import neurath.graph.InitialPacket;
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
    final int arcCapacity;
    /** Whether each packet that is emitted is checked: a test mode. */
    final boolean inspectsPackets;

    private final String name;
    private final Events events;
    private final UnaryOperator<String> properties;
    private final Set<Instance> retiring = Collections.synchronizedSet(new LinkedHashSet<>());
    /** Instances that are out and may be put in again, and whether their state goes with them if they are not. */
    private final Map<Instance, Boolean> kept = Collections.synchronizedMap(new LinkedHashMap<>());
    private final Set<Marker> markers = new HashSet<>();
    private final ReentrantLock ordersOfTheEnded = new ReentrantLock();
    private final AtomicInteger sectionsLeft = new AtomicInteger();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    /** By name: those of the graph and, while a marker passes, those that it brings and those that it takes away. */
    private volatile Map<String, LiveNode> nodes = Map.of();
    private volatile Graph graph = Graph.EMPTY;
    private volatile int revision;

    Flow(
            String name, int revision, int arcCapacity, boolean inspectsPackets, Events events, Threads threads,
            UnaryOperator<String> properties) {
        this.log = LoggerFactory.getLogger("neurath.flow." + name);
        this.name = name;
        this.revision = revision;
        this.arcCapacity = arcCapacity;
        this.inspectsPackets = inspectsPackets;
        this.events = events;
        this.threads = threads;
        this.properties = properties;
    }

    /** Opens the first instances and lets the sections run; or, on failure, leaves nothing behind. */
    void start(Graph first, Map<String, OperatorVersion> versions, Map<Arc, Adapter> adapters) throws Exception {
        Draft draft = draft(first, adapters);
        try {
            for (String node : first.nodes().keySet()) {
                draft.with(draft.build(node, versions.get(node)));
            }
            draft.begin();
        } catch (Throwable t) {
            draft.dismiss();
            throw t;
        }
        nodes = draft.nodes();
        graph = first;
        sectionsLeft.set(nodes.size());
        if (nodes.isEmpty()) {
            ended.complete(null);
        }
        draft.joining().forEach(draft::fill);
        draft.joining().forEach(LiveNode::endLoopIfCutOff);
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
        Map<String, LiveNode> live = nodes;
        graph.nodes().keySet().stream().filter(live::containsKey).forEach(node -> versions.put(node, live.get(node).instance().version()));
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
                node.failures.failed(),
                node.failures.dropped(),
                node.worked.getOpaque(),
                node.ports().inlets().stream().mapToInt(inlet -> inlet.ring.size()).sum(),
                node.ports().inlets().stream().mapToInt(inlet -> inlet.ring.capacity()).sum(),
                node.notes());
    }

    /** The instances that are out and still have work to finish. */
    public List<Instance> retiring() {
        synchronized (retiring) {
            return List.copyOf(retiring);
        }
    }

    /** What the flow is to be after an update that leaves the adapters as they are; nothing is touched by it. */
    public Draft draft(Graph target) {
        return draft(target, adapters());
    }

    /**
     * What the flow is to be after an update; nothing is touched by it.
     *
     * @param adapters at the ends of the target's arcs; those that are not there yet are fetched on the caller's thread
     * @throws IllegalStateException if one cannot be had
     */
    public Draft draft(Graph target, Map<Arc, Adapter> adapters) {
        return new Draft(this, target, adapters);
    }

    /** The adapters at the ends of arcs. */
    public Map<Arc, Adapter> adapters() {
        var adapters = new LinkedHashMap<Arc, Adapter>();
        Map<String, LiveNode> live = nodes;
        for (Arc arc : graph.arcs()) {
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
        return draft(graph).build(node, version);
    }

    /**
     * Gives a new instance the state of the one it is to replace, on the caller's thread, while a marker holds the node. Where the old
     * version keeps no state the new one makes its first.
     *
     * @throws Exception what {@code state}, {@code restore} or a transfer throws; the old instance is as it was
     */
    public void handOver(Instance successor) throws Exception {
        handOver(successor, Optional.empty());
    }

    /**
     * The same, by a transfer that a bundle offers.
     *
     * @param by the transfer; without one by what the versions declare, or by name
     */
    public void handOver(Instance successor, Optional<StateTransfer<?, ?>> by) throws Exception {
        handOver(successor.predecessor(), successor, by);
    }

    void handOver(Instance old, Instance successor, Optional<StateTransfer<?, ?>> by) throws Exception {
        if (old.isClosed()) {
            return; // the node has ended: it needs no successor, and its state was discarded
        }
        successor.preCopy(old).finish();
        if (old.operator() instanceof Stateful<?> from && successor.operator() instanceof Stateful<?> to) {
            Signature wanted = successor.version().signature();
            Record state = by.isPresent()
                    ? StateMapping.bring(from.state(), by.get(), wanted)
                    : StateMapping.bring(from.state(), old.version().signature(), wanted);
            successor.keyed().filling(() -> restore(to, state));
        } else {
            successor.begin();
        }
    }

    @SuppressWarnings("unchecked")
    private static <S extends Record> Stateful<S> restore(Stateful<S> to, Record state) throws Exception {
        to.restore((S) state);
        return to;
    }

    /**
     * What copies the keyed state that a new instance is to take over, ahead of the marker; empty where nothing changes its shape.
     * {@link #handOver} moves what is left. Dismissing the new instance ends it, and leaves the old one as it was.
     *
     * @throws Exception what the constructor of a transfer throws
     */
    public Optional<PreCopy> preCopy(Instance successor) throws Exception {
        return Optional.of(successor.preCopy(successor.predecessor())).filter(PreCopy::isNeeded);
    }

    /**
     * Keeps the keyed state of the version before in step with what a new instance will write, so that an update back to that version
     * moves no more than has changed lately. After {@link #handOver} and before the marker is committed; ends when the instance before is
     * retired ({@link #retireKept}), or with the next update of the node.
     *
     * @return whether the new version's entries can become the old one's; {@link States#problem} says why not
     * @throws Exception what the constructor of a transfer throws
     */
    public boolean keepWayBack(Instance successor) throws Exception {
        Instance before = successor.predecessor();
        boolean leadsBack = EntryMapping.problem(successor.version().signature(), before.version().signature()).isEmpty();
        if (leadsBack) {
            successor.wayBack(WayBack.from(successor, before));
        }
        return leadsBack;
    }

    /** Whether the keyed state that a node had with another version is kept in step. */
    public boolean hasWayBack(String node, OperatorVersion before) {
        WayBack back = live(node).instance().wayBack();
        return back != null && back.leadsTo(before);
    }

    /** Number of entries in the keyed maps of a node, by their names. */
    public Map<String, Long> entries(String node) {
        var entries = new LinkedHashMap<String, Long>();
        live(node).instance().keyed().all().forEach(map -> entries.put(map.type.name(), map.table().size()));
        return entries;
    }

    /**
     * Has a new instance make a state of its own instead of taking one over, on the caller's thread, while a marker holds the node.
     *
     * @throws Exception what {@code begin} throws
     */
    public void beginAnew(Instance successor) throws Exception {
        successor.begin();
    }

    /**
     * Injects a marker that brings new instances and leaves the graph as it is.
     *
     * @param successors the new instances, by node
     * @see #mark(int, Set, Draft, Marker.Commit, Marker.Listener)
     */
    public Marker mark(
            int number, Set<String> region, Map<String, Instance> successors, Marker.Commit commit, Marker.Listener listener) {
        Draft draft = draft(graph);
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
            node.section.start();
        } catch (Throwable t) {
            node.section.abandon();
            node.section.run();
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

    /** An update is completed: this is the graph now. Updates of a flow complete one after the other. */
    public void adopt(Graph next) {
        adopt(draft(next));
    }

    /** An update is completed: its target is the graph now. Updates of a flow complete one after the other. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    public void adopt(Draft draft) {
        draft.releaseAdaptations();
        synchronized (markers) {
            draft.nodes().forEach((node, live) -> live.rename(node));
            var next = new LinkedHashMap<>(draft.nodes());
            nodes.values().stream().filter(node -> !next.containsValue(node)).toList().forEach(node -> keepUntilOver(node, next));
            nodes = next;
            graph = draft.target().without(Difference.WAS);
            revision++;
        }
    }

    private static void keepUntilOver(LiveNode leaving, Map<String, LiveNode> nodes) {
        if (!leaving.section.isOver()) {
            nodes.put(leaving.name() + " (leaves)", leaving);
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

    private void forget(LiveNode node) {
        synchronized (markers) {
            var fewer = new LinkedHashMap<>(nodes);
            fewer.values().remove(node);
            nodes = fewer;
        }
    }

    /** Has an instance that is out closed once its work is done. */
    public CompletableFuture<Void> retire(Instance old) {
        retiring.add(old);
        return old.retire().whenComplete((done, failure) -> retiring.remove(old));
    }

    /**
     * Keeps an instance that is out, so that it can be put in again.
     *
     * @param stateToo whether nobody took its state over, so that it goes with the instance
     */
    public void keep(Instance out, boolean stateToo) {
        kept.put(out, stateToo);
    }

    /** The instances that are out and kept. */
    public List<Instance> kept() {
        synchronized (kept) {
            return List.copyOf(kept.keySet());
        }
    }

    /** An instance that was kept has been put in again. */
    public void takeBack(Instance in) {
        kept.remove(in);
    }

    /** Has instances that are kept closed once their work is done; those that are not kept any more are left alone. */
    public CompletableFuture<Void> retireKept(Collection<Instance> instances) {
        var retired = new ArrayList<CompletableFuture<Void>>();
        for (Instance instance : instances) {
            Boolean stateToo = kept.remove(instance);
            if (stateToo != null) {
                instance.predecessor().endWayBack(instance.version());
                retired.add(stateToo ? remove(instance) : retire(instance));
            }
        }
        return CompletableFuture.allOf(retired.toArray(CompletableFuture<?>[]::new));
    }

    /**
     * Asks the operator of a node whether it is well.
     *
     * @return completes with what is wrong, or with nothing; where the operator has no opinion, at once; while its section is busy, late
     */
    public CompletableFuture<Optional<String>> test(String node) {
        LiveNode live = live(node);
        var result = new CompletableFuture<Optional<String>>();
        live.section.post(() -> result.complete(live.test()));
        return result;
    }

    /** Has the last instance of a node that is no more closed, with its state, once its work is done. */
    public CompletableFuture<Void> remove(Instance last) {
        retiring.add(last);
        return last.retireWithState().whenComplete((done, failure) -> retiring.remove(last));
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
            if (node.ports().inlets().isEmpty() || node.loop() != null && !node.loop().hasEntrance()) {
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
        var _ = retireKept(kept());
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

    LiveNode live(String node) {
        LiveNode live = nodes.get(node);
        if (live == null) {
            throw new IllegalArgumentException(name + " has no node '" + node + "'; there are " + String.join(", ", nodes.keySet()));
        }
        return live;
    }

    // ---- for drafts ----

    LiveNode newNode(String node) {
        return new LiveNode(this, node, threads);
    }

    /** The parameters a graph gives to a node, by port, with placeholders resolved. */
    Map<String, Object> parameters(Graph target, String node) {
        var parameters = new HashMap<String, Object>();
        for (InitialPacket packet : target.initialPackets()) {
            if (packet.to().node().equals(node)) {
                Object data = packet.data() instanceof String text ? properties.apply(text) : packet.data();
                parameters.put(packet.to().name(), data);
            }
        }
        return parameters;
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
