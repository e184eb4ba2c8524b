package neurath.coordinator.plan;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import neurath.engine.Adapter;
import neurath.engine.InitialFlow;
import neurath.engine.OperatorVersion;
import neurath.graph.Graph;

/** The initial flows that can run with the operator versions of one moment. A pure function of values. */
public final class InitialFlows {
    /** Where nothing is there to run them with. */
    public static final InitialFlows NONE = new InitialFlows(List.of(), Comparator.comparing(OperatorVersion::label), List.of());

    private final List<OperatorVersion> available;
    private final Comparator<OperatorVersion> newest;
    private final List<Adapter> adapters;

    /**
     * @param available what may fill their nodes
     * @param newest orders versions of the same number; the greatest is taken
     * @param adapters that bundles offer
     */
    public InitialFlows(Collection<OperatorVersion> available, Comparator<OperatorVersion> newest, List<Adapter> adapters) {
        this.available = List.copyOf(available);
        this.newest = newest;
        this.adapters = List.copyOf(adapters);
    }

    /**
     * The initial flows of the versions that are to fill nodes, by node; only those that have one.
     *
     * @param target graph of the flow
     */
    public Map<String, InitialFlow> of(String flow, Graph target, Map<String, OperatorVersion> versions) {
        var flows = new LinkedHashMap<String, InitialFlow>();
        versions.forEach((node, version) -> version.signature().initialFlow().ifPresent(declared -> flows.put(
                node, InitialFlow.of(flow, target, node, version, Choice.of(declared, available, newest), adapters))));
        return flows;
    }

    /** Of what is there, what can be made ready: all but the versions whose initial flows lack an operator. */
    public List<OperatorVersion> complete() {
        return available.stream().filter(version -> lack(version).isEmpty()).toList();
    }

    /** The versions for the nodes of a graph that wait for an operator of their initial flow, one sentence each. */
    public List<String> waiting(Graph graph) {
        return available.stream()
                .filter(version -> graph.nodes().values().stream().anyMatch(node -> Choice.fits(version, node)))
                .flatMap(version -> lack(version).stream())
                .toList();
    }

    private Optional<String> lack(OperatorVersion version) {
        Graph declared = version.signature().initialFlow().orElse(Graph.EMPTY);
        Map<String, OperatorVersion> chosen = Choice.of(declared, available, newest);
        String missing = declared.nodes().values().stream()
                .filter(node -> !chosen.containsKey(node.name()))
                .map(node -> node.wish())
                .distinct()
                .collect(Collectors.joining(", "));
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(version.label() + " of " + version.origin() + " waits for " + missing + " of its initial flow to be started");
    }
}
