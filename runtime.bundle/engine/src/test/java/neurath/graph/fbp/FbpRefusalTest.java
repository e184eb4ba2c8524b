package neurath.graph.fbp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class FbpRefusalTest {
    @TestFactory
    Stream<DynamicTest> what_the_reference_refuses_is_refused_with_line_column_and_what_was_expected() {
        Map<String, String> told = Corpus.refusals();
        return Corpus.tests(Corpus.invalid(), item -> {
            FbpSyntaxException refusal = refusal(item.text());
            assertThat(item.answers().get("default").has("refused")).isTrue();
            assertThat(item.answers().get("caseSensitive").has("refused")).isTrue();
            assertThat(refusal.line() + ":" + refusal.column() + " | " + refusal.expected()).isEqualTo(told.get(item.name()));
        });
    }

    @TestFactory
    Stream<DynamicTest> the_position_is_that_of_the_reference_or_in_front_of_blanks_it_has_skipped() {
        return Corpus.tests(Corpus.invalid(), item -> {
            JsonNode answer = item.answers().get("default");
            if (answer.has("line")) {
                FbpSyntaxException refusal = refusal(item.text());
                int ours = offset(item.text(), refusal.line(), refusal.column());
                int theirs = offset(item.text(), answer.get("line").asInt(), answer.get("column").asInt());
                assertThat(ours).as(refusal.getMessage()).isLessThanOrEqualTo(theirs);
                assertThat(item.text().substring(ours, theirs)).as(refusal.getMessage()).isBlank();
            }
        });
    }

    @Test
    void the_message_shows_the_line_and_a_caret() {
        assertThat(refusal("a(A) OUT -> IN b(B)\nb OUT >- IN c(C)\n")).hasMessage(String.join(System.lineSeparator(),
                "line 2, column 7: expected a port, '->', ',', a new line or a statement, found '>'",
                "  b OUT >- IN c(C)",
                "        ^"));
    }

    @Test
    void the_caret_stands_right_behind_a_tab() {
        assertThat(refusal("\t{} => IN a(A)")).hasMessageEndingWith(String.join(System.lineSeparator(),
                "", "  \t{} => IN a(A)", "  \t   ^"));
    }

    @Test
    void a_node_without_an_operator_is_named_where_it_stands() {
        assertThat(refusal("a(A) OUT -> IN b")).hasMessageStartingWith(
                "line 1, column 16: expected an operator for node 'b', here or elsewhere, as in b(some/operator)");
    }

    @Test
    void brackets_nested_without_end_are_refused() {
        assertThat(refusal("[".repeat(100_000)).expected()).isEqualTo("no more than 500 levels of brackets");
    }

    @Test
    void an_index_too_large_for_an_array_is_refused_though_the_reference_takes_it() {
        assertThat(refusal("a(A) OUT[2147483648] -> IN b(B)").expected()).isEqualTo("an index up to 2147483647");
    }

    private static FbpSyntaxException refusal(String text) {
        var refusal = catchThrowableOfType(FbpSyntaxException.class, () -> new FbpParser().parse(text));
        assertThat(refusal).as("the refusal of %s", text).isNotNull();
        return refusal;
    }

    private static int offset(String text, int line, int column) {
        for (int offset = 0; offset <= text.length(); offset++) {
            Place place = Place.of(text, offset);
            if (place.line() == line && place.column() == column) {
                return offset;
            }
        }
        throw new AssertionError("no line " + line + ", column " + column + " in " + text);
    }
}
