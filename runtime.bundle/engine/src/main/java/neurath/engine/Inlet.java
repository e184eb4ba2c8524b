package neurath.engine;

import java.util.ArrayDeque;
import neurath.api.Context.Receiver;
import neurath.graph.Port;

/** The end of an arc at the node that takes from it. For the section's thread, but for the sizes. */
final class Inlet {
    final Port port;
    final Ring ring;
    /** What packets are given to; of the node's current instance. */
    Receiver<Object> receiver;
    /** The marker has come on this arc and not yet on all others: nothing behind it is taken. */
    boolean blocked;
    /** Nothing is taken from this arc until its node's loop is empty, or its operator has finished what it has begun. What lies on it waits. */
    boolean held;
    boolean ended;

    /**
     * Packets behind the marker that were taken out of the full arc while it was blocked, so that a producer that feeds another arc of
     * the same alignment can go on. Without it unequal branches with small arcs would deadlock.
     */
    private final ArrayDeque<Object> spill = new ArrayDeque<>();

    Inlet(Port port, Ring ring) {
        this.port = port;
        this.ring = ring;
        ring.end = this;
    }

    /** Whether packets of an arc to that port end here; where its node was renamed, the node's name makes no difference. */
    boolean isAt(Port other) {
        return port.name().equals(other.name()) && port.index().equals(other.index());
    }

    /** Nothing lies on the arc. */
    boolean isDrained() {
        return spill.isEmpty() && ring.isEmpty();
    }

    /** Items taken out of the full arc and not handled yet. */
    int spilled() {
        return spill.size();
    }

    /** Whether a packet that is to be put on the arc would be the next to be taken from it. */
    boolean takesNext() {
        return receiver != null && !blocked && !held && !ended && isDrained();
    }

    Object poll() {
        Object spilled = spill.poll();
        return spilled != null ? spilled : ring.poll();
    }

    boolean hasWork(boolean suspended) {
        if (blocked) {
            return ring.isFull();
        }
        return !suspended && !held && !(spill.isEmpty() && ring.isEmpty());
    }

    /** Makes room behind a blocked full arc; whether there was any need. */
    boolean spill() {
        if (!ring.isFull()) {
            return false;
        }
        for (Object item = ring.poll(); item != null; item = ring.poll()) {
            spill.add(item);
        }
        return true;
    }
}
