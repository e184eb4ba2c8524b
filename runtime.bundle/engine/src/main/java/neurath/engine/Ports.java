package neurath.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import neurath.graph.Arc;
import neurath.graph.Port;

/** The ends of the arcs at one node, from one change of its structure to the next. For the section's thread but where it says otherwise. */
final class Ports {
    private final LiveNode node;
    private final List<Inlet> inlets;
    private final Map<String, List<Outlet>> outlets = new HashMap<>();
    private final List<Ring> outgoing = new ArrayList<>();
    private final Map<Inlet, Adaptation> adaptations;

    /** @param outlets elements of an array port in the order of their indices */
    Ports(LiveNode node, List<Inlet> inlets, List<Outlet> outlets) {
        this(node, inlets, outlets, Map.of());
    }

    /** @param adaptations of packets, where types at the two ends of an arc do not agree */
    Ports(LiveNode node, List<Inlet> inlets, List<Outlet> outlets, Map<Inlet, Adaptation> adaptations) {
        this.node = node;
        this.inlets = List.copyOf(inlets);
        this.adaptations = Map.copyOf(adaptations);
        for (Outlet outlet : outlets) {
            this.outlets.computeIfAbsent(outlet.port.name(), ignored -> new ArrayList<>()).add(outlet);
            outgoing.addAll(outlet.rings);
        }
    }

    /** For any thread, as are the arcs' sizes. */
    List<Inlet> inlets() {
        return inlets;
    }

    /** What adapts the packets of an arc, if anything does. For any thread. */
    Optional<Adaptation> adaptation(Inlet inlet) {
        return Optional.ofNullable(adaptations.get(inlet));
    }

    /** All that adapts packets here. For any thread. */
    Collection<Adaptation> adaptations() {
        return adaptations.values();
    }

    /** The end of the arc from a port to a port, if there is one. For any thread. */
    Optional<Inlet> inlet(LiveNode from, Arc arc) {
        return inlets.stream()
                .filter(inlet -> inlet.isAt(arc.to()) && inlet.ring.from == from && from.ports().leaves(arc.from(), inlet.ring))
                .findFirst();
    }

    /** The names of the input ports that an arc leads to. */
    Set<String> connectedInputs() {
        var connected = new HashSet<String>();
        inlets.forEach(inlet -> connected.add(inlet.port.name()));
        return connected;
    }

    /** All arcs that leave the node. For any thread. */
    List<Ring> outgoing() {
        return outgoing;
    }

    /** Whether an arc leaves a port. For any thread. */
    boolean leaves(Port port, Ring ring) {
        return outlets(port.name()).stream().anyMatch(outlet -> outlet.port.index().equals(port.index()) && outlet.rings.contains(ring));
    }

    /** An output port; without arcs if none leaves it. */
    Outlet outlet(String port) {
        List<Outlet> elements = outlets(port);
        return elements.isEmpty() ? unconnected(Port.of(node.name(), port)) : elements.getFirst();
    }

    /** The output port, or the element of one, that another is afterwards; without arcs if none leaves it any more. */
    Outlet sameAs(Outlet other) {
        return outlets(other.port.name()).stream()
                .filter(outlet -> outlet.port.index().equals(other.port.index()))
                .findFirst()
                .orElseGet(() -> unconnected(other.port));
    }

    /** The elements of an output port, in the order of their indices. */
    List<Outlet> outlets(String port) {
        return outlets.getOrDefault(port, List.of());
    }

    private Outlet unconnected(Port port) {
        return new Outlet(node, port, List.of());
    }

    boolean allEnded() {
        return inlets.stream().allMatch(inlet -> inlet.ended);
    }

    void unblock() {
        inlets.forEach(inlet -> {
            inlet.blocked = false;
            inlet.held = false;
        });
    }

    /** Takes nothing more, for now. */
    void hold() {
        inlets.forEach(inlet -> inlet.held = true);
    }

    /** Takes nothing more from outside a loop. */
    void holdOutside(Loop loop) {
        inlets.forEach(inlet -> inlet.held |= loop.leadsIn(inlet));
    }

    boolean areEmptyInside(Loop loop) {
        return inlets.stream().allMatch(inlet -> loop.leadsIn(inlet) || inlet.ended || inlet.isDrained());
    }

    boolean haveEndedOutside(Loop loop) {
        return inlets.stream().allMatch(inlet -> !loop.leadsIn(inlet) || inlet.ended);
    }

    void endInside(Loop loop) {
        inlets.forEach(inlet -> inlet.ended |= !loop.leadsIn(inlet));
    }

    /** Makes room on full arcs that lead here from inside a loop; whether there was any need. */
    boolean spillInside(Loop loop) {
        boolean spilled = false;
        for (Inlet inlet : inlets) {
            spilled |= !loop.leadsIn(inlet) && inlet.spill();
        }
        return spilled;
    }

    boolean haveWork(boolean suspended) {
        for (int i = 0; i < inlets.size(); i++) {
            if (inlets.get(i).hasWork(suspended)) {
                return true;
            }
        }
        return false;
    }

    /** Wakes those who wait for what this section has put on arcs or taken from them. */
    void wakeNeighbours() {
        for (int i = 0; i < inlets.size(); i++) {
            inlets.get(i).ring.wakeProducer();
        }
        for (int i = 0; i < outgoing.size(); i++) {
            Ring ring = outgoing.get(i);
            if (ring.filled) {
                ring.filled = false;
                ring.to.placement.wake();
            }
        }
    }
}
