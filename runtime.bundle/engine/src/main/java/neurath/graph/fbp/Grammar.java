package neurath.graph.fbp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import neurath.graph.Port;
import neurath.graph.fbp.End.AtNode;
import neurath.graph.fbp.End.Data;
import neurath.graph.fbp.End.Into;
import neurath.graph.fbp.End.OutOf;
import neurath.graph.fbp.GraphBuilder.Component;

/**
 * The grammar of {@code .fbp}, a method a rule: what the parser of the npm package {@code fbp} 1.8.0 accepts, and dots in
 * metadata values. A rule that returns null did not match; the text is refused where nothing else can match any more.
 */
final class Grammar {
    private static final String NEWLINE = "\n\r\u2028\u2029";
    private static final Pattern ANNOTATION = Pattern.compile(
            "# ++@([a-zA-Z0-9_-]++) ++([a-zA-Z0-9_ .-]++)[" + NEWLINE + "]");
    private static final Pattern COMMENT = Pattern.compile(" *+#[^" + NEWLINE + "]*+");
    private static final Pattern END_OF_LINE = Pattern.compile("[" + NEWLINE + "]");
    static final Pattern NODE = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_-]*+");
    private static final Pattern OPERATOR = Pattern.compile("[a-zA-Z0-9_/-]*+");
    private static final Pattern METADATA = Pattern.compile("([a-zA-Z0-9_/]*+)(?:=([a-zA-Z0-9_/.]*+)[a-zA-Z0-9_/.=]*+)?");
    static final Pattern PORT = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_.]*+");
    private static final Pattern INDEX = Pattern.compile("[0-9]++");
    private static final Pattern JSON = Pattern.compile("[ \\t\\n\\r]*+(?=[\"\\[{]|-?[0-9]|true|false|null)");
    private static final Pattern QUOTE = Pattern.compile("'");
    private static final Pattern QUOTED = Pattern.compile("[^'\\\\]++|\\\\'?");

    private record PortName(String name, OptionalInt index) {}

    private final Cursor text;
    private final GraphBuilder graph;
    private final boolean caseSensitive;
    private PortName defaultInport;
    private PortName defaultOutport;

    Grammar(String text, boolean caseSensitive) {
        this.text = new Cursor(text);
        this.graph = new GraphBuilder(this.text);
        this.caseSensitive = caseSensitive;
        this.defaultInport = plain("IN");
        this.defaultOutport = plain("OUT");
    }

    FbpDocument document() {
        while (!text.atEnd()) {
            statement();
        }
        return graph.document(caseSensitive);
    }

    private void statement() {
        MatchResult annotation = text.match(ANNOTATION);
        if (annotation != null) {
            graph.annotate(annotation.group(1), annotation.group(2));
            return;
        }
        text.skip(" ");
        text.beginStatement();
        if (text.match(COMMENT) != null) {
            text.take(END_OF_LINE, "a new line");
            return;
        }
        if (text.take(END_OF_LINE, "a new line") != null) {
            return;
        }
        if (text.take("INPORT=")) {
            export(Into::new, graph::inport);
        } else if (text.take("OUTPORT=")) {
            export(OutOf::new, graph::outport);
        } else if (text.take("DEFAULT_INPORT=")) {
            defaultInport = plain(portName());
        } else if (text.take("DEFAULT_OUTPORT=")) {
            defaultOutport = plain(portName());
        } else {
            connection();
        }
        endOfStatement();
    }

    private void endOfStatement() {
        text.skip(" ");
        text.take(",");
        text.match(COMMENT);
        text.take(END_OF_LINE, "a new line");
    }

    private void export(BiFunction<Port, Integer, AtNode> end, BiConsumer<String, AtNode> exported) {
        int at = text.position();
        String node = node();
        if (node == null) {
            throw text.refused();
        }
        text.require(".");
        Port port = new Port(node, portName(), OptionalInt.empty());
        text.require(":");
        exported.accept(portName(), end.apply(port, at));
    }

    /** Origins, each with an arrow behind it, and a destination. */
    private void connection() {
        List<? extends End> origin;
        while ((origin = text.firstOf(this::originAndArrow)) != null) {
            origin.forEach(graph::chain);
            text.skip(" ");
        }
        Into destination = text.firstOf(this::destination);
        if (destination == null) {
            throw text.refused();
        }
        graph.chain(destination);
    }

    private List<? extends End> originAndArrow() {
        List<? extends End> origin = text.firstOf(this::through, this::throughDeclared, this::output, this::initialPacket);
        text.skip(" ");
        return origin != null && text.take("->") ? origin : null;
    }

    /** {@code IN node OUT} */
    private List<? extends End> through() {
        PortName in = portBefore();
        int at = text.position();
        String node = in == null ? null : node();
        PortName out = node == null ? null : portBehind();
        return out == null ? null : List.of(into(in, node, at), outOf(node, out, at));
    }

    /** {@code node(some/operator)}, where either port may be left out. */
    private List<? extends End> throughDeclared() {
        PortName in = text.firstOf(this::portBefore, () -> defaultInport);
        int at = text.position();
        String node = declaredNode();
        if (node == null) {
            return null;
        }
        PortName out = text.firstOf(this::portBehind, () -> defaultOutport);
        return List.of(into(in, node, at), outOf(node, out, at));
    }

    private List<? extends End> output() {
        int at = text.position();
        String node = node();
        return node == null ? null : List.of(outOf(node, text.firstOf(this::portBehind, () -> defaultOutport), at));
    }

    private Into destination() {
        PortName in = text.firstOf(this::portBefore, () -> defaultInport);
        int at = text.position();
        String node = node();
        return node == null ? null : into(in, node, at);
    }

    private List<? extends End> initialPacket() {
        String quoted = quoted();
        if (quoted != null) {
            return List.of(new Data(quoted));
        }
        return text.match(JSON) == null ? null : List.of(new Data(new JsonReader(text).value()));
    }

    private String quoted() {
        int start = text.position();
        if (text.take(QUOTE, "an initial packet") == null) {
            return null;
        }
        var value = new StringBuilder();
        for (MatchResult part; (part = text.match(QUOTED)) != null;) {
            value.append(part.group().equals("\\'") ? "'" : part.group());
        }
        if (text.match(QUOTE) == null) {
            text.expected("the ' that ends the initial packet from line " + text.line(start));
            throw text.refused();
        }
        return value.toString();
    }

    /** A name, a declaration, or a declaration without a name. */
    private String node() {
        return text.firstOf(this::declaredNode, () -> text.take(NODE, "a node"));
    }

    private String declaredNode() {
        int at = text.position();
        String node = text.take(NODE, "a node");
        Component component = component();
        if (component == null) {
            return null;
        }
        if (node == null) {
            return graph.declareAnonymous(component, at);
        }
        graph.declare(node, component, at);
        return node;
    }

    private Component component() {
        if (!text.take("(")) {
            return null;
        }
        String operator = text.take(OPERATOR, "an operator");
        Map<String, String> metadata = text.take(":") ? metadata() : Map.of();
        text.require(")");
        return new Component(operator, metadata);
    }

    private Map<String, String> metadata() {
        int start = text.position();
        var metadata = new LinkedHashMap<String, String>();
        do {
            MatchResult item = text.match(METADATA);
            if (item.group(2) == null) {
                metadata.put("routes", item.group(1));
            } else {
                metadata.put(item.group(1), item.group(2));
            }
        } while (text.take(","));
        if (text.position() == start) {
            text.expected("metadata");
            throw text.refused();
        }
        return metadata;
    }

    private PortName portBefore() {
        PortName port = port();
        return port != null && space() ? port : null;
    }

    private PortName portBehind() {
        return space() ? port() : null;
    }

    private PortName port() {
        String name = text.take(PORT, "a port");
        if (name == null) {
            return null;
        }
        return new PortName(canonical(name), text.firstOf(this::index, OptionalInt::empty));
    }

    private OptionalInt index() {
        if (!text.take("[")) {
            return null;
        }
        int at = text.position();
        String index = text.take(INDEX, "an index");
        if (index == null || !text.take("]")) {
            return null;
        }
        try {
            return OptionalInt.of(Integer.parseInt(index));
        } catch (NumberFormatException _) {
            throw text.refusedAt(at, "an index up to " + Integer.MAX_VALUE);
        }
    }

    private String portName() {
        return canonical(text.require(PORT, "a port"));
    }

    private boolean space() {
        boolean space = text.skip(" ");
        if (!space) {
            text.expected(Cursor.A_SPACE);
        }
        return space;
    }

    private PortName plain(String name) {
        return new PortName(canonical(name), OptionalInt.empty());
    }

    private String canonical(String port) {
        return caseSensitive ? port : port.toUpperCase(Locale.ROOT);
    }

    private static Into into(PortName in, String node, int at) {
        return new Into(new Port(node, in.name(), in.index()), at);
    }

    private static OutOf outOf(String node, PortName out, int at) {
        return new OutOf(new Port(node, out.name(), out.index()), at);
    }
}
