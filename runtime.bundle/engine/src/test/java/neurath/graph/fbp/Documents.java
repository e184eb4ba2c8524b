package neurath.graph.fbp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import net.jqwik.api.arbitraries.StringArbitrary;
import neurath.graph.Arc;
import neurath.graph.Graph;
import neurath.graph.InitialPacket;
import neurath.graph.Node;
import neurath.graph.Port;

/** Random documents: whatever the language can say. */
final class Documents {
    private static final String LETTERS = "abcxyzABCXYZ";

    private Documents() {}

    static Arbitrary<FbpDocument> any() {
        return Arbitraries.of(true, false).flatMap(caseSensitive -> names().flatMap(names -> document(names, caseSensitive)));
    }

    private static Arbitrary<FbpDocument> document(List<String> names, boolean caseSensitive) {
        Arbitrary<String> portNames = portNames(caseSensitive);
        Arbitrary<Port> ports = Combinators.combine(Arbitraries.of(names), portNames, indices()).as(Port::new);
        Arbitrary<Port> plainPorts = Combinators.combine(Arbitraries.of(names), portNames).as(Port::of);
        Arbitrary<SequencedMap<String, Port>> exports = maps(portNames, plainPorts);
        Arbitrary<Graph> graphs = Combinators.combine(
                nodes(names),
                Combinators.combine(ports, ports).as(Arc::new).list().ofMaxSize(8),
                Combinators.combine(data(), ports).as(InitialPacket::new).list().ofMaxSize(4),
                exports,
                exports)
                .as(Graph::new);
        return Combinators.combine(graphs, annotations())
                .as((graph, annotations) -> new FbpDocument(graph, annotations, caseSensitive));
    }

    /** At least one, in random order; some are words of the language. */
    private static Arbitrary<List<String>> names() {
        Arbitrary<String> name = name("_-019");
        Arbitrary<String> words = Arbitraries.of("INPORT", "OUTPORT", "DEFAULT_INPORT", "IN", "OUT", "true", "null", "_A_1", "__1");
        return Arbitraries.frequencyOf(Tuple.of(4, name), Tuple.of(1, words))
                .list().uniqueElements().ofMinSize(1).ofMaxSize(6);
    }

    private static Arbitrary<SequencedMap<String, Node>> nodes(List<String> names) {
        Arbitrary<String> operators = strings(LETTERS + "/-_09").ofMinLength(1).ofMaxLength(8);
        Arbitrary<Map<String, String>> metadata = Arbitraries.maps(
                Arbitraries.oneOf(Arbitraries.of("version", "was", "routes", "x", ""), strings(LETTERS + "/_0").ofMaxLength(3)),
                strings(LETTERS + "./_019").ofMaxLength(5))
                .ofMaxSize(3);
        return Combinators.combine(operators.list().ofSize(names.size()), metadata.list().ofSize(names.size()))
                .as((operator, items) -> {
                    var nodes = new LinkedHashMap<String, Node>();
                    for (int i = 0; i < names.size(); i++) {
                        nodes.put(names.get(i), new Node(names.get(i), operator.get(i), items.get(i)));
                    }
                    return nodes;
                });
    }

    private static Arbitrary<SequencedMap<String, String>> annotations() {
        return maps(strings(LETTERS + "-_09").ofMinLength(1).ofMaxLength(6),
                strings(LETTERS + " .-_09").ofMinLength(1).ofMaxLength(8).filter(value -> !value.startsWith(" ")));
    }

    private static <V> Arbitrary<SequencedMap<String, V>> maps(Arbitrary<String> keys, Arbitrary<V> values) {
        return Arbitraries.maps(keys, values).ofMaxSize(3).map(LinkedHashMap::new);
    }

    private static Arbitrary<String> portNames(boolean caseSensitive) {
        return name("_.019").map(name -> caseSensitive ? name : name.toUpperCase(Locale.ROOT));
    }

    private static Arbitrary<OptionalInt> indices() {
        return Arbitraries.oneOf(
                Arbitraries.just(OptionalInt.empty()),
                Arbitraries.integers().between(0, Integer.MAX_VALUE).map(OptionalInt::of));
    }

    private static Arbitrary<Object> data() {
        Arbitrary<Object> plain = Arbitraries.oneOf(
                Arbitraries.strings().all().ofMaxLength(8).asGeneric(),
                strings("'\\\"\n\r\t\u2028#,->{}[]$ a").ofMaxLength(8).asGeneric(),
                Arbitraries.longs().between(-(1L << 53), 1L << 53).asGeneric(),
                Arbitraries.doubles().filter(number -> number != Math.rint(number)).asGeneric(),
                Arbitraries.of(true, false).asGeneric(),
                Arbitraries.<Object>just(null));
        return Arbitraries.recursive(() -> plain, inner -> Arbitraries.oneOf(
                inner,
                inner.list().ofMaxSize(3).asGeneric(),
                Arbitraries.maps(Arbitraries.strings().all().ofMaxLength(4), inner).ofMaxSize(3).asGeneric()), 0, 3);
    }

    private static Arbitrary<String> name(String more) {
        return Combinators.combine(strings(LETTERS + "_").ofLength(1), strings(LETTERS + more).ofMaxLength(4)).as(String::concat);
    }

    private static StringArbitrary strings(String characters) {
        return Arbitraries.strings().withChars(characters);
    }
}
