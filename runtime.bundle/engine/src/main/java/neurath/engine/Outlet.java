package neurath.engine;

import java.util.List;
import neurath.graph.Port;

/** An output port of a node with the arcs that leave it. For the section's thread. */
class Outlet {
    final Port port;
    final List<Ring> rings;
    final LiveNode node;

    Outlet(LiveNode node, Port port, List<Ring> rings) {
        this.node = node;
        this.port = port;
        this.rings = List.copyOf(rings);
    }

    void emit(Object packet) {
        emit(packet, rings);
    }

    /** @param ways the arcs that the packet is put on */
    final void emit(Object packet, List<Ring> ways) {
        if (rings.isEmpty()) {
            node.failures.drop(packet, new IllegalStateException("no arc leaves " + node.path() + '.' + port.name()));
            return;
        }
        if (node.hasEnded()) {
            node.failures.drop(packet, new IllegalStateException(node.path() + '.' + port.name() + " has ended; nothing follows the end"));
            return;
        }
        node.emitted.setOpaque(node.emitted.getPlain() + 1);
        try {
            for (Ring ring : ways) {
                node.put(ring, packet);
            }
        } catch (Section.Abandoned abandoned) {
            node.failures.drop(packet, abandoned);
            throw abandoned;
        }
    }
}
