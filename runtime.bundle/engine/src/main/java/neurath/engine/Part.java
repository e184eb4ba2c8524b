package neurath.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What one marker means to one node.
 *
 * @param node the node
 * @param role whether it stays, is new, or goes
 * @param successor the instance that takes the place of the current one, or is the first; {@code null} where the current one stays
 * @param awaited the arcs inside the region that lead to the node: the marker is awaited on all of them that have not ended. Arcs inside
 *     a loop are not among them: the marker enters a loop when that is empty
 * @param onwards the arcs inside the region that leave the node, but for those inside a loop: the marker is sent on along all of them, the
 *     last thing on those that go
 * @param next the ends of its arcs afterwards, or {@code null} where they stay
 * @param loop the loop it is in afterwards, or {@code null}
 * @param section the section it moves to, or {@code null} where it stays in its own
 */
record Part(LiveNode node, Role role, Instance successor, Set<Inlet> awaited, List<Ring> onwards, Ports next, Loop loop, Section section) {
    enum Role {
        /** It is part of the region. */
        STAYS,
        /** It is new: nothing leads to it before the point of no return, and from there on it works. */
        JOINS,
        /** It is part of the region for the last time: the marker is the last thing it sees. */
        LEAVES
    }

    static Part joining(LiveNode node, Instance first, Ports ports, Loop loop) {
        if (first == null) {
            throw new IllegalArgumentException(node.path() + " is new, and no instance was built for it");
        }
        return new Part(node, Role.JOINS, first, Set.of(), List.of(), ports, loop, null);
    }

    static Part staying(LiveNode node, Instance successor, Set<LiveNode> region, Ports next, Loop loop, Section section) {
        return new Part(node, Role.STAYS, successor, awaited(node, region), onwards(node, region), next, loop, section);
    }

    static Part leaving(LiveNode node, Set<LiveNode> region) {
        return new Part(node, Role.LEAVES, null, awaited(node, region), onwards(node, region), null, null, null);
    }

    /** Whether the node is another afterwards; the first that changes is the point of no return of a streaming marker. */
    boolean changes() {
        return successor != null || next != null || section != null || role != Role.STAYS || loop != node.loop();
    }

    private static Set<Inlet> awaited(LiveNode node, Set<LiveNode> region) {
        var awaited = new HashSet<>(node.ports().inlets());
        awaited.removeIf(inlet -> !region.contains(inlet.ring.from) || node.isInLoopWith(inlet.ring.from));
        return awaited;
    }

    private static List<Ring> onwards(LiveNode node, Set<LiveNode> region) {
        return node.ports().outgoing().stream().filter(ring -> region.contains(ring.to) && !node.isInLoopWith(ring.to)).toList();
    }
}
