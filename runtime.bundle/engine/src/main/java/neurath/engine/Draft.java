package neurath.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import neurath.graph.Arc;
import neurath.graph.Difference;
import neurath.graph.Graph;
import neurath.graph.Loops;
import neurath.graph.Port;
import neurath.graph.Sections;

/**
 * What a flow is to be after an update: new arcs and nodes, and new instances, made ready beside what runs. Nothing of it is seen by the
 * flow before {@link Flow#mark} sends the marker that brings it.
 *
 * <p>An arc that stays is the same ring in both. A node that stays but loses or gains an arc has {@link Ports} of both times; it changes
 * from the one to the other when the marker passes it.
 *
 * <p>For one thread at a time. It is stale when another update has changed a node of its region meanwhile; the marker is refused then.
 */
public final class Draft {
    private final Flow flow;
    /** What the flow was when the draft was made. */
    private final Graph base;
    private final Graph target;
    private final Difference difference;
    /** The nodes of the target, by their names there; those that stay and those that are new. */
    private final Map<String, LiveNode> nodes = new LinkedHashMap<>();
    private final Set<LiveNode> removed = new LinkedHashSet<>();
    private final Map<String, Ports> ports = new HashMap<>();
    private final Map<String, Loop> loops = new HashMap<>();
    /** Of all nodes, the sections they are to be in. */
    private final Map<LiveNode, Section> sections = new HashMap<>();
    /** Where the nodes that stay were when the draft was made. */
    private final Map<LiveNode, Section> sectionsBefore = new HashMap<>();
    /** What the nodes that stay had when the draft was made. */
    private final Map<LiveNode, Ports> before = new HashMap<>();
    private final Map<String, Instance> successors = new LinkedHashMap<>();
    /** Of the successors, those that were built for this draft and not kept from before. */
    private final Set<Instance> built = new LinkedHashSet<>();
    /** What adapts packets and is not there yet. */
    private final List<Adaptation> adaptations = new ArrayList<>();
    /** New nodes that took a state over. */
    private final Set<String> inheriting = new HashSet<>();

    Draft(Flow flow, Graph target, Map<Arc, Adapter> adapters) {
        this.flow = flow;
        this.base = flow.graph();
        this.target = target;
        this.difference = Difference.between(base, target);
        for (String node : target.nodes().keySet()) {
            nodes.put(node, difference.added().contains(node) ? flow.newNode(node) : flow.live(difference.formerName(node)));
        }
        nodes.values().forEach(node -> before.put(node, node.ports()));
        difference.removed().forEach(node -> removed.add(flow.live(node)));
        nodes.values().forEach(node -> sectionsBefore.put(node, node.placement.destination()));
        Sections.of(target).forEach(this::share);
        connect(adapters);
        for (Set<String> names : Loops.of(target)) {
            boolean fed = target.arcs().stream().anyMatch(arc -> names.contains(arc.to().node()) && !names.contains(arc.from().node()));
            var loop = new Loop(names.stream().map(nodes::get).toList(), fed);
            names.forEach(node -> loops.put(node, loop));
        }
    }

    /** A section that goes on with some of its nodes, or a new one. */
    private void share(Set<String> names) {
        Section section = names.stream()
                .filter(node -> !difference.added().contains(node) && !difference.moved().contains(node))
                .map(nodes::get)
                .filter(node -> !node.isOver())
                .map(sectionsBefore::get)
                .findFirst()
                .orElseGet(() -> new Section(flow.threads));
        names.forEach(node -> sections.put(nodes.get(node), section));
    }

    private void connect(Map<Arc, Adapter> adapters) {
        var adaptations = new HashMap<Inlet, Adaptation>();
        var touched = new LinkedHashSet<>(difference.rewired());
        touched.addAll(difference.added());
        var inlets = new HashMap<String, List<Inlet>>();
        var outputs = new LinkedHashMap<Port, Map<Arc, Ring>>();
        for (Arc arc : target.arcs()) {
            LiveNode from = nodes.get(arc.from().node());
            LiveNode to = nodes.get(arc.to().node());
            Inlet inlet = existing(arc, from, to).orElseGet(() -> new Inlet(arc.to(), new Ring(from, to, flow.arcCapacity)));
            Optional<Adaptation> there = to.ports().adaptation(inlet);
            Optional<Adaptation> next = adaptation(there, adapters.get(arc));
            next.ifPresent(adaptation -> adaptations.put(inlet, adaptation));
            if (!next.equals(there)) {
                touched.add(arc.to().node());
            }
            inlets.computeIfAbsent(arc.to().node(), ignored -> new ArrayList<>()).add(inlet);
            outputs.computeIfAbsent(arc.from(), ignored -> new LinkedHashMap<>()).put(arc, inlet.ring);
        }
        for (String node : touched) {
            LiveNode live = nodes.get(node);
            var outlets = outputs.entrySet().stream()
                    .filter(output -> output.getKey().node().equals(node))
                    .sorted(Comparator.comparingInt(output -> output.getKey().index().orElse(0)))
                    .map(output -> RoutingOutlet.of(live, output.getKey(), output.getValue(), target))
                    .toList();
            ports.put(node, new Ports(live, inlets.getOrDefault(node, List.of()), outlets, adaptations));
        }
    }

