package neurath.graph.fbp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import neurath.graph.Arc;
import neurath.graph.Graph;
import neurath.graph.InitialPacket;
import neurath.graph.Node;
import neurath.graph.Port;

/** The FBP JSON of a document as maps, lists, strings, numbers and booleans, ready for any JSON library. */
public final class FbpJson {
    private static final Pattern LEADING_NUMBER = Pattern.compile("(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][0-9]+)?");

    private final boolean caseSensitive;

    private FbpJson(boolean caseSensitive) {
        this.caseSensitive = caseSensitive;
    }

    /** The JSON object; its connections are the initial packets, then the arcs. */
    public static Map<String, Object> of(FbpDocument document) {
        return new FbpJson(document.caseSensitive()).object(document);
    }

    private Map<String, Object> object(FbpDocument document) {
        Graph graph = document.graph();
        var json = new LinkedHashMap<String, Object>();
        json.put("caseSensitive", caseSensitive);
        if (!document.annotations().isEmpty()) {
            json.put("properties", properties(document.annotations()));
        }
        json.put("inports", exported(graph.inports()));
        json.put("outports", exported(graph.outports()));
        json.put("groups", List.of());
        json.put("processes", processes(graph.nodes()));
        json.put("connections", connections(graph));
        return json;
    }

    private static Map<String, Object> properties(SequencedMap<String, String> annotations) {
        var properties = new LinkedHashMap<String, Object>();
        annotations.forEach((key, value) -> {
            if (key.equals("runtime")) {
                properties.put("environment", Map.of("type", value));
            } else {
                properties.put(key, value);
            }
        });
        return properties;
    }

    private Map<String, Object> exported(SequencedMap<String, Port> ports) {
        var exported = new LinkedHashMap<String, Object>();
        ports.forEach((name, port) -> exported.put(written(name), port(port)));
        return exported;
    }

    private static Map<String, Object> processes(SequencedMap<String, Node> nodes) {
        var processes = new LinkedHashMap<String, Object>();
        nodes.forEach((name, node) -> {
            var process = new LinkedHashMap<String, Object>();
            process.put("component", node.operator());
            if (!node.metadata().isEmpty()) {
                process.put("metadata", metadata(node.metadata()));
            }
            processes.put(name, process);
        });
        return processes;
    }

    private static Map<String, Object> metadata(Map<String, String> metadata) {
        var json = new LinkedHashMap<String, Object>(metadata);
        for (String coordinate : List.of("x", "y")) {
            if (metadata.containsKey(coordinate)) {
                json.put(coordinate, leadingNumber(metadata.get(coordinate)));
            }
        }
        return json;
    }

    /** The number that the text begins with, as JavaScript reads it; null if it begins with none. */
    private static Number leadingNumber(String text) {
        Matcher number = LEADING_NUMBER.matcher(text);
        return number.lookingAt() ? JsonReader.number(number.group()) : null;
    }

    private List<Object> connections(Graph graph) {
        var connections = new ArrayList<>();
        for (InitialPacket packet : graph.initialPackets()) {
            var connection = new LinkedHashMap<String, Object>();
            connection.put("data", packet.data());
            connection.put("tgt", port(packet.to()));
            connections.add(connection);
        }
        for (Arc arc : graph.arcs()) {
            var connection = new LinkedHashMap<String, Object>();
            connection.put("src", port(arc.from()));
            connection.put("tgt", port(arc.to()));
            connections.add(connection);
        }
        return connections;
    }

    private Map<String, Object> port(Port port) {
        var json = new LinkedHashMap<String, Object>();
        json.put("process", port.node());
        json.put("port", written(port.name()));
        port.index().ifPresent(index -> json.put("index", index));
        return json;
    }

    private String written(String portName) {
        return caseSensitive ? portName : portName.toLowerCase(Locale.ROOT);
    }
}
