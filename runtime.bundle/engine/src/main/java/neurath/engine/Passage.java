package neurath.engine;

import java.util.HashSet;
import java.util.Set;

/**
 * How markers pass one node: it waits until the marker has come on all live arcs from inside the region, sends it on, and takes its new
 * instance at once (stream) or freezes until all have come so far (hold). For the section's thread.
 *
 * <p>The word that a marker comes ({@link #expect}) and the marker itself ({@link #arrived}) reach a node in any order. A marker that
 * was cancelled is forgotten where it is met, and one that comes while an earlier, cancelled one is still awaited puts that one away.
 */
final class Passage {
    /** What a node takes out of one full arc behind the marker before the update is given up. */
    static final int MOST_SPILLED = 1_000_000;

    private final LiveNode node;
    private Alignment alignment;
    private Marker frozenBy;
    /** The marker has come; what goes round in the node's loop is still taken, and nothing else. */
    private volatile boolean draining;
    /** The loop is empty; nothing is taken until the marker passes. */
    private boolean drained;
    /** The marker has come; what the operator has begun is finished first, and nothing new is taken. */
    private volatile boolean finishing;
    /** Why the node was held before a marker let it go on, or {@code null}. */
    private String held;
    /** In the present alignment, the most items that were taken out of one full arc. */
    private int spilled;

    Passage(LiveNode node) {
        this.node = node;
    }

    /** The arcs inside the region on which the marker is still awaited. */
    private record Alignment(Marker marker, Set<Inlet> awaited) {}

    /** Whether a marker is awaited on some arcs. */
    boolean isAligning() {
        return alignment != null;
    }

    /** Whether the node takes nothing until a marker is committed or cancelled. */
    boolean isFrozen() {
        return frozenBy != null || drained;
    }

    /** Whether the node waits until its loop is empty. */
    boolean isDraining() {
        return draining;
    }

    /** Whether the operator finishes what it has begun, before the marker goes on. For any thread. */
    boolean isFinishing() {
        return finishing;
    }

    /** Whether that is done, and the marker may go on. */
    boolean hasFinished() {
        return finishing && node.unfinished() == 0;
    }

    /** A marker has been injected into a region that this node is part of. It may have come by an arc already, and even gone. */
    void expect(Marker marker) {
        if (alignment == null && frozenBy == null && marker.isAwaitedAt(node) && !marker.isCancelled()) {
            align(marker);
        }
    }

    /** The node is to join with a marker, and takes nothing before. */
    void freezeUntil(Marker marker) {
        frozenBy = marker;
    }

    /** A marker has come on an arc. */
    void arrived(Marker marker, Inlet inlet) {
        if (marker.isCancelled() || inlet.ended) {
            return;
        }
        if (alignment != null && alignment.marker() != marker) {
            release(alignment.marker());
        }
        if (alignment == null) {
            align(marker);
        }
        inlet.blocked = true;
        alignment.awaited().remove(inlet);
        alignedIfComplete();
    }

    /** An arc has ended, which counts as if the marker had come on it (I7). */
    void ended(Inlet inlet) {
        if (alignment != null && alignment.awaited().remove(inlet)) {
            alignedIfComplete();
        }
    }

    /** The marker was committed, or cancelled: the node goes on. */
    void release(Marker marker) {
        if (alignment != null && alignment.marker() == marker) {
            endAlignment();
        } else if (frozenBy != marker) {
            return;
        }
        Part part = marker.part(node);
        boolean swapped = marker.isSwitched() && node.turn(part);
        if (!marker.isSwitched() && part.role() == Part.Role.JOINS) {
            node.stayAway();
        }
        frozenBy = null;
        node.ports().unblock();
        holdAgain(swapped);
        node.wakeLate();
        if (marker.isSwitched()) {
            marker.released(node, swapped);
        }
    }

    private void align(Marker marker) {
        held = node.heldBecause();
        node.resume();
        var awaited = new HashSet<>(marker.part(node).awaited());
        awaited.removeIf(inlet -> inlet.ended);
        alignment = new Alignment(marker, awaited);
        alignedIfComplete();
    }

    private void alignedIfComplete() {
        if (!alignment.awaited().isEmpty() || draining || finishing) {
            return;
        }
        Marker marker = alignment.marker();
        if (node.loop() == null && node.unfinished() == 0) {
            goOn(marker);
        } else if (node.loop() == null) {
            finishing = true;
            node.ports().hold();
        } else {
            draining = true;
            node.ports().holdOutside(node.loop());
            marker.drain(node.loop()).joined(node);
        }
    }

    /** All that the operator had begun is finished. */
    void goOnAsFinished() {
        goOn(alignment.marker());
    }

    /** The node's loop is empty: nothing more is taken, for others may be in the new epoch soon. */
    void stop(Marker marker) {
        drained = draining && alignment.marker() == marker;
    }

    /** All nodes of the loop have stopped. */
    void goOnTogether(Marker marker) {
        if (draining && alignment.marker() == marker) {
            goOn(marker);
        }
    }

    /** Items behind the marker were taken out of a full arc, so that its producer can go on. */
    void spilled(int items) {
        spilled = Math.max(spilled, items);
        if (items > MOST_SPILLED && alignment != null) {
            alignment.marker().cancel(node.label() + " has taken more than " + MOST_SPILLED
                    + " items out of a full arc while it waited for the marker from "
                    + String.join(", ", alignment.awaited().stream().map(inlet -> inlet.ring.from.name()).sorted().toList()));
        }
    }

    private void endAlignment() {
        if (spilled > 0) {
            alignment.marker().tell(node, "has taken " + spilled + " items out of a full arc while it waited");
            spilled = 0;
        }
        alignment = null;
        draining = false;
        drained = false;
        finishing = false;
    }

    private void goOn(Marker marker) {
        endAlignment();
        switch (marker.how()) {
            case STREAM -> pass(marker);
            case HOLD -> freeze(marker);
        }
    }

    private void pass(Marker marker) {
        Part part = marker.part(node);
        boolean goesOn = part.changes() ? marker.pass() : !marker.isCancelled();
        boolean swapped = false;
        if (goesOn) {
            sendOn(part, marker);
            swapped = node.turn(part);
            marker.aligned(node);
            marker.released(node, swapped);
        }
        node.ports().unblock();
        holdAgain(swapped);
        node.wakeLate();
    }

    /** A node that was held is held on, unless it has taken a new instance. */
    private void holdAgain(boolean swapped) {
        if (held != null && !swapped) {
            node.hold(held);
        }
        held = null;
    }

    private void freeze(Marker marker) {
        frozenBy = marker;
        sendOn(marker.part(node), marker);
        marker.aligned(node);
    }

    private void sendOn(Part part, Marker marker) {
        if (!node.hasEnded()) {
            part.onwards().forEach(ring -> node.put(ring, marker));
        }
    }
}
