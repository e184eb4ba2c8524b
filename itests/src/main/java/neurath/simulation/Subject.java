package neurath.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import neurath.coordinator.plan.Planner;
import neurath.engine.Configuration;
import neurath.engine.Flow;
import neurath.engine.Flows;
import neurath.engine.Instance;
import neurath.engine.OperatorVersion;

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
        first.places().forEach(place -> versions.put(place.name(), world.version(place.kind(), place.version())));
        flow = flows.start("sim", first.graph(), versions, 1);
        configuration = flow.configuration();
        world.workers.forEach(worker -> workers.put(flow.instance(first.place(worker.settings.id()).name()), worker));
    }

    Planner planner() {
        return new Planner("sim", flow.revision(), flow.graph(), flow.versions());
    }

    // ---- its operators ----

    Worker worker(Instance instance) {
        return workers.get(instance);
    }

    /** An instance was built just now. */
    void built(Instance instance) {
        workers.put(instance, world.workers.getLast());
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
