package neurath.coordinator.plan;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import neurath.engine.OperatorVersion;
import neurath.graph.Difference;
import neurath.graph.Graph;

/**
 * A plan that was shown and waits for somebody to apply it.
 *
 * @param number by which it is called; 0 if it cannot be applied
 * @param plan what was shown
 * @param graph for which it was made
 * @param versions that filled its nodes then
 * @param forecast what it would have met then
 */
public record Proposal(int number, Plan plan, Graph graph, Map<String, OperatorVersion> versions, Forecast forecast) {
    /** The nodes of its region that are not as they were, by their names then. Where there are none the plan is not stale. */
    public Set<String> touched(Graph now, Map<String, OperatorVersion> versionsNow) {
        Difference since = Difference.between(graph, now);
        var touched = new LinkedHashSet<>(plan.region());
        touched.removeIf(node -> node.equals(since.formerNames().get(node))
                && versions.get(node).equals(versionsNow.get(node))
                && now.node(node).operator().equals(graph.node(node).operator())
                && !since.rewired().contains(node)
                && !since.reparameterised().contains(node));
        return touched;
    }

    /** What another plan does and this one does not, and the other way round; empty if they do the same. */
    public List<String> differences(Plan other) {
        var differences = new ArrayList<String>();
        var gone = new ArrayList<>(plan.operations());
        gone.removeAll(other.operations());
        gone.forEach(operation -> differences.add("there is no more to do: " + operation));
        var come = new ArrayList<>(other.operations());
        come.removeAll(plan.operations());
        come.forEach(operation -> differences.add("there is to do now: " + operation));
        if (differences.isEmpty() && plan.commit() != other.commit()) {
            differences.add("it commits by " + Options.text(other.commit()) + " and no more by " + Options.text(plan.commit()));
        }
        return differences;
    }

    /** For people, on several lines. */
    @Override
    public String toString() {
        return number == 0 ? plan.toString() : plan.text("plan " + number) + "\n  now     " + forecast;
    }
}
