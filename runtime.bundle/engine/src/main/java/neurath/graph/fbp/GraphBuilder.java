package neurath.graph.fbp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import neurath.graph.Arc;
import neurath.graph.Graph;
import neurath.graph.InitialPacket;
import neurath.graph.Node;
import neurath.graph.Port;
import neurath.graph.fbp.End.AtNode;
import neurath.graph.fbp.End.Data;
import neurath.graph.fbp.End.Into;
import neurath.graph.fbp.End.Origin;
import neurath.graph.fbp.End.OutOf;

/** A graph that grows while its text is read, and is checked when the text is at its end. */
final class GraphBuilder {
    /** What stands in brackets behind a node: {@code (http/load:version=2)}; either part may be empty. */
    record Component(String operator, Map<String, String> metadata) {
        /** This declaration, and what it leaves out from an earlier one. */
        Component over(Component earlier) {
            return new Component(
                    operator.isEmpty() ? earlier.operator : operator, metadata.isEmpty() ? earlier.metadata : metadata);
        }
    }

    private final Cursor text;
    private final SequencedMap<String, Component> components = new LinkedHashMap<>();
    private final Map<String, Integer> declaredAt = new HashMap<>();
    private final Map<Integer, String> anonymous = new HashMap<>();
    private final Map<String, Integer> anonymousCount = new HashMap<>();
    private final List<Arc> arcs = new ArrayList<>();
    private final List<InitialPacket> packets = new ArrayList<>();
    private final List<AtNode> connected = new ArrayList<>();
    private final SequencedMap<String, AtNode> inports = new LinkedHashMap<>();
    private final SequencedMap<String, AtNode> outports = new LinkedHashMap<>();
    private final SequencedMap<String, String> annotations = new LinkedHashMap<>();
    private Origin origin;

    GraphBuilder(Cursor text) {
        this.text = text;
    }

    void annotate(String key, String value) {
        annotations.putLast(key, value);
    }

    void declare(String node, Component component, int offset) {
        components.merge(node, component, (earlier, later) -> later.over(earlier));
        declaredAt.putIfAbsent(node, offset);
    }

    /** Declares a node that has no name in the text; the same one however often that offset is read. */
    String declareAnonymous(Component component, int offset) {
        return anonymous.computeIfAbsent(offset, _ -> {
            String stem = component.operator().replaceFirst("[^a-zA-Z0-9]+", "_");
            String node = "_" + stem + "_" + anonymousCount.merge(stem, 1, Integer::sum);
            declare(node, component, offset);
            return node;
        });
    }

    /** The next piece of a chain; an arrow's two ends that come one after the other are connected, any other origin is dropped. */
    void chain(End end) {
        switch (end) {
            case Origin next -> origin = next;
            case Into into -> {
                connect(into);
                origin = null;
            }
        }
    }

    private void connect(Into into) {
        switch (origin) {
            case null -> {
                return;
            }
            case Data(Object value) -> packets.add(new InitialPacket(value, into.port()));
            case OutOf(Port from, _) -> arcs.add(new Arc(from, into.port()));
        }
        connected.add(into);
        if (origin instanceof OutOf out) {
            connected.add(out);
        }
    }

    void inport(String name, AtNode end) {
        inports.put(name, end);
    }

    void outport(String name, AtNode end) {
        outports.put(name, end);
    }

    FbpDocument document(boolean caseSensitive) {
        components.forEach((node, component) -> {
            if (component.operator().isEmpty()) {
                throw text.refusedAt(declaredAt.get(node), "an operator for node '" + node + "', as in " + node + "(some/operator)");
            }
        });
        inports.values().forEach(this::checkDeclared);
        outports.values().forEach(this::checkDeclared);
        connected.forEach(this::checkDeclared);

        var nodes = new LinkedHashMap<String, Node>();
        components.forEach((name, component) -> nodes.put(name, new Node(name, component.operator(), component.metadata())));
        var graph = new Graph(nodes, arcs, packets, ports(inports), ports(outports));
        return new FbpDocument(graph, annotations, caseSensitive);
    }

    private void checkDeclared(AtNode end) {
        String node = end.port().node();
        if (!components.containsKey(node)) {
            throw text.refusedAt(end.offset(), "an operator for node '" + node + "', here or elsewhere, as in " + node + "(some/operator)");
        }
    }

    private static SequencedMap<String, Port> ports(SequencedMap<String, AtNode> exported) {
        var ports = new LinkedHashMap<String, Port>();
        exported.forEach((name, end) -> ports.put(name, end.port()));
        return ports;
    }
}
