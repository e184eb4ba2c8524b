package neurath.coordinator.plan;

import java.util.List;
import java.util.Map;
import java.util.Set;
import neurath.engine.Marker.Commit;
import neurath.engine.OperatorVersion;
import neurath.graph.Graph;

/**
 * An update before it is carried out: data.
 *
 * @param flow name of the flow
 * @param revision of the graph it was made for
 * @param target the graph afterwards
 * @param replacements by node, in the order of the graph
 * @param region the nodes its marker passes, in the order of the graph
 * @param commit how the new epoch begins
 * @param because why it commits so
 * @param problems why it cannot be carried out; empty if it can
 */
public record Plan(
        String flow,
        int revision,
        Graph target,
        Map<String, Replacement> replacements,
        Set<String> region,
        Commit commit,
        String because,
        List<String> problems) {

    /** One node's versions before and after. */
    public record Replacement(OperatorVersion from, OperatorVersion to) {
        @Override
        public String toString() {
            return from.operator().equals(to.operator())
                    ? from.label() + " -> " + to.version() + " (" + from.origin() + " -> " + to.origin() + ')'
                    : from.label() + " -> " + to.label() + " (" + from.origin() + " -> " + to.origin() + ')';
        }
    }

    /** Whether there is nothing to do. */
    public boolean isEmpty() {
        return replacements.isEmpty() && problems.isEmpty();
    }

    /** In one line: {@code load 1.0.0 -> 2.0.0, reply 1.0.0 -> 2.0.0}. */
    public String summary() {
        return String.join(", ", replacements.entrySet().stream()
                .map(entry -> entry.getKey() + ' ' + entry.getValue().from().version() + " -> "
                        + entry.getValue().to().version())
                .toList());
    }

    /** For people, on several lines. */
    @Override
    public String toString() {
        var text = new StringBuilder("plan for " + flow + ", revision " + revision + '\n');
        if (isEmpty()) {
            return text.append("  nothing to do").toString();
        }
        replacements.forEach((node, replacement) -> text.append("  replace ").append(node).append("  ").append(replacement).append('\n'));
        if (!replacements.isEmpty()) {
            text.append("  region  ").append(String.join(" -> ", region)).append('\n');
            text.append("  commit  ").append(commit.name().toLowerCase(java.util.Locale.ROOT)).append(": ").append(because).append('\n');
        }
        problems.forEach(problem -> text.append("  REFUSED ").append(problem).append('\n'));
        return text.toString().stripTrailing();
    }
}
