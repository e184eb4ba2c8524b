package neurath.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import neurath.graph.Port;

/** The ends of the arcs at one node. Connected before the section starts; for its thread afterwards. */
final class Ports {
    private final LiveNode node;
    private final List<Inlet> inlets = new ArrayList<>();
    private final Map<String, List<Outlet>> outlets = new HashMap<>();
    private final List<Ring> outgoing = new ArrayList<>();

    Ports(LiveNode node) {
        this.node = node;
    }

    void addInlet(Port port, Ring ring) {
        inlets.add(new Inlet(port, ring));
    }

    void addOutlet(Port port, List<Ring> rings) {
        outlets.computeIfAbsent(port.name(), ignored -> new ArrayList<>()).add(new Outlet(node, port, rings));
        outgoing.addAll(rings);
    }

    /** For any thread, as are the arcs' sizes. */
    List<Inlet> inlets() {
        return inlets;
    }

    /** The names of the input ports that an arc leads to. */
    Set<String> connectedInputs() {
        var connected = new HashSet<String>();
        inlets.forEach(inlet -> connected.add(inlet.port.name()));
        return connected;
    }

    /** All arcs that leave the node. */
    List<Ring> outgoing() {
        return outgoing;
    }

    /** An output port; without arcs if none leaves it. */
    Outlet outlet(String port) {
        List<Outlet> elements = outlets(port);
        return elements.isEmpty() ? new Outlet(node, Port.of(node.name(), port), List.of()) : elements.getFirst();
    }

    /** The elements of an output port, in the order of their indices. */
    List<Outlet> outlets(String port) {
        return outlets.getOrDefault(port, List.of());
    }

    boolean allEnded() {
        return inlets.stream().allMatch(inlet -> inlet.ended);
    }

    void unblock() {
        inlets.forEach(inlet -> inlet.blocked = false);
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
            Ring ring = inlets.get(i).ring;
            if (ring.drained) {
                ring.drained = false;
                ring.from.section.wake();
            }
        }
        for (int i = 0; i < outgoing.size(); i++) {
            Ring ring = outgoing.get(i);
            if (ring.filled) {
                ring.filled = false;
                ring.to.section.wake();
            }
        }
    }
}
