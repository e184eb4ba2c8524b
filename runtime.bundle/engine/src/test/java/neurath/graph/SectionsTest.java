package neurath.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import neurath.graph.fbp.FbpParser;
import org.junit.jupiter.api.Test;

/** Which nodes are executed together, and which are executed elsewhere afterwards. */
class SectionsTest {
    private static Graph graph(String text) {
        return new FbpParser().parse(text);
    }

    private static Difference between(String earlier, String later) {
        return Difference.between(graph(earlier), graph(later));
    }

    @Test
    void nodes_that_name_one_section_are_executed_together() {
        Graph graph = graph("a(x:section=io) OUT -> IN b(x) OUT -> IN c(x:section=io) OUT -> IN d(x:section=other)");
        assertThat(Sections.of(graph).stream().map(Set::copyOf)).containsExactly(
                Set.of("a", "c"), Set.of("b"), Set.of("d"));
        assertThat(Sections.mates(graph, "a")).containsExactly("c");
        assertThat(Sections.mates(graph, "d")).isEmpty();
    }

    @Test
    void the_smaller_part_of_a_section_moves() {
        assertThat(between(
                "a(x:section=s) OUT -> IN b(x:section=s) OUT -> IN c(x:section=s)",
                "a(x:section=s) OUT -> IN b(x:section=t) OUT -> IN c(x:section=t)").moved()).containsExactly("a");
    }

    @Test
    void a_node_that_comes_to_a_section_moves_and_those_that_are_there_do_not() {
        assertThat(between(
                "a(x) OUT -> IN b(x:section=s) OUT -> IN c(x:section=s)",
                "a(x:section=s) OUT -> IN b(x:section=s) OUT -> IN c(x:section=s)").moved()).containsExactly("a");
    }

    @Test
    void names_of_sections_and_nodes_make_no_difference() {
        assertThat(between(
                "a(x) OUT -> IN b(x:section=s) OUT -> IN c(x:section=s)",
                "a(x:section=alone) OUT -> IN d(x:was=b,section=t) OUT -> IN c(x:section=t)").moved()).isEmpty();
    }

    @Test
    void a_node_that_is_new_does_not_move() {
        assertThat(between(
                "a(x) OUT -> IN b(x)",
                "a(x:section=s) OUT -> IN n(x:section=s) OUT -> IN b(x)").moved()).isEmpty();
    }
}
