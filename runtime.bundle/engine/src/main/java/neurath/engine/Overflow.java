package neurath.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * What a node has emitted and arcs had no room for, where its section has other nodes to work and so does not wait: who waits for it may
 * be one of those. The node takes nothing more and obeys nothing before all of it has gone on; so it is never more than what one packet,
 * or one call of {@code produce}, gave. For the section's thread.
 */
final class Overflow {
    /** What one call may emit beyond the room on its arcs, before it is stopped. */
    static final int MOST = 1_000_000;

    private final LiveNode node;
    private final List<Ring> full = new ArrayList<>(0);
    private int items;

    Overflow(LiveNode node) {
        this.node = node;
    }

    boolean isEmpty() {
        return full.isEmpty();
    }

    /** @throws IllegalStateException if it is too much */
    void add(Ring ring, Object item) {
        if (items >= MOST && !(item instanceof Control)) {
            throw new IllegalStateException(node.label() + " emits more than " + MOST + " packets in one call while the arc to "
                    + ring.to.name() + " is full, and its section has other nodes to work; emit fewer in one call, or give it a section"
                    + " of its own");
        }
        if (!ring.overflows()) {
            full.add(ring);
        }
        ring.overflow(item);
        items++;
    }

    /** Puts on the arcs what there is room for by now; whether anything was. */
    boolean goOn() {
        int before = items;
        for (int i = 0; i < full.size(); i++) {
            Ring ring = full.get(i);
            empty(ring);
            if (!ring.overflows()) {
                full.remove(i--);
            }
        }
        return items < before;
    }

    private void empty(Ring ring) {
        int before = items;
        while (ring.overflows() && ring.offer(ring.overflowing())) {
            ring.nextOverflowing();
            items--;
        }
        if (items < before) {
            ring.filled = false;
            ring.to.placement.wake(); // here and not at the end of the turn: an arc that has gone is no neighbour's any more
        }
        if (ring.overflows() && isUnwanted(ring)) {
            drop(ring);
        }
    }

    private void drop(Ring ring) {
        for (Object item = ring.nextOverflowing(); item != null; item = ring.nextOverflowing()) {
            items--;
            node.failures.dropUnwanted(item, ring);
        }
    }

    private static boolean isUnwanted(Ring ring) {
        return ring.unwanted || ring.to.isOver();
    }

    /** Whether some of it could go on. */
    boolean mayGoOn() {
        for (Ring ring : full) {
            if (!ring.isFull() || isUnwanted(ring)) {
                return true;
            }
        }
        return false;
    }

    /** The first arc it waits for, or {@code null}. */
    Ring first() {
        return full.isEmpty() ? null : full.getFirst();
    }

    /** The flow is stopped: throws all of it away. */
    void abandon() {
        for (Ring ring : full) {
            for (Object item = ring.nextOverflowing(); item != null; item = ring.nextOverflowing()) {
                if (!(item instanceof Control)) {
                    node.failures.drop(item, new Section.Abandoned(item));
                }
            }
        }
        full.clear();
        items = 0;
    }
}
