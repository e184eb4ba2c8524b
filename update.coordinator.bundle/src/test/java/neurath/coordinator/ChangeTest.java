package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import neurath.graph.Graph;
import neurath.graph.Node;
import neurath.graph.fbp.FbpParser;
import neurath.graph.fbp.FbpWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeTest {
    private static final Graph GRAPH =
            new FbpParser().parse("parse(http/parse) OUT -> IN load(http/load:version=1) OUT -> IN reply(http/reply)");

    @TempDir
    Path folder;

    private Graph change(String... words) {
        return Change.of(GRAPH, List.of(words), folder);
    }

    @Test
    void a_wish_pins_a_node_and_leaves_the_rest() {
        Graph changed = change("load=http/load@2.0.0");
        assertThat(changed.node("load").wish()).isEqualTo("http/load 2.0.0");
        assertThat(changed.node("reply")).isEqualTo(GRAPH.node("reply"));
        assertThat(changed.arcs()).isEqualTo(GRAPH.arcs());
    }

    @Test
    void several_wishes_are_one_change_and_short_versions_are_ranges() {
        Graph changed = change("load=http/load@2", "reply=http/reply@2.1");
        assertThat(changed.nodes().values()).extracting(Node::wish)
                .containsExactly("http/parse", "http/load [2.0.0,3.0.0)", "http/reply [2.1.0,2.2.0)");
    }

    @Test
    void qualified_versions_are_versions() {
        Graph changed = change("load=http/load@2.0.0.beta_1");
        assertThat(changed.node("load").wish()).isEqualTo("http/load 2.0.0.beta_1");
        assertThat(new FbpParser().parse(new FbpWriter().write(changed))).isEqualTo(changed);
    }

    @Test
    void a_text_is_taken_from_one_word_or_several() {
        String text = "parse(http/parse) OUT -> IN load(http/load)";
        assertThat(change(text)).isEqualTo(new FbpParser().parse(text));
        assertThat(change(text.split(" "))).isEqualTo(new FbpParser().parse(text));
    }

    @Test
    void a_file_is_looked_for_from_the_folder() throws Exception {
        String text = "parse(http/parse) OUT -> IN load(http/load)";
        Files.writeString(folder.resolve("next.fbp"), text);
        assertThat(change("next.fbp")).isEqualTo(new FbpParser().parse(text));
        assertThat(change(folder.resolve("next.fbp").toString())).isEqualTo(new FbpParser().parse(text));
    }

    @Test
    void a_file_that_is_not_there_is_named() {
        assertThatThrownBy(() -> change("none.fbp")).isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(folder.resolve("none.fbp").toString());
    }

    @Test
    void what_is_no_change_is_quoted_with_what_to_write() {
        assertThatThrownBy(() -> change("load")).hasMessageContaining("'load' is no change").hasMessageContaining("load=http/load@2.0.0");
        assertThatThrownBy(() -> change("load=http/load")).hasMessageContaining("'load=http/load' is no change");
        assertThatThrownBy(() -> change("load=http/load@two")).hasMessageContaining("is no change");
        assertThatThrownBy(() -> change("load=http/load@2.0.0", "reply")).hasMessageContaining("is no change");
        assertThatThrownBy(this::change).hasMessageContaining("what is to change?");
    }

    @Test
    void an_unknown_node_is_named_with_those_there_are() {
        assertThatThrownBy(() -> change("laod=http/load@2.0.0")).hasMessage("no node 'laod'; there are parse, load, reply");
    }
    @Test
    void another_operator_type_may_be_asked_for() {
        assertThat(change("load=nio/load@2").node("load").wish()).isEqualTo("nio/load [2.0.0,3.0.0)");
    }
}
