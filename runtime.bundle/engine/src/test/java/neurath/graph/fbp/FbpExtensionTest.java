package neurath.graph.fbp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Dots in metadata values: the one thing Neurath adds to the language. */
class FbpExtensionTest {
    @TestFactory
    Stream<DynamicTest> what_the_reference_refuses_for_a_dot_in_a_metadata_value_is_read() {
        return Corpus.tests(Corpus.extension(), item -> {
            assertThat(item.answers().get("default").has("refused")).isTrue();
            FbpDocument document = new FbpParser().document(item.text());
            assertThat(document.graph().nodes()).isNotEmpty();
            assertThat(new FbpParser().document(new FbpWriter().write(document))).isEqualTo(document);
        });
    }

    @Test
    void a_version_with_dots_arrives_as_written() {
        var graph = new FbpParser().parse("load(http/load:version=2.0.0,was=fetch) OUT -> IN reply(http/reply:version=2.1)");
        assertThat(graph.node("load").metadata()).isEqualTo(Map.of("version", "2.0.0", "was", "fetch"));
        assertThat(graph.node("load").versions()).hasToString("[2.0.0,2.0.0]");
        assertThat(graph.node("reply").versions()).hasToString("[2.1.0,2.2.0)");
    }
}