    private Optional<Adaptation> adaptation(Optional<Adaptation> there, Adapter wanted) {
        if (wanted == null || there.filter(adaptation -> adaptation.adapter().equals(wanted)).isPresent()) {
            return wanted == null ? Optional.empty() : there;
        }
        var adaptation = new Adaptation(wanted);
        adaptations.add(adaptation);
        return Optional.of(adaptation);
    }

    /** The end of an arc that is there already. */
    private Optional<Inlet> existing(Arc arc, LiveNode from, LiveNode to) {
        if (difference.addedArcs().contains(arc)) {
            return Optional.empty();
        }
        return to.ports().inlet(from, arc);
    }

    /**
     * Fetches what is to adapt packets and is not there yet, on the caller's thread.
     *
     * @throws IllegalStateException if an adapter cannot be had; the draft is of no use then, and is to be dismissed
     */
    public void fetch() {
        adaptations.forEach(Adaptation::fetch);
    }

    /** The graph it was made for. */
    Graph base() {
        return base;
    }

    /** The graph afterwards. */
    public Graph target() {
        return target;
    }

    /** What makes the running graph the target. */
    public Difference difference() {
        return difference;
    }

    /**
     * Builds the instance that is to fill a node afterwards: makes the operator and opens it, on the caller's thread.
     *
     * @param node its name in the target
     * @throws Exception what its constructor or {@code open} throws; nothing is left of it then
     */
    public Instance build(String node, OperatorVersion version) throws Exception {
        LiveNode live = node(node);
        Instance instance = new Instance(live, version, ports(node), flow.parameters(target, node));
        instance.open();
        built.add(instance);
        return instance;
    }

    /**
     * Has the instances that were built for it made ready, and waits for it, on the caller's thread.
     *
     * @throws FlowException if one does not become ready; those that still work are interrupted
     */
    public void initialize(Initialization initialization) throws InterruptedException {
        initialization.pass(built());
    }

    /** Whether an instance that was built for it needs time to become ready. */
    public boolean needs(Initialization initialization) {
        return initialization.isNeededBy(built());
    }

    private Map<String, Instance> built() {
        var byNode = new LinkedHashMap<>(successors);
        byNode.values().retainAll(built);
        return byNode;
    }

    /**
     * Has the instances of new nodes make their first state, on the caller's thread, but for those that have taken one over.
     *
     * @throws Exception what {@code begin} throws
     */
    public void begin() throws Exception {
        for (String node : difference.added()) {
            if (!inheriting.contains(node)) {
                successors.get(node).begin();
            }
        }
    }

    /**
     * Gives the instance of a new node the state that the last instance of a former node was left with, on the caller's thread. Where the
     * former node had ended, its state was discarded, and the new one has nothing more to do either.
     *
     * @throws Exception what {@code state}, {@code restore} or a transfer throws
     */
    public void inherit(String node, Instance last) throws Exception {
        if (last.isClosed()) {
            node(node).comesEnded();
        } else {
            inheriting.add(node);
            Handover.to(successors.get(node)).takeFrom(last, Optional.empty());
        }
    }

    /** Puts an instance into the draft: one that was built for it, or one that filled the node before and was kept. */
    public Draft with(Instance successor) {
        successors.put(nameOf(successor), successor);
        return this;
    }

    /** The instances that are to be put in, by the names of their nodes in the target. */
    public Map<String, Instance> successors() {
        return Map.copyOf(successors);
    }

    /** The instances that run now, and are out when the marker has passed: those of replaced nodes. */
    public List<Instance> replaced() {
        return successors.keySet().stream()
                .filter(node -> !difference.added().contains(node))
                .map(node -> node(node).instance())
                .toList();
    }

    /** The instances of the nodes that are gone afterwards. */
    public List<Instance> removed() {
        return removed.stream().map(LiveNode::instance).toList();
    }

    /** Closes the instances that were built for it, one that is still being made ready when it is left; nothing of the draft is used any more. */
    public void dismiss() {
        endPreCopies();
        built.forEach(Instance::dismissWhenLeft);
        adaptations.forEach(Adaptation::release);
    }

    /** Completes when the instances that were built for it are closed. */
    public CompletableFuture<Void> closed() {
        return CompletableFuture.allOf(built.stream().map(Instance::closed).toArray(CompletableFuture<?>[]::new));
    }

    /** Has the copying of keyed state given up: before nodes that are frozen go on with the instances they have. */
    public void endPreCopies() {
        successors.values().forEach(Instance::endPreCopy);
    }

    // ---- for Flow ----

