package neurath.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import neurath.graph.Port;

/** Who keeps a marker from going on, and by what: for people, at about one moment. For any thread. */
final class Delay {
    /** How many times longer than usual a packet may take before it is one that its node is stuck in. */
    private static final int UNUSUAL = 4;
    private static final long SLACK_NANOS = 50_000_000;

    private final Marker marker;
    private final Set<LiveNode> unaligned;

    private Delay(Marker marker, Set<LiveNode> unaligned) {
        this.marker = marker;
        this.unaligned = unaligned;
    }

    /**
     * One sentence for each node that is the cause and not merely behind one: {@code web-server/reply.IN waits for marker 7 from load:
     * http/load@1.0.0 has been in read() for 4.1 s}.
     *
     * @param unaligned the nodes to which the marker has not come on all arcs
     */
    static List<String> of(Marker marker, Set<LiveNode> unaligned) {
        Set<LiveNode> nodes = Set.copyOf(unaligned);
        var delay = new Delay(marker, nodes);
        List<String> causes = nodes.stream().filter(delay::isCause).map(delay::sentence).sorted().toList();
        return causes.isEmpty() ? nodes.stream().map(delay::sentence).sorted().toList() : causes;
    }

    private boolean isCause(LiveNode node) {
        return awaited(node).stream().noneMatch(inlet -> unaligned.contains(inlet.ring.from));
    }

    private List<Inlet> awaited(LiveNode node) {
        return marker.part(node).awaited().stream().filter(inlet -> !inlet.blocked && !inlet.ended).toList();
    }

    private String sentence(LiveNode culprit) {
        return whoWaits(culprit) + ": " + culprit.instance().version().label() + ' ' + reason(culprit, new HashSet<>());
    }

    private String whoWaits(LiveNode culprit) {
        return unaligned.stream()
                .flatMap(node -> awaited(node).stream()
                        .filter(inlet -> inlet.ring.from == culprit)
                        .map(inlet -> node.flow.name() + '/' + new Port(node.name(), inlet.port.name(), inlet.port.index())
                                + " waits for " + marker + " from " + culprit.name()))
                .min(String::compareTo)
                .orElse(culprit.path() + " waits for " + marker);
    }

    private static String reason(LiveNode node, Set<LiveNode> told) {
        told.add(node);
        String held = node.heldBecause();
        if (held != null) {
            return "is held: " + held;
        }
        LiveNode full = node.blockedBy();
        if (full != null) {
            return "waits for room on the arc to " + full.name() + (told.contains(full) ? "" : ", which " + reason(full, told));
        }
        LiveNode mate = node.placement.mateAtWork();
        if (mate != null && told.add(mate)) {
            return "waits for its turn in the section of " + mate.name() + ", which " + reason(mate, told);
        }
        long busy = node.placement.busyNanos();
        Loop loop = node.loop();
        if (busy == 0 && node.passage.isDraining() && loop != null) {
            return "waits until the loop of " + String.join(", ", loop.nodes().stream().map(LiveNode::name).sorted().toList())
                    + " is empty";
        }
        if (busy == 0 && node.passage.isFinishing()) {
            int unfinished = node.unfinished();
            return "finishes " + (unfinished == 1 ? "1 packet" : unfinished + " packets") + " of which not all is out yet";
        }
        int before = node.ports().inlets().stream().filter(inlet -> !inlet.blocked).mapToInt(inlet -> inlet.ring.size()).sum();
        long each = node.worked() / Math.max(1, node.takenBefore());
        if (before > 0 && isAsUsual(node, busy, each)) {
            return "has " + before + " packets to finish first, and takes " + said(each) + " for each";
        }
        return busy == 0 ? "has not answered"
                : "has been " + where(node).map(method -> "in " + method).orElse("busy") + " for " + said(busy);
    }

    /** Whether the present turn is no longer than the packets taken in it, and one in hand, have always been. */
    private static boolean isAsUsual(LiveNode node, long busy, long each) {
        long handled = node.taken.get() - node.takenBefore();
        return busy <= UNUSUAL * (handled + 1) * each + SLACK_NANOS;
    }

    /** The method of the operator, or of a class beside it, that its section is in. */
    private static Optional<String> where(LiveNode node) {
        Class<?> operator = node.instance().operator().getClass();
        var besideIt = new ArrayList<String>();
        for (StackTraceElement frame : node.placement.stack()) {
            String name = frame.getClassName();
            if (name.equals(operator.getName()) || name.startsWith(operator.getName() + '$')) {
                return Optional.of(besideIt.isEmpty() ? method(frame) : besideIt.getFirst());
            } else if (name.startsWith("neurath.engine.")) {
                break;
            } else if (name.startsWith(operator.getPackageName() + '.')) {
                besideIt.add(name.substring(operator.getPackageName().length() + 1).replace('$', '.') + '.' + method(frame));
            }
        }
        return Optional.empty();
    }

    /** A lambda is in the method that wrote it. */
    private static String method(StackTraceElement frame) {
        String name = frame.getMethodName();
        return name.replaceFirst("^lambda\\$(\\w+)\\$\\d+$", "$1") + "()";
    }

    private static String said(long nanos) {
        if (nanos >= 1_000_000_000) {
            return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
        }
        return nanos >= 1_000_000 ? nanos / 1_000_000 + " ms" : nanos / 1_000 + " µs";
    }
}
