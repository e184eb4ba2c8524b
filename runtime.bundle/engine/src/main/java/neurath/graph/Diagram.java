package neurath.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Pictures of graphs in the languages of drawing tools: nodes are boxes, initial packets and exported ports are rounded. */
public final class Diagram {
    private static final int LONGEST_LABEL = 40;

    private final Language language;
    private final StringBuilder lines = new StringBuilder();
    private final Map<String, String> ids = new HashMap<>();
    private int shapes;

    private Diagram(Language language) {
        this.language = language;
    }

    /** A flowchart for Mermaid. */
    public static String mermaid(Graph graph) {
        return new Diagram(Language.MERMAID).draw(graph);
    }

    /** A digraph for Graphviz. */
    public static String dot(Graph graph) {
        return new Diagram(Language.DOT).draw(graph);
    }

    private String draw(Graph graph) {
        line(language.begin);
        graph.nodes().forEach((name, node) -> ids.put(name, shape(false, name, node.operator())));
        graph.initialPackets().forEach(packet -> arrow(shape(true, String.valueOf(packet.data())), id(packet.to()), name(packet.to())));
        graph.inports().forEach((name, port) -> arrow(shape(true, name), id(port), name(port)));
        graph.arcs().forEach(arc -> arrow(id(arc.from()), id(arc.to()), name(arc.from()) + " → " + name(arc.to())));
        graph.outports().forEach((name, port) -> arrow(id(port), shape(true, name), name(port)));
        line(language.end);
        return lines.toString();
    }

    private String shape(boolean rounded, String... labels) {
        String id = "n" + shapes++;
        String label = String.join(language.lineBreak, List.of(labels).stream().map(this::label).toList());
        line(language.shape(id, rounded, label));
        return id;
    }

    private void arrow(String from, String to, String label) {
        line(language.arrow(from, to, label(label)));
    }

    private String label(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return language.escaped(line.length() > LONGEST_LABEL ? line.substring(0, LONGEST_LABEL) + "…" : line);
    }

    private String id(Port port) {
        return ids.get(port.node());
    }

    private static String name(Port port) {
        return port.name() + (port.index().isPresent() ? "[" + port.index().getAsInt() + "]" : "");
    }

    private void line(String line) {
        if (!line.isEmpty()) {
            lines.append(line).append('\n');
        }
    }

    private enum Language {
        MERMAID("flowchart LR", "", "<br>") {
            @Override
            String shape(String id, boolean rounded, String label) {
                return "  " + id + (rounded ? "([\"" + label + "\"])" : "[\"" + label + "\"]");
            }

            @Override
            String arrow(String from, String to, String label) {
                return "  " + from + " -->|\"" + label + "\"| " + to;
            }

            @Override
            String escaped(String text) {
                var escaped = new StringBuilder();
                text.codePoints().forEach(c -> {
                    if ("#\"<>&`\\".indexOf(c) >= 0) {
                        escaped.append('#').append(c).append(';');
                    } else {
                        escaped.appendCodePoint(c);
                    }
                });
                return escaped.toString();
            }
        },
        DOT("digraph flow {\n  rankdir=LR\n  node [shape=box]", "}", "\\n") {
            @Override
            String shape(String id, boolean rounded, String label) {
                return "  " + id + " [label=\"" + label + "\"" + (rounded ? ", style=rounded" : "") + "]";
            }

            @Override
            String arrow(String from, String to, String label) {
                return "  " + from + " -> " + to + " [label=\"" + label + "\"]";
            }

            @Override
            String escaped(String text) {
                return text.replace("\\", "\\\\").replace("\"", "\\\"");
            }
        };

        final String begin;
        final String end;
        final String lineBreak;

        Language(String begin, String end, String lineBreak) {
            this.begin = begin;
            this.end = end;
            this.lineBreak = lineBreak;
        }

        abstract String shape(String id, boolean rounded, String label);

        abstract String arrow(String from, String to, String label);

        abstract String escaped(String text);
    }
}