    /**
     * What the marker means to each node: of the region, and to those that are new.
     *
     * @param region nodes by their names now
     * @throws IllegalArgumentException if the region leaves out a node that changes, or a part of a loop
     * @throws IllegalStateException if the draft is stale
     */
    Map<LiveNode, Part> parts(Set<String> region) {
        var inside = new HashSet<LiveNode>();
        region.forEach(node -> inside.add(flow.live(node)));
        inside.forEach(node -> checkLoop(node, inside));
        var parts = new LinkedHashMap<LiveNode, Part>();
        nodes.forEach((name, node) -> {
            Instance successor = successors.get(name);
            if (difference.added().contains(name)) {
                parts.put(node, Part.joining(node, successor, ports.get(name), loops.get(name)));
            } else if (inside.contains(node)) {
                parts.put(node, Part.staying(node, successor, inside, ports.get(name), loops.get(name), moved(name)));
                checkReceivers(node, successor, ports(name));
            } else if (successor != null || ports.containsKey(name) || difference.moved().contains(name)) {
                throw new IllegalArgumentException(node.path() + " changes and is not in the region " + region);
            }
            if (inside.contains(node) && (node.ports() != before.get(node) || node.placement.destination() != sectionsBefore.get(node))) {
                throw new IllegalStateException(node.path() + " was changed by another update since this one was prepared; plan it again");
            }
        });
        for (LiveNode node : removed) {
            if (!inside.contains(node)) {
                throw new IllegalArgumentException(node.path() + " is removed and is not in the region " + region);
            }
            parts.put(node, Part.leaving(node, inside));
        }
        return parts;
    }

    /** A loop is in a region with all its nodes, or the marker would wait for those outside. */
    private static void checkLoop(LiveNode node, Set<LiveNode> region) {
        if (node.loop() != null && !region.containsAll(node.loop().nodes())) {
            throw new IllegalArgumentException("the region has " + node.path() + " without all the nodes of its loop");
        }
    }

    /** An instance that stays, or was kept, must be able to take from the arcs that are there afterwards. */
    private static void checkReceivers(LiveNode node, Instance successor, Ports next) {
        Instance then = successor == null ? node.instance() : successor;
        for (String port : next.connectedInputs()) {
            if (!then.receives(port)) {
                throw new IllegalStateException(node.label() + " set no receiver for its port " + port
                        + " when it was opened, and an arc is to lead there; replace the operator in the same update");
            }
        }
    }

    /** Puts the first instance of a new node in. Before its section starts. */
    void fill(LiveNode node) {
        node.begin(successors.get(node.name()), ports.get(node.name()), loops.get(node.name()));
    }

    /** Has a new node wait for the marker that puts its first instance in. Before its section starts. */
    void fill(LiveNode node, Marker marker) {
        node.await(successors.get(node.name()), ports.get(node.name()), marker);
    }

    /** It is the graph now: gives back what adapted packets at nodes that stay, and does not any more. */
    void releaseAdaptations() {
        nodes.forEach((name, node) -> {
            Ports next = ports(name);
            before.get(node).adaptations().stream()
                    .filter(adaptation -> !next.adaptations().contains(adaptation))
                    .forEach(Adaptation::release);
        });
    }

    /** Whether a node is gone afterwards. */
    boolean removes(LiveNode node) {
        return removed.contains(node);
    }

    /** The versions that fill the nodes afterwards, where the draft changes something. */
    Map<String, OperatorVersion> versions(Map<String, OperatorVersion> now) {
        var versions = new LinkedHashMap<>(now);
        versions.keySet().removeAll(difference.removed());
        difference.formerNames().forEach((name, former) -> {
            if (!name.equals(former)) {
                versions.put(name, versions.remove(former));
            }
        });
        successors.forEach((name, instance) -> versions.put(name, instance.version()));
        return versions;
    }

    /** The section a node is to be in. */
    Section section(LiveNode node) {
        return sections.get(node);
    }

    private Section moved(String node) {
        return difference.moved().contains(node) ? section(nodes.get(node)) : null;
    }

    /** The nodes that are new. */
    Stream<LiveNode> joining() {
        return difference.added().stream().map(nodes::get);
    }

    /** The nodes of the target by their names there. */
    Map<String, LiveNode> nodes() {
        return nodes;
    }

    private Ports ports(String node) {
        Ports next = ports.get(node);
        return next == null ? node(node).ports() : next;
    }

    private LiveNode node(String name) {
        LiveNode node = nodes.get(name);
        if (node == null) {
            throw new IllegalArgumentException(
                    flow.name() + ": the graph to be has no node '" + name + "'; there are " + String.join(", ", nodes.keySet()));
        }
        return node;
    }

    /** The name that the draft gives to a node instead of the one it had; nothing if it leaves it that. */
    Optional<String> nextName(LiveNode node) {
        return difference.renamed().keySet().stream().filter(name -> nodes.get(name) == node).findFirst();
    }

    private String nameOf(Instance successor) {
        return nodes.entrySet().stream()
                .filter(entry -> successor.isOf(entry.getValue()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(successor + " was not built for this draft"));
    }
}
