package neurath.coordinator.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import neurath.graph.Arc;
import neurath.graph.Graph;
import neurath.graph.Port;
import neurath.graph.Sections;

/**
 * An update that is being carried out, as others see it that are to be carried out beside it.
 *
 * <p>Two updates of one flow go side by side where neither touches what the other touches, neither makes a way through the other's
 * region that the other's marker would not know of, and what comes of both, whichever is first, fits together.
 *
 * @param number of the update
 * @param plan what it does
 * @param base the graph for which that was planned
 */
public record Ongoing(int number, Plan plan, Graph base) {

    /**
     * Why a plan has to wait for updates that are being carried out, if it has: one sentence for people.
     *
     * @param now plans for the flow as it is, where none of the others has completed
     */
    public static Optional<String> obstacle(Planner now, Plan next, Collection<Ongoing> others) {
        if (others.isEmpty()) {
            return Optional.empty();
        }
        Planner afterwards = now;
        for (Ongoing other : others) {
            Optional<String> meeting = other.meets(next, now);
            if (meeting.isPresent()) {
                return meeting;
            }
            afterwards = afterwards.after(afterwards.again(other.plan, other.base));
        }
        Plan then = afterwards.again(next, now.graph());
        if (!then.problems().isEmpty()) {
            return Optional.of("what it brings has to fit what " + names(others) + " brings: " + String.join("; ", then.problems()));
        }
        return then.operations().equals(next.operations()) ? Optional.empty()
                : Optional.of("it would do something else after " + names(others));
    }

    private static String names(Collection<Ongoing> others) {
        return String.join(", ", others.stream().map(Ongoing::toString).toList());
    }

    private Optional<String> meets(Plan next, Planner now) {
        Set<String> both = new TreeSet<>(touchedOrJoined(plan));
        both.retainAll(touchedOrJoined(next));
        if (!both.isEmpty()) {
            return Optional.of(this + " touches " + String.join(", ", both) + " too");
        }
        Set<String> oneToMany = now.oneToMany(List.of(plan, next));
        Graph graph = now.graph();
        boolean apart = coverTheSame(plan, next, graph, oneToMany) && coverTheSame(next, plan, graph, oneToMany);
        return apart ? Optional.empty() : Optional.of("with what " + this + " connects, a packet may meet both on one way");
    }

    /** Whether the region of a plan is the same when another has connected what it connects. */
    private static boolean coverTheSame(Plan plan, Plan other, Graph graph, Set<String> oneToMany) {
        Graph alone = with(graph, plan);
        return Region.covering(alone, oneToMany, touched(plan)).equals(Region.covering(with(alone, other), oneToMany, touched(plan)));
    }

    /** The same, with the nodes in whose section others come. */
    private static Set<String> touchedOrJoined(Plan plan) {
        Set<String> touched = touched(plan);
        var coming = new LinkedHashSet<>(plan.difference().moved());
        coming.addAll(plan.difference().added());
        for (String node : coming) {
            Sections.mates(plan.target(), node).forEach(mate -> touched.add(plan.difference().formerNames().getOrDefault(mate, mate)));
        }
        return touched;
    }

    /** The names now, and those that are to be, of the nodes that a plan changes or its marker passes. */
    private static Set<String> touched(Plan plan) {
        var touched = new LinkedHashSet<>(plan.region());
        touched.addAll(plan.difference().added());
        touched.addAll(plan.difference().renamed().keySet());
        touched.addAll(plan.difference().renamed().values());
        return touched;
    }

    /** A graph with the nodes and arcs that a plan brings, and with those that it takes away. */
    private static Graph with(Graph graph, Plan plan) {
        var nodes = new LinkedHashMap<>(graph.nodes());
        plan.difference().added().forEach(node -> nodes.put(node, plan.target().node(node)));
        var arcs = new ArrayList<>(graph.arcs());
        plan.difference().addedArcs().forEach(arc -> arcs.add(new Arc(now(arc.from(), plan), now(arc.to(), plan))));
        return new Graph(nodes, arcs, graph.initialPackets(), graph.inports(), graph.outports());
    }

    private static Port now(Port port, Plan plan) {
        String node = plan.difference().formerNames().getOrDefault(port.node(), port.node());
        return new Port(node, port.name(), port.index());
    }

    @Override
    public String toString() {
        return "update " + number;
    }
}
