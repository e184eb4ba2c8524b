package neurath.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import neurath.coordinator.plan.Planner;
import neurath.engine.Configuration;
import neurath.engine.Flow;
import neurath.engine.Flows;
import neurath.engine.Instance;
import neurath.engine.OperatorVersion;
import neurath.graph.Graph;
import neurath.graph.Node;
import neurath.graph.Replica;
import neurath.graph.Replicas;
import neurath.simulation.Ways.Share;

/** The flow that is simulated, and what its updates have made of it so far. */
final class Subject {
    final World world;
    final Flow flow;
    private final List<Sketch> graphs = new ArrayList<>();
    private final List<Set<Integer>> regions = new ArrayList<>();
    /** The operators of instances. */
    private final Map<Instance, Worker> workers = new HashMap<>();
    /** What the flow is between updates. */
    private Configuration configuration;
    /** It was told to end. */
    private boolean ends;

    /** The flow is started. */
    Subject(World world, Flows flows, Sketch first) {
        this.world = world;
        graphs.add(first);
        var versions = new LinkedHashMap<String, OperatorVersion>();
        Graph graph = Replicas.expand(first.graph());
        for (String node : graph.nodes().keySet()) {
            Place place = first.place(first.id(node));
            versions.put(node, world.version(place.kind(), place.version()));
        }
        flow = flows.start("sim", graph, versions, 1);
        configuration = flow.configuration();
        for (Worker worker : world.workers) {
            String node = worker.context.node().substring(flow.name().length() + 1);
            fill(flow.instance(node), worker, graph.node(node));
        }
    }

    Planner planner() {
        return new Planner("sim", flow.revision(), flow.graph(), flow.versions());
    }

    // ---- its operators ----

    Worker worker(Instance instance) {
        return workers.get(instance);
    }

    /** An instance was built for a node just now. */
    Worker built(Instance instance, Node node) {
        Worker worker = world.workers.getLast();
        fill(instance, worker, node);
        return worker;
    }

    private void fill(Instance instance, Worker worker, Node node) {
        workers.put(instance, worker);
        Replica.of(node).ifPresent(replica -> worker.sharesBy(
                new Share(replica.index(), replica.count(), Key.valueOf(replica.key().toUpperCase(Locale.ROOT)))));
    }

    // ---- what updates make of it ----

    /** The graph, as the last update has left it. */
    Sketch graph() {
        return graphs.getLast();
    }

    /** The graphs, the first and that after each update that was completed. */
    List<Sketch> graphs() {
        return graphs;
    }

    /** The nodes that the marker of each of these updates passed, brought or took away. */
    List<Set<Integer>> regions() {
        return regions;
    }

    /** An update has switched. */
    void switched(Sketch graph, Set<Integer> region) {
        graphs.add(graph);
        regions.add(region);
    }

    /** The flow is another between updates. */
    void configured() {
        configuration = flow.configuration();
    }

    /** Whether the flow is what it was when the last update had switched. */
    boolean isAsConfigured() {
        return flow.configuration().equals(configuration);
    }

    // ---- its end ----

    void end() {
        ends = true;
        var _ = flow.end();
    }

    boolean ends() {
        return ends;
    }
}
