package neurath.coordinator;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import neurath.engine.Catalog;
import neurath.engine.Flow;
import neurath.engine.OperatorVersion;
import neurath.graph.Graph;

/**
 * What is remembered of a flow over a restart: its graph, the versions that fill it, the policy, and which versions were seen or
 * refused before. For the coordinator's thread.
 */
final class FlowRecord {
    /** Whether the highest version is switched to by itself, or waits for a person. */
    enum Policy {
        AUTO,
        MANUAL
    }

    private final String name;
    /** Where the text came from, with a digest of it, so that a changed origin is noticed. */
    String origin;

    Graph graph;
    int revision = 1;
    int updates;
    Policy policy = Policy.AUTO;
    boolean stopped;
    /** Key of the version, by node. */
    Map<String, String> versions = new LinkedHashMap<>();
    /** Keys of versions that were considered already: their being there is no wish. */
    final Set<String> considered = new LinkedHashSet<>();
    /** Keys of versions that were aborted: they are not tried again by themselves. */
    final Set<String> refused = new LinkedHashSet<>();

    FlowRecord(String name, String origin, Graph graph) {
        this.name = name;
        this.origin = origin;
        this.graph = graph;
    }

    String name() {
        return name;
    }

    /** Takes over what runs now. */
    void remember(Flow flow, Catalog catalog) {
        graph = flow.graph();
        revision = flow.revision();
        versions = new LinkedHashMap<>();
        flow.versions().forEach((node, version) -> versions.put(node, catalog.key(version)));
    }

    /** The versions that could fill one of its nodes. */
    List<OperatorVersion> relevant(Collection<OperatorVersion> versions) {
        return versions.stream()
                .filter(version -> graph.nodes().values().stream().anyMatch(node -> node.operator().equals(version.operator())))
                .toList();
    }

    /** Whether the recorded version of a node is this one: by its key, or, after a bundle was installed anew, by its number. */
    boolean remembers(String node, OperatorVersion version) {
        String key = versions.get(node);
        return key != null && key.startsWith(version.label() + '#');
    }
}
