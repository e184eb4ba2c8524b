package neurath.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import neurath.graph.Arc;
import neurath.graph.Graph;
import neurath.graph.InitialPacket;
import neurath.graph.Node;
import neurath.graph.Port;
import neurath.graph.Sections;

/**
 * Small graphs for tests: {@code Graphs.of("a.OUT -> b.IN", "b.OUT[1] -> c.IN", "'5' -> a.COUNT", "a b in io")}; the operator is named as the
 * node, and {@code in} names the section of nodes.
 */
final class Graphs {
    private Graphs() {}

    static Graph of(String... statements) {
        var nodes = new LinkedHashMap<String, Node>();
        List<Arc> arcs = new ArrayList<>();
        List<InitialPacket> packets = new ArrayList<>();
        for (String statement : statements) {
            if (statement.contains(" in ")) {
                continue;
            }
            String[] ends = statement.split(" -> ");
            Port to = port(ends[1]);
            if (ends[0].startsWith("'")) {
                packets.add(new InitialPacket(ends[0].substring(1, ends[0].length() - 1), to));
            } else {
                Port from = port(ends[0]);
                nodes.putIfAbsent(from.node(), new Node(from.node(), from.node(), Map.of()));
                arcs.add(new Arc(from, to));
            }
            nodes.putIfAbsent(to.node(), new Node(to.node(), to.node(), Map.of()));
        }
        for (String statement : statements) {
            if (statement.contains(" in ")) {
                String[] sides = statement.split(" in ");
                for (String node : sides[0].split(" ")) {
                    nodes.put(node, new Node(node, node, Map.of(Sections.SECTION, sides[1])));
                }
            }
        }
        return new Graph(nodes, arcs, packets, new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    private static Port port(String text) {
        int dot = text.indexOf('.');
        int bracket = text.indexOf('[');
        String name = bracket < 0 ? text.substring(dot + 1) : text.substring(dot + 1, bracket);
        OptionalInt index =
                bracket < 0 ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text.substring(bracket + 1, text.length() - 1)));
        return new Port(text.substring(0, dot), name, index);
    }
}
