package neurath.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a node is worked: in a section, or nowhere while it is on its way to another. For any thread but where it says otherwise.
 *
 * <p>Sections' threads write it, each its own name, and {@code null} where that was. So whoever reads it finds the section that works the
 * node, or one that has just left it; a section that takes a node looks at all that others may have told the one before.
 */
final class Placement {
    private static final VarHandle SECTION;

    static {
        try {
            SECTION = MethodHandles.lookup().findVarHandle(Placement.class, "section", Section.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final LiveNode node;
    private Section section;
    private volatile Section destination;
    /** Channels for the next section to watch. */
    private List<Watched> toWatch = new ArrayList<>(0);

    Placement(LiveNode node) {
        this.node = node;
    }

    /** Has a section work the node. Before any does. */
    void begin(Section first) {
        destination = first;
        first.admit(node);
    }

    /** The section it is in, or on its way to. */
    Section destination() {
        return destination;
    }

    /** Whether a section works it; exact on that section's thread. */
    boolean isIn(Section other) {
        return SECTION.getOpaque(this) == other;
    }

    /** Whether the caller is the thread that works it. */
    boolean isCurrent() {
        Section working = (Section) SECTION.getOpaque(this);
        return working != null && working.isCurrent();
    }

    /** Something was posted for the node. */
    void call() {
        VarHandle.fullFence();
        Section working = working();
        if (working != null) {
            working.call();
        }
    }

    /** Says that something has changed that its section may be waiting for. */
    void wake() {
        VarHandle.fullFence();
        Section working = working();
        if (working != null) {
            working.wake();
        }
    }

    /** The same without a fence: a hint. */
    void wakeIfItWaits() {
        Section working = (Section) SECTION.getOpaque(this);
        if (working != null && working.waits()) {
            working.wake();
        }
    }

    /** Ends its section without finishing. */
    void abandon() {
        Section working = working();
        if (working != null) {
            working.abandon();
        }
    }

    /** Nanoseconds the present turn of its section has taken; 0 while that waits. */
    long busyNanos() {
        Section working = working();
        return working == null ? 0 : working.busyNanos();
    }

    /** Another node, whose turn it is in their section, or {@code null}. */
    LiveNode mateAtWork() {
        Section working = working();
        LiveNode mate = working == null || working.busyNanos() == 0 ? null : working.working();
        return mate == node ? null : mate;
    }

    /** What the thread that works it is in, innermost first. */
    StackTraceElement[] stack() {
        Section working = working();
        return working == null ? new StackTraceElement[0] : working.stack();
    }

    private Section working() {
        return (Section) SECTION.getVolatile(this);
    }

    // ---- for its section's thread ----

    /** The section that works it. */
    Section section() {
        return section;
    }

    /** It is to go on in another section, when its turn is over. */
    void moveTo(Section next) {
        destination = next;
    }

    /** Whether it is to go on in another section. */
    boolean isToLeave(Section now) {
        return destination != now;
    }

    /** Its section works it no more; which is to. */
    Section leave(List<Watched> watched) {
        toWatch.addAll(watched);
        SECTION.setVolatile(this, null);
        return destination;
    }

    /** A section has taken it, and works it from here on. */
    void enter(Section next) {
        SECTION.setVolatile(this, next);
        toWatch.forEach(watched -> {
            try {
                watched.register(next.poller());
            } catch (RuntimeException e) {
                node.flow.log.error("{}: a channel is watched no more", node.label(), e);
            }
        });
        toWatch = new ArrayList<>(0);
    }

    void watch(Watched watched) {
        if (section == null) {
            toWatch.add(watched);
        } else {
            watched.register(section.poller());
        }
    }
}
