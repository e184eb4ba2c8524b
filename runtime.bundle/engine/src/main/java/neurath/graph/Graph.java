package neurath.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * The immutable description of a flow.
 *
 * @param nodes by name, in the order of the text; unmodifiable
 * @param arcs in the order of the text; unmodifiable
 * @param initialPackets in the order of the text; unmodifiable
 * @param inports exported input ports by their public name; unmodifiable
 * @param outports exported output ports by their public name; unmodifiable
 */
public record Graph(
        SequencedMap<String, Node> nodes,
        List<Arc> arcs,
        List<InitialPacket> initialPackets,
        SequencedMap<String, Port> inports,
        SequencedMap<String, Port> outports) {

    /** Nothing. */
    public static final Graph EMPTY =
            new Graph(new LinkedHashMap<>(), List.of(), List.of(), new LinkedHashMap<>(), new LinkedHashMap<>());

    public Graph {
        nodes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(nodes));
        arcs = List.copyOf(arcs);
        initialPackets = List.copyOf(initialPackets);
        inports = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(inports));
        outports = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(outports));
    }

    /**
     * The node of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Node node(String name) {
        Node node = nodes.get(name);
        if (node == null) {
            throw new IllegalArgumentException("no node '" + name + "'; there are " + String.join(", ", nodes.keySet()));
        }
        return node;
    }

    /** This graph without one key in its nodes' metadata. */
    public Graph without(String metadataKey) {
        var changed = new LinkedHashMap<String, Node>();
        nodes.forEach((name, node) -> {
            var metadata = new LinkedHashMap<>(node.metadata());
            metadata.remove(metadataKey);
            changed.put(name, new Node(name, node.operator(), metadata));
        });
        return new Graph(changed, arcs, initialPackets, inports, outports);
    }

    /** This graph with one node described anew, at the same place. */
    public Graph with(Node node) {
        var changed = new LinkedHashMap<>(nodes);
        changed.put(node(node.name()).name(), node);
        return new Graph(changed, arcs, initialPackets, inports, outports);
    }
}
