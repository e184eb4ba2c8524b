package neurath.engine;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Nodes that lead to each other in a circle. Packets inside go round until their operators let them out; the end of the outside, and a
 * marker, come only when the loop is empty.
 *
 * <p>An arc inside a loop must not make its producer wait for ever for itself: who waits for room inside takes out what waits for it
 * inside ({@link Ports#spillInside}).
 */
final class Loop {
    private final Set<LiveNode> nodes;
    private final boolean fed;
    private final Drain ends;

    /**
     * @param nodes in the order in which they are told of what concerns all, the same whenever the graph is
     * @param fed whether an arc leads into it
     */
    Loop(List<LiveNode> nodes, boolean fed) {
        this.nodes = Collections.unmodifiableSet(new LinkedHashSet<>(nodes));
        this.fed = fed;
        this.ends = new Drain(this, () -> nodes.stream().anyMatch(node -> node.loop() != this), node -> {}, node -> node.endLoop(this));
    }

    Set<LiveNode> nodes() {
        return nodes;
    }

    boolean contains(LiveNode node) {
        return nodes.contains(node);
    }

    /** Nothing comes into a node from outside the loop any more. When that holds for all of them, and the loop is empty, it ends. */
    void cutOff(LiveNode node) {
        ends.joined(node);
    }

    /** Whether an arc, or an operator that makes packets by itself, leads into the loop. */
    boolean hasEntrance() {
        return fed || nodes.stream().anyMatch(LiveNode::isSource);
    }

    boolean leadsIn(Inlet inlet) {
        return !nodes.contains(inlet.ring.from);
    }
}
