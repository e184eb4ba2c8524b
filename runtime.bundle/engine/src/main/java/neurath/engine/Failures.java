package neurath.engine;

import java.util.concurrent.atomic.AtomicLong;
import neurath.api.Droppable;
import neurath.api.Failure;
import neurath.events.Event;

/**
 * What becomes of packets that a node cannot handle: each is counted, told, and sent to the error port or dropped. The flow lives. For
 * the section's thread, but for {@link #failed} and {@link #dropped}.
 */
final class Failures {
    private final LiveNode node;
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();

    Failures(LiveNode node) {
        this.node = node;
    }

    /** The number of packets, readinesses and timers whose handling threw. For any thread. */
    long failed() {
        return failed.getOpaque();
    }

    /** The number of packets thrown away. For any thread. */
    long dropped() {
        return dropped.getOpaque();
    }

    /** Handling a packet, a readiness or a timer threw: that packet is lost, with a reason, and nothing else is. */
    @SuppressWarnings("ReferenceEquality")
    void failed(Object packet, Throwable cause) {
        if (cause instanceof Section.Abandoned abandoned) {
            if (abandoned.item != packet) {
                drop(packet, abandoned);
            }
            return;
        }
        failed.setOpaque(failed.getPlain() + 1);
        tell(packet, cause);
        Outlet errors = node.ports().outlet("ERROR");
        if (errors.rings.isEmpty()) {
            drop(packet, cause);
        } else {
            errors.emit(new Failure(node.label(), packet, cause));
        }
    }

    /** Throws a packet away. */
    void drop(Object packet, Throwable reason) {
        dropped.setOpaque(dropped.getPlain() + 1);
        if ((packet instanceof Failure failure ? failure.packet() : packet) instanceof Droppable droppable) {
            try {
                droppable.dropped(reason);
            } catch (Throwable t) {
                node.flow.log.error("{}: {} could not be dropped properly", node.label(), describe(packet), t);
            }
        }
    }

    /** Throws away what was to be put on an arc to a node that has ended, which an update may have led there. */
    void dropUnwanted(Object item, Ring ring) {
        if (!(item instanceof Control)) {
            drop(item, new IllegalStateException(ring.to.path() + " has ended and takes no more"));
        }
    }

    /** Throws away what was still put on an arc to this node after it had ended. */
    void dropUnwanted(Inlet inlet) {
        for (Object item = inlet.poll(); item != null; item = inlet.poll()) {
            dropUnwanted(item, inlet.ring);
        }
    }

    /** Throws away what lies on an arc. */
    void dropAll(Inlet inlet) {
        for (Object item = inlet.poll(); item != null; item = inlet.poll()) {
            if (!(item instanceof Control)) {
                drop(item, new Section.Abandoned(item));
            }
        }
    }

    /** Publishes the failure; where even that fails, for want of memory say, the log is told in few words, and the section lives. */
    private void tell(Object packet, Throwable cause) {
        try {
            String where = node.name() + '@' + node.instance().version().version();
            node.flow.publish(at -> Event.PacketFailed.of(at, node.flow.name(), where, describe(packet), cause));
        } catch (Throwable t) {
            node.flow.log.error("a packet failed, and so did telling of it", t);
        }
    }

    private static String describe(Object packet) {
        return packet instanceof String text ? text : packet.getClass().getName();
    }
}
