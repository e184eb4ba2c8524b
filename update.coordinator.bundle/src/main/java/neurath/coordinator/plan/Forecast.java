package neurath.coordinator.plan;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import neurath.coordinator.plan.Plan.Replacement;
import neurath.engine.Marker.Commit;
import neurath.engine.NodeStatus;
import neurath.graph.Graph;

/**
 * What an update would meet if it were carried out now, as the nodes' own counts tell.
 *
 * @param queued packets on the arcs inside the region: they are handled before the switch
 * @param waiting packets on the arcs that lead into the region: with {@link Commit#HOLD} they wait until the switch
 * @param slowest the node of the region that takes longest for a packet; empty if none has taken any
 * @param perPacket how long it takes
 * @param pause how long the region takes no packets until it is drained; zero with {@link Commit#STREAM}
 * @param moving entries that move while the region waits: those of keyed state that is shared out anew, and of state that passes whole, as
 *     far as operators tell how many they have
 * @param handover how long that takes, about
 */
public record Forecast(
        long queued, long waiting, Optional<String> slowest, Duration perPacket, Duration pause, long moving, Duration handover) {
    /** What an entry takes, by experiment x3, without what a transfer does to it. */
    static final Duration PER_ENTRY = Duration.ofNanos(150);

    /** Of a plan for a graph, at a moment. */
    public static Forecast of(Plan plan, Graph graph, List<NodeStatus> moment) {
        Map<String, NodeStatus> nodes = moment.stream()
                .filter(node -> plan.region().contains(node.name()))
                .collect(Collectors.toMap(NodeStatus::name, node -> node));
        Set<String> inner = graph.arcs().stream()
                .filter(arc -> plan.region().contains(arc.from().node()))
                .map(arc -> arc.to().node())
                .collect(Collectors.toSet());
        long queued = nodes.values().stream().filter(node -> inner.contains(node.name())).mapToLong(NodeStatus::queued).sum();
        long waiting = nodes.values().stream().filter(node -> !inner.contains(node.name())).mapToLong(NodeStatus::queued).sum();
        Optional<NodeStatus> slowest =
                nodes.values().stream().filter(node -> node.taken() > 0).max(Comparator.comparingLong(Forecast::perPacket));
        Duration perPacket = Duration.ofNanos(slowest.map(Forecast::perPacket).orElse(0L));
        // also with nothing queued a packet may be in hand
        Duration pause = plan.commit() == Commit.HOLD ? perPacket.multipliedBy(queued + 1) : Duration.ZERO;
        long moving = moving(plan, nodes);
        return new Forecast(
                queued, waiting, slowest.map(NodeStatus::name), perPacket, pause, moving, PER_ENTRY.multipliedBy(moving));
    }

    private static long moving(Plan plan, Map<String, NodeStatus> nodes) {
        long whole = plan.replacements().entrySet().stream()
                .filter(replacement -> passesWhole(plan, replacement.getKey(), replacement.getValue()))
                .mapToLong(replacement -> count(nodes, plan.difference().formerName(replacement.getKey()), NodeStatus::size))
                .sum();
        long shared = plan.scalings().stream()
                .filter(Scaling::sharesOut)
                .flatMap(scaling -> scaling.before().stream())
                .mapToLong(node -> count(nodes, node, NodeStatus::entries))
                .sum();
        return whole + shared;
    }

    private static boolean passesWhole(Plan plan, String node, Replacement replacement) {
        return !plan.fresh().contains(node) && !plan.isOfScaling(node)
                && replacement.from().signature().state().isPresent() && replacement.to().signature().state().isPresent();
    }

    private static long count(Map<String, NodeStatus> nodes, String node, ToLongFunction<NodeStatus> entries) {
        return nodes.containsKey(node) ? Math.max(0, entries.applyAsLong(nodes.get(node))) : 0;
    }

    private static long perPacket(NodeStatus node) {
        return node.nanos() / node.taken();
    }

    /** For people, in one line. */
    @Override
    public String toString() {
        String packets = queued + (queued == 1 ? " packet" : " packets") + " in the region and " + waiting + " before it now";
        return pause.isZero()
                ? packets + "; nobody waits"
                : packets + "; drained in about " + said(pause)
                        + slowest.map(node -> ", as " + node + " takes " + said(perPacket) + " for each").orElse("")
                        + (moving == 0 ? "" : "; then " + moving + (moving == 1 ? " entry moves" : " entries move") + ", in about "
                                + said(handover));
    }

    private static String said(Duration time) {
        long nanos = time.toNanos();
        if (nanos >= 1_000_000_000) {
            return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
        }
        return nanos >= 1_000_000 ? String.format(Locale.ROOT, "%.1f ms", nanos / 1e6) : String.format(Locale.ROOT, "%.1f µs", nanos / 1e3);
    }
}
