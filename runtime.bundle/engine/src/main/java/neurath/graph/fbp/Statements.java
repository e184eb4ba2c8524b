package neurath.graph.fbp;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import neurath.graph.Arc;
import neurath.graph.Graph;
import neurath.graph.InitialPacket;
import neurath.graph.Node;
import neurath.graph.Port;

/** The statements of one document, written one after the other; nodes are declared in their order, where they are first used if that is possible. */
final class Statements {
    private static final Pattern OPERATOR = Pattern.compile("[a-zA-Z0-9_/-]+");
    private static final Pattern METADATA_KEY = Pattern.compile("[a-zA-Z0-9_/]*");
    private static final Pattern METADATA_VALUE = Pattern.compile("[a-zA-Z0-9_/.]*");
    private static final Pattern ROUTE = Pattern.compile("[a-zA-Z0-9_/]+");
    private static final Pattern ANNOTATION_KEY = Pattern.compile("[a-zA-Z0-9_-]+");
    private static final Pattern ANNOTATION_VALUE = Pattern.compile("[a-zA-Z0-9_.-][a-zA-Z0-9_ .-]*");

    private final FbpDocument document;
    private final Graph graph;
    private final List<String> nodes;
    private final Map<String, Integer> places = new HashMap<>();
    private final Queue<InitialPacket> packets;
    private final StringBuilder text = new StringBuilder();
    /** The nodes before this place are declared. */
    private int declared;

    Statements(FbpDocument document) {
        this.document = document;
        this.graph = document.graph();
        this.nodes = List.copyOf(graph.nodes().keySet());
        this.packets = new ArrayDeque<>(graph.initialPackets());
        nodes.forEach(node -> places.put(node, places.size()));
    }

    String text() {
        document.annotations().forEach(this::annotation);
        exports("INPORT=", graph.inports());
        exports("OUTPORT=", graph.outports());
        if (!text.isEmpty() && !nodes.isEmpty()) {
            line("");
        }
        for (Arc arc : graph.arcs()) {
            packetsThatFit(arc.from().node());
            arc(arc);
        }
        packets.forEach(this::packet);
        declareBefore(nodes.size());
        return text.toString();
    }

    private void annotation(String key, String value) {
        line("# @" + checked(ANNOTATION_KEY, key, "annotation") + " "
                + checked(ANNOTATION_VALUE, value, "value of the annotation '" + key + "'"));
    }

    private void exports(String keyword, SequencedMap<String, Port> ports) {
        ports.forEach((name, port) -> {
            place(port.node());
            if (port.index().isPresent()) {
                throw new IllegalArgumentException("element " + port + " of an array port cannot be exported in .fbp; export the port");
            }
            line(keyword + port.node() + "." + port(port) + ":" + checked(Grammar.PORT, name, "exported port"));
        });
    }

    /** The next initial packets, as long as they go to declared nodes, or to the one that is declared next anyway. */
    private void packetsThatFit(String next) {
        while (!packets.isEmpty() && fits(packets.element().to().node(), next)) {
            packet(packets.remove());
        }
    }

    private boolean fits(String node, String next) {
        return place(node) < declared || place(node) == declared && node.equals(next);
    }

    private void packet(InitialPacket packet) {
        String node = packet.to().node();
        declareWhatPrecedes(node);
        line(data(packet.data()) + " -> " + port(packet.to()) + " " + mention(node));
    }

    private void arc(Arc arc) {
        declareWhatPrecedes(arc.from().node(), arc.to().node());
        line(mention(arc.from().node()) + " " + port(arc.from()) + " -> " + port(arc.to()) + " " + mention(arc.to().node()));
    }

    /** Leaves only those nodes undeclared up to the mentioned ones that the statement itself declares in their order. */
    private void declareWhatPrecedes(String... mentioned) {
        List<Integer> places = Stream.of(mentioned).map(this::place).distinct().toList();
        while (!inTurn(places.stream().filter(place -> place >= declared).toList())) {
            declareBefore(declared + 1);
        }
    }

    private boolean inTurn(List<Integer> undeclared) {
        return IntStream.range(0, undeclared.size()).allMatch(i -> undeclared.get(i) == declared + i);
    }

    private void declareBefore(int place) {
        while (declared < place) {
            line(mention(nodes.get(declared)));
        }
    }

    /** The node's name; its declaration if it is next. */
    private String mention(String name) {
        if (place(name) != declared) {
            return name;
        }
        declared++;
        Node node = graph.node(name);
        String metadata = node.metadata().isEmpty() ? "" : node.metadata().entrySet().stream()
                .map(item -> metadata(name, item.getKey(), item.getValue()))
                .collect(Collectors.joining(",", ":", ""));
        return checked(Grammar.NODE, name, "node") + "("
                + checked(OPERATOR, node.operator(), "operator of node '" + name + "'") + metadata + ")";
    }

    private static String metadata(String node, String key, String value) {
        if (key.equals("routes") && ROUTE.matcher(value).matches()) {
            return value;
        }
        return checked(METADATA_KEY, key, "metadata key of node '" + node + "'") + "="
                + checked(METADATA_VALUE, value, "metadata '" + key + "' of node '" + node + "'");
    }

    private static String port(Port port) {
        String name = checked(Grammar.PORT, port.name(), "port of node '" + port.node() + "'");
        return name + (port.index().isPresent() ? "[" + port.index().getAsInt() + "]" : "");
    }

    /** In single quotes if it is a text that can be; JSON words need the tab, or they would be nodes. */
    private static String data(Object data) {
        return switch (data) {
            case String value when value.codePoints().allMatch(JsonWriter::isPlain) && !value.endsWith("\\") ->
                    "'" + value.replace("'", "\\'") + "'";
            case null -> "\t" + JsonWriter.json(null);
            case Boolean value -> "\t" + JsonWriter.json(value);
            default -> JsonWriter.json(data);
        };
    }

    private int place(String node) {
        Integer place = places.get(node);
        if (place == null) {
            throw new IllegalArgumentException("the graph connects node '" + node + "', which it does not have");
        }
        return place;
    }

    private static String checked(Pattern pattern, String value, String what) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException(what + " cannot be written in .fbp: '" + value + "'; it must match " + pattern);
        }
        return value;
    }

    private void line(String statement) {
        text.append(statement).append('\n');
    }
}
