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
    Graph graph;
    int revision = 1;
    int updates;
    Policy policy = Policy.AUTO;
    /** By a person. */
    boolean stopped;
    /** It was refused when it was to be started; another text, or a person, tries again. */
    boolean failed;
    /** Key of the version, by node. */
    Map<String, String> versions = new LinkedHashMap<>();
    /** Digest of the text last taken, by its source. */
    final Map<String, String> origins = new LinkedHashMap<>();
    /** Keys of versions that were considered already: their being there is no wish. */
    final Set<String> considered = new LinkedHashSet<>();
    /** Keys of versions that were aborted: they are not tried again by themselves. */
    final Set<String> refused = new LinkedHashSet<>();

    FlowRecord(String name, Graph graph) {
        this.name = name;
        this.graph = graph;
    }

    /** The same flow, to be started with another graph. */
    FlowRecord with(Graph other) {
        var changed = new FlowRecord(name, other);
        changed.revision = revision;
        changed.updates = updates;
        changed.policy = policy;
        changed.versions = versions;
        changed.origins.putAll(origins);
        changed.considered.addAll(considered);
        changed.refused.addAll(refused);
        return changed;
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

    /** Takes note of an origin; whether its text is another than the last from there. */
    boolean isNews(Origin origin) {
        return !origin.digest().equals(origins.put(origin.source(), origin.digest()));
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
