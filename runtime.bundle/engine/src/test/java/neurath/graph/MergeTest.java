package neurath.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import neurath.graph.fbp.FbpParser;
import org.junit.jupiter.api.Test;

/** A change is made to a graph that has changed since it was planned. */
class MergeTest {
    private static final String BASE = "a(a) OUT -> IN b(b) OUT -> IN c(c), '1' -> LIMIT b, d(d) OUT -> IN e(e)";

    private static Graph graph(String text) {
        return new FbpParser().parse(text);
    }

    /** Equal but for the order, in which a graph means the same. */
    private static void assertSame(Graph one, String other) {
        Difference difference = Difference.between(one, graph(other));
        assertThat(difference.isStructureKept()).as("%s", difference).isTrue();
        assertThat(difference.reparameterised()).isEmpty();
        assertThat(one.nodes()).containsAllEntriesOf(graph(other).nodes());
    }

    private static Graph merge(String target, String now) {
        return Merge.of(graph(BASE), graph(target), graph(now));
    }

    @Test
    void where_nothing_changed_the_target_comes() {
        String target = "a(a) OUT -> IN x(x) OUT -> IN c(c), '2' -> LIMIT x, d(d) OUT -> IN e(e:version=2)";
        assertSame(merge(target, BASE), target);
    }

    @Test
    void what_was_inserted_elsewhere_stays() {
        assertSame(
                merge(
                        "a(a) OUT -> IN x(x) OUT -> IN b(b) OUT -> IN c(c), '1' -> LIMIT b, d(d) OUT -> IN e(e)",
                        "a(a) OUT -> IN b(b) OUT -> IN c(c), '1' -> LIMIT b, d(d) OUT -> IN y(y) OUT -> IN e(e), '3' -> LIMIT y"),
                "a(a) OUT -> IN x(x) OUT -> IN b(b) OUT -> IN c(c), '1' -> LIMIT b, d(d) OUT -> IN y(y) OUT -> IN e(e), '3' -> LIMIT y");
    }

    @Test
    void what_was_deleted_elsewhere_does_not_come_again() {
        assertSame(
                merge("a(a) OUT -> IN b(b:version=2) OUT -> IN c(c), '1' -> LIMIT b, d(d) OUT -> IN e(e)",
                        "a(a) OUT -> IN b(b) OUT -> IN c(c), '1' -> LIMIT b"),
                "a(a) OUT -> IN b(b:version=2) OUT -> IN c(c), '1' -> LIMIT b");
    }

    @Test
    void a_parameter_that_was_changed_since_stays_and_one_of_the_change_comes() {
        String since = "a(a) OUT -> IN b(b) OUT -> IN c(c), '9' -> LIMIT b, d(d) OUT -> IN e(e)";
        assertSame(merge(BASE, since), since);
        String target = "a(a) OUT -> IN b(b) OUT -> IN c(c), '2' -> LIMIT b, d(d) OUT -> IN e(e)";
        assertSame(merge(target, since), target);
    }

    @Test
    void a_renamed_node_takes_arcs_and_parameters_along() {
        Graph merged = merge(
                "a(a) OUT -> IN n(b:was=b) OUT -> IN c(c), '1' -> LIMIT n, d(d) OUT -> IN e(e)",
                "a(a) OUT -> IN b(b) OUT -> IN c(c), '9' -> LIMIT b, d(d) OUT -> IN e(e)");
        assertSame(merged, "a(a) OUT -> IN n(b:was=b) OUT -> IN c(c), '9' -> LIMIT n, d(d) OUT -> IN e(e)");
    }

    @Test
    void an_arc_to_a_node_that_is_gone_is_refused() {
        assertThatThrownBy(() -> merge(
                "a(a) OUT -> IN x(x) OUT -> IN b(b) OUT -> IN c(c), '1' -> LIMIT b, d(d) OUT -> IN e(e)", "a(a) OUT -> IN c(c)"))
                .hasMessageContaining("has no node 'b' any more");
    }
}
