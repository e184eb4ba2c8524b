package neurath.graph.fbp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What {@code docs/fbp.md} shows to people. */
class FbpDocsTest {
    private static final Pattern EXAMPLE = Pattern.compile("```fbp\n(.*?)```", Pattern.DOTALL);

    @TestFactory
    Stream<DynamicTest> every_example_is_a_graph_with_arcs_or_initial_packets() throws IOException {
        return EXAMPLE.matcher(page()).results().map(example -> example.group(1)).map(text -> DynamicTest.dynamicTest(text, () -> {
            var graph = new FbpParser().parse(text);
            assertThat(graph.arcs().size() + graph.initialPackets().size()).isPositive();
        }));
    }

    @Test
    void the_error_is_the_one_that_is_told() throws IOException {
        String told = page().lines().filter(line -> line.startsWith("    ")).map(line -> line.substring(4)).limit(3)
                .reduce((above, below) -> above + System.lineSeparator() + below).orElseThrow();
        assertThatExceptionOfType(FbpSyntaxException.class)
                .isThrownBy(() -> new FbpParser().parse("a(A) OUT -> IN b(B)\nb OUT >- IN c(C)\n"))
                .withMessage(told);
    }

    private static String page() throws IOException {
        return Files.readString(Path.of("..", "..", "docs", "fbp.md"));
    }
}
