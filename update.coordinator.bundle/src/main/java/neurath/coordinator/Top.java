package neurath.coordinator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import neurath.engine.NodeStatus;

/** What the nodes of flows did between two moments, the busiest first. */
final class Top {
    private final Duration interval;
    private final List<Row> rows = new ArrayList<>();

    /** @param interval between the moments */
    Top(Duration interval) {
        this.interval = interval;
    }

    private record Row(String flow, NodeStatus node, long taken, long emitted, long nanos) {}

    /** Adds the nodes of a flow; one that was not there before counts from nothing. */
    Top with(String flow, List<NodeStatus> before, List<NodeStatus> after) {
        Map<String, NodeStatus> earlier = new HashMap<>();
        before.forEach(node -> earlier.put(node.name(), node));
        for (NodeStatus node : after) {
            NodeStatus then = earlier.get(node.name());
            rows.add(
                    then == null
                            ? new Row(flow, node, node.taken(), node.emitted(), node.nanos())
                            : new Row(
                                    flow, node, node.taken() - then.taken(), node.emitted() - then.emitted(),
                                    node.nanos() - then.nanos()));
        }
        return this;
    }

    /** For people: a table. */
    @Override
    public String toString() {
        var table = new Table("flow", "node", "operator", "busy", "packets/s", "each", "queued");
        rows.stream().sorted(Comparator.comparingLong(Row::nanos).reversed()).forEach(row -> {
            // a source takes none
            long packets = row.taken() > 0 ? row.taken() : row.emitted();
            table.row(
                    row.flow(),
                    row.node().name(),
                    row.node().version().label(),
                    String.format(Locale.ROOT, "%.1f %%", 100.0 * row.nanos() / interval.toNanos()),
                    String.format(Locale.ROOT, "%.0f", packets * 1e9 / interval.toNanos()),
                    packets == 0 ? "" : String.format(Locale.ROOT, "%.1f µs", row.nanos() / 1e3 / packets),
                    row.node().queued() + "/" + row.node().capacity());
        });
        return table.toString();
    }
}
