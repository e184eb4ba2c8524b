package neurath.graph.fbp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import neurath.graph.Graph;
import neurath.graph.InitialPacket;
import neurath.graph.Node;
import neurath.graph.Port;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class FbpWriterTest {
    private static final String UNWRITABLE = "odd_only_the_first_slash_of_an_anonymous_name_is_replaced";

    @TestFactory
    Stream<DynamicTest> a_text_written_and_read_again_is_the_same() {
        var writable = Corpus.valid().stream().filter(item -> !item.name().equals(UNWRITABLE)).toList();
        return Corpus.tests(writable, item -> {
            FbpDocument document = new FbpParser().document(item.text());
            assertThat(new FbpParser().document(new FbpWriter().write(document))).isEqualTo(document);
            FbpDocument asWritten = FbpParser.caseSensitive().document(item.text());
            assertThat(FbpParser.caseSensitive().document(new FbpWriter().write(asWritten))).isEqualTo(asWritten);
        });
    }

    @Test
    void a_web_server_is_a_statement_a_line_with_operators_where_nodes_are_first_used() {
        var document = new FbpParser().document("""
                # @name web-server
                INPORT=accept.port:PORT
                '8080' -> port accept(http/accept) -> in read(http/read) -> in parse(http/parse)
                parse ERROR -> in[1] reply(http/reply:version=2.0.0), parse out -> in load(http/load:main,was=fetch)
                {"root": "site"} -> OPTIONS load OUT -> in[0] reply
                """);
        assertThat(new FbpWriter().write(document)).isEqualTo("""
                # @name web-server
                INPORT=accept.PORT:PORT

                '8080' -> PORT accept(http/accept)
                accept OUT -> IN read(http/read)
                read OUT -> IN parse(http/parse)
                parse ERROR -> IN[1] reply(http/reply:version=2.0.0)
                parse OUT -> IN load(http/load:main,was=fetch)
                {"root": "site"} -> OPTIONS load
                load OUT -> IN[0] reply
                """);
    }

    @Test
    void nodes_keep_their_order() {
        Graph graph = new FbpParser().parse("lonely(L)\nlast(Z)\nfirst(A) OUT -> IN last\n'x' -> IN late(Y)\n");
        assertThat(new FbpWriter().write(graph)).isEqualTo("""
                lonely(L)
                last(Z)
                first(A) OUT -> IN last
                'x' -> IN late(Y)
                """);
    }

    @Test
    void what_single_quotes_cannot_hold_in_one_line_is_written_as_json() {
        assertThat(written("it's")).isEqualTo("'it\\'s'");
        assertThat(written("C:\\temp")).isEqualTo("'C:\\temp'");
        assertThat(written("C:\\")).isEqualTo("\"C:\\\\\"");
        assertThat(written("two\nlines \"here\"")).isEqualTo("\"two\\nlines \\\"here\\\"\"");
        assertThat(written("🚣 船")).isEqualTo("'🚣 船'");
        assertThat(written("half a pair \uD83D")).isEqualTo("\"half a pair \\ud83d\"");
        assertThat(written(Arrays.asList(1L, 1.5, "a", true, null, Map.of()))).isEqualTo("[1, 1.5, \"a\", true, null, {}]");
    }

    @Test
    void json_words_get_the_tab_without_which_they_would_be_nodes() {
        assertThat(written(true)).isEqualTo("\ttrue");
        assertThat(written(null)).isEqualTo("\tnull");
    }

    @Test
    void an_empty_graph_is_an_empty_text() {
        assertThat(new FbpWriter().write(new FbpParser().parse("# nothing\n"))).isEmpty();
    }

    @Test
    void what_the_language_cannot_say_is_refused_by_name() {
        assertRefused(new Node("a.b", "A", Map.of()), "node cannot be written in .fbp: 'a.b'");
        assertRefused(new Node("a", "", Map.of()), "operator of node 'a' cannot be written in .fbp: ''");
        assertRefused(new Node("a", "A", Map.of("was", "old-name")), "metadata 'was' of node 'a' cannot be written in .fbp: 'old-name'");
        assertRefused(new Node("a", "A", Map.of("a.b", "c")), "metadata key of node 'a' cannot be written in .fbp: 'a.b'");
        assertThatIllegalArgumentException().isThrownBy(() -> written(List.of('c'))).withMessageStartingWith("no JSON value: c");
        assertThatIllegalArgumentException().isThrownBy(() -> written(Double.NaN)).withMessage("no JSON value: NaN");
    }

    @Test
    void odd_an_anonymous_node_of_two_slashes_has_a_name_that_cannot_be_written() {
        Graph graph = new FbpParser().parse("(a/b/c) -> IN d(D)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FbpWriter().write(graph))
                .withMessageStartingWith("node cannot be written in .fbp: '_a_b/c_1'");
    }

    private static String written(Object data) {
        var nodes = new LinkedHashMap<>(Map.of("a", new Node("a", "A", Map.of())));
        var packet = new InitialPacket(data, Port.of("a", "IN"));
        String text = new FbpWriter().write(
                new Graph(nodes, List.of(), List.of(packet), new LinkedHashMap<>(), new LinkedHashMap<>()));
        assertThat(new FbpParser().parse(text).initialPackets()).containsExactly(packet);
        return text.substring(0, text.indexOf(" -> IN a(A)\n"));
    }

    private static void assertRefused(Node node, String message) {
        var nodes = new LinkedHashMap<>(Map.of(node.name(), node));
        var graph = new Graph(nodes, List.of(), List.of(), new LinkedHashMap<>(), new LinkedHashMap<>());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FbpWriter().write(graph))
                .withMessageStartingWith(message);
    }
}
