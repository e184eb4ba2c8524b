package neurath.graph.fbp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class FbpPropertyTest {
    /** Some characters of a text replaced by others. */
    record Mutation(double place, int removed, String inserted) {
        String of(String text) {
            int from = (int) (place * text.length());
            int to = Math.min(text.length(), from + removed);
            return text.substring(0, from) + inserted + text.substring(to);
        }
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void a_document_written_and_read_is_the_same(@ForAll("documents") FbpDocument document) {
        FbpDocument read = parser(document.caseSensitive()).document(new FbpWriter().write(document));
        assertThat(read).isEqualTo(document);
        assertThat(read.graph().nodes().keySet()).containsExactlyElementsOf(document.graph().nodes().keySet());
    }

    @Property(tries = 1000)
    void a_mutated_text_is_a_graph_or_is_refused_at_a_position_inside_it(
            @ForAll("texts") String text, @ForAll("mutations") List<Mutation> mutations, @ForAll boolean caseSensitive) {
        for (Mutation mutation : mutations) {
            text = mutation.of(text);
        }
        assertGraphOrRefusal(text, caseSensitive);
    }

    @Example
    void a_text_that_ends_too_early_is_a_graph_or_is_refused_at_a_position_inside_it() {
        for (String text : corpus()) {
            for (int end = 0; end < text.length(); end++) {
                assertGraphOrRefusal(text.substring(0, end), false);
            }
        }
    }

    private static void assertGraphOrRefusal(String text, boolean caseSensitive) {
        try {
            assertThat(parser(caseSensitive).document(text).caseSensitive()).isEqualTo(caseSensitive);
        } catch (FbpSyntaxException refusal) {
            String[] lines = text.split("\r\n|[\n\r\u2028\u2029]", -1);
            assertThat(refusal.line()).isBetween(1, lines.length);
            assertThat(refusal.column()).isBetween(1, lines[refusal.line() - 1].length() + 1);
            assertThat(refusal.expected()).isNotBlank();
        }
    }

    private static List<String> corpus() {
        return Stream.of(Corpus.valid(), Corpus.invalid(), Corpus.extension())
                .flatMap(List::stream).map(Corpus.Item::text).toList();
    }

    private static FbpParser parser(boolean caseSensitive) {
        return caseSensitive ? FbpParser.caseSensitive() : new FbpParser();
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(corpus());
    }

    @Provide
    Arbitrary<List<Mutation>> mutations() {
        Arbitrary<String> inserted = Arbitraries.oneOf(
                Arbitraries.of("", " ", "->", "'", "\"", "(", ")", "[", "]", "{", "}", ":", ",", "#", "\n", "\r", "\t", "=", ".", "\\",
                        "-", "0", "IN", "a(A)", "INPORT=", "DEFAULT_INPORT=", "# @name x\n", "null", "[1]"),
                Arbitraries.strings().all().ofMaxLength(3));
        return Combinators.combine(Arbitraries.doubles().between(0, 1), Arbitraries.integers().between(0, 5), inserted)
                .as(Mutation::new).list().ofMaxSize(4);
    }

    @Provide
    Arbitrary<FbpDocument> documents() {
        return Documents.any();
    }
}
