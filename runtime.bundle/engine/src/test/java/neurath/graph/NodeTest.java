package neurath.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "2         | [2.0.0,3.0.0)",
        "0         | [0.0.0,1.0.0)",
        "2.1       | [2.1.0,2.2.0)",
        "2.0       | [2.0.0,2.1.0)",
        "2.0.0     | [2.0.0,2.0.0]",
        "2.0.0.RC1 | [2.0.0.RC1,2.0.0.RC1]",
    })
    void a_version_wish_is_as_wide_as_the_parts_it_leaves_out(String wish, String range) {
        assertThat(node(wish).versions()).hasToString(range);
    }

    @Test
    void a_node_without_a_wish_takes_any_version() {
        assertThat(new Node("load", "http/load", Map.of("was", "fetch")).versions()).hasToString("0.0.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two", "2.", ".2", "2..0", "-1", "2.0.0.", "1,2", "[1,2)", "2147483647", "2.2147483647", "99999999999"})
    void a_bad_version_is_refused_with_the_name_of_the_node(String wish) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> node(wish).versions())
                .withMessage("node 'load' (http/load) asks for version=" + wish
                        + ", which is none; write version=2 for [2,3), version=2.1 for [2.1,2.2), or version=2.1.0");
    }

    @Test
    void metadata_keeps_its_order_and_is_a_copy() {
        var written = new LinkedHashMap<String, String>();
        written.put("version", "2");
        written.put("main", "yes");
        written.put("a", "b");
        Node node = new Node("load", "http/load", written);
        written.clear();
        assertThat(node.metadata().keySet()).containsExactly("version", "main", "a");
    }

    private static Node node(String version) {
        return new Node("load", "http/load", Map.of("version", version));
    }
}
