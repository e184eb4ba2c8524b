package neurath.coordinator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import neurath.engine.Catalog;
import neurath.engine.Configuration;
import neurath.engine.OperatorVersion;
import neurath.graph.Graph;
import neurath.graph.Pin;
import neurath.graph.Replicas;
import neurath.graph.fbp.FbpParser;
import neurath.graph.fbp.FbpWriter;

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

    static final String NAME = "name";
    private static final String VERSION = "version.";
    private static final String ORIGIN = "origin.";
    private static final String OWED = "owed.";

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
    /** Nodes that were told to wait, as their versions have gone. Not kept over a restart. */
    final Set<String> held = new HashSet<>();
    /** What is still to be done of parallel changes; at each node the last first. */
    final List<Owed> owed = new ArrayList<>();

    /** @throws IllegalArgumentException if nodes have replicas that they cannot have */
    FlowRecord(String name, Graph graph) {
        this.name = name;
        this.graph = Replicas.expand(graph);
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
        changed.owed.addAll(owed);
        return changed;
    }

    /**
     * Reads a record from its fields.
     *
     * @throws IllegalArgumentException if they are none of a record
     */
    static FlowRecord of(Entry entry) {
        var record = new FlowRecord(entry.flow(), new FbpParser().parse(entry.required("graph")));
        record.revision = Integer.parseInt(entry.required("revision"));
        record.updates = Integer.parseInt(entry.required("updates"));
        record.policy = Policy.valueOf(entry.required("policy"));
        record.stopped = Boolean.parseBoolean(entry.required("stopped"));
        record.graph.nodes().keySet().stream()
                .filter(node -> entry.fields().containsKey(VERSION + node))
                .forEach(node -> record.versions.put(node, entry.fields().get(VERSION + node)));
        entry.fields().forEach((field, value) -> {
            if (field.startsWith(ORIGIN)) {
                record.origins.put(field.substring(ORIGIN.length()), value);
            }
        });
        words(entry.required("considered"), record.considered);
        words(entry.required("refused"), record.refused);
        for (int i = 0; entry.fields().containsKey(OWED + i); i++) {
            record.owed.add(Owed.parse(entry.fields().get(OWED + i)));
        }
        return record;
    }

    /** What {@link #of} reads. */
    Map<String, String> fields() {
        var fields = new LinkedHashMap<String, String>();
        fields.put(NAME, name);
        fields.put("graph", new FbpWriter().write(Replicas.fold(graph)));
        fields.put("revision", Integer.toString(revision));
        fields.put("updates", Integer.toString(updates));
        fields.put("policy", policy.name());
        fields.put("stopped", Boolean.toString(stopped));
        origins.forEach((source, digest) -> fields.put(ORIGIN + source, digest));
        versions.forEach((node, key) -> fields.put(VERSION + node, key));
        fields.put("considered", String.join(" ", considered));
        fields.put("refused", String.join(" ", refused));
        for (int i = 0; i < owed.size(); i++) {
            fields.put(OWED + i, owed.get(i).text());
        }
        return fields;
    }

    private static void words(String text, Set<String> into) {
        Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty()).forEach(into::add);
    }

    String name() {
        return name;
    }

    /** Takes over what a flow is, or is to be. */
    void remember(Configuration configuration, Catalog catalog) {
        graph = Pin.without(configuration.graph());
        revision = configuration.revision();
        versions = new LinkedHashMap<>();
        graph.nodes().keySet().forEach(node -> versions.put(node, catalog.key(configuration.versions().get(node))));
    }

    /** What an update changes of a record. */
    record State(Graph graph, int revision, Map<String, String> versions, Set<String> refused, List<Owed> owed) {}

    State state() {
        return new State(graph, revision, versions, Set.copyOf(refused), List.copyOf(owed));
    }

    /** An update that was said to be completed is not. */
    void restore(State before) {
        graph = before.graph();
        revision = before.revision();
        versions = new LinkedHashMap<>(before.versions());
        refused.retainAll(before.refused());
        owed.clear();
        owed.addAll(before.owed());
    }

    /** A bundle has another key since it was brought back. */
    void rekey(String from, String to) {
        versions.replaceAll((node, key) -> rekeyed(key, from, to));
        owed.replaceAll(step -> step.rekeyed(rekeyed(step.version(), from, to)));
        rekey(considered, from, to);
        rekey(refused, from, to);
    }

    private static void rekey(Set<String> keys, String from, String to) {
        List<String> rekeyed = keys.stream().map(key -> rekeyed(key, from, to)).toList();
        keys.clear();
        keys.addAll(rekeyed);
    }

    private static String rekeyed(String key, String from, String to) {
        return key.endsWith('#' + from) ? key.substring(0, key.length() - from.length()) + to : key;
    }

    /** Takes note of an origin; whether its text is another than the last from there. */
    boolean isNews(Origin origin) {
        return !origin.digest().equals(origins.put(origin.source(), origin.digest()));
    }

    /** What came from an origin is news when it comes again. */
    void forget(Origin origin) {
        origins.remove(origin.source(), origin.digest());
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
