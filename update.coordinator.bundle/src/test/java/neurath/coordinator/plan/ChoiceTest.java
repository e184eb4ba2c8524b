package neurath.coordinator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import neurath.coordinator.TestVersion;
import neurath.coordinator.Texts.Say;
import neurath.engine.OperatorVersion;
import neurath.graph.Graph;
import neurath.graph.fbp.FbpParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ChoiceTest {
    private static final Comparator<OperatorVersion> NEWEST = Comparator.comparingLong(version -> ((TestVersion) version).bundle());
    private static final Graph PAIR = new FbpParser().parse("load(load) OUT -> IN compose(compose) OUT -> IN reply(reply)");

    private static TestVersion version(String operator, String version, String... partners) {
        return TestVersion.of(operator, version, 1, Say.class, () -> new Say(version), partners);
    }

    private static Map<String, String> choice(String text, OperatorVersion... available) {
        return choice(new FbpParser().parse(text), available);
    }

    private static Map<String, String> choice(Graph graph, OperatorVersion... available) {
        var labels = new LinkedHashMap<String, String>();
        Choice.of(graph, List.of(available), NEWEST).forEach((node, version) -> labels.put(node, version.version().toString()));
        return labels;
    }

    @Test
    void the_highest_in_the_range_of_the_node_is_taken() {
        TestVersion[] all = {version("a", "1.0.0"), version("a", "2.3.0"), version("a", "2.0.0"), version("a", "3.0.0")};
        assertThat(choice("n(a) OUT -> IN m(a:version=2)", all)).isEqualTo(Map.of("n", "3.0.0", "m", "2.3.0"));
        assertThat(choice("n(a:version=2.0.0) OUT -> IN m(a:version=2.3)", all)).isEqualTo(Map.of("n", "2.0.0", "m", "2.3.0"));
    }

    @Test
    void a_node_that_nothing_fits_is_left_out() {
        assertThat(choice("n(a:version=4) OUT -> IN m(a)", version("a", "1.0.0"))).isEqualTo(Map.of("m", "1.0.0"));
    }

    @Test
    void of_equal_numbers_the_newest_is_taken() {
        TestVersion old = TestVersion.of("a", "1.0.0", 1, Say.class, () -> new Say(""));
        TestVersion fresh = TestVersion.of("a", "1.0.0", 2, Say.class, () -> new Say(""));
        assertThat(Choice.of(new FbpParser().parse("n(a) OUT -> IN m(a)"), List.of(fresh, old), NEWEST)).containsEntry("n", fresh);
    }

    @Test
    @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void many_nodes_that_wait_for_one_partner_are_chosen_without_trying_all_combinations() {
        var text = new StringBuilder("w0(w) OUT -> IN m(m)");
        for (int i = 1; i < 30; i++) {
            text.append(", w").append(i).append("(w) OUT -> IN m");
        }
        assertThat(choice(
                text.toString(),
                version("w", "1.0.0"),
                version("w", "2.0.0", "m 2.0.0"),
                version("w", "3.0.0", "m 3.0.0"),
                version("m", "1.0.0"))).hasSize(31).containsEntry("w0", "1.0.0").containsEntry("w29", "1.0.0");
    }

    @Test
    void half_of_a_pair_is_not_taken() {
        assertThat(choice(
                PAIR,
                version("load", "1.0.0"),
                version("load", "2.0.0", "reply 2.0.0"),
                version("compose", "1.0.0"),
                version("reply", "1.0.0")))
                .isEqualTo(Map.of("load", "1.0.0", "compose", "1.0.0", "reply", "1.0.0"));
    }

    @Test
    void of_three_versions_the_highest_complete_pair_is_taken() {
        assertThat(choice(
                PAIR,
                version("load", "1.0.0"),
                version("load", "2.0.0", "reply 2.0.0"),
                version("load", "3.0.0", "reply 3.0.0"),
                version("compose", "1.0.0"),
                version("reply", "1.0.0"),
                version("reply", "2.0.0", "load 2.0.0")))
                .isEqualTo(Map.of("load", "2.0.0", "compose", "1.0.0", "reply", "2.0.0"));
    }

    @Test
    void a_partner_that_the_graph_does_not_have_is_not_missed() {
        assertThat(choice("n(a) OUT -> IN m(b)", version("a", "2.0.0", "other 1.0.0"), version("b", "1.0.0")))
                .isEqualTo(Map.of("n", "2.0.0", "m", "1.0.0"));
    }

    @Test
    void nodes_that_do_not_depend_on_each_other_do_not_hold_each_other_back() {
        assertThat(choice(
                PAIR,
                version("load", "2.0.0", "reply 2.0.0"),
                version("compose", "1.0.0"),
                version("compose", "1.1.0"),
                version("reply", "1.0.0")))
                .isEqualTo(Map.of("compose", "1.1.0", "reply", "1.0.0"));
    }

    @Test
    void what_is_missing_is_said() {
        List<TestVersion> available =
                List.of(version("load", "1.0.0"), version("load", "2.0.0", "reply 2.0.0"), version("compose", "1.0.0"),
                        version("reply", "1.0.0"));
        assertThat(Choice.unmet(PAIR, available, Choice.of(PAIR, available, NEWEST)))
                .containsExactly("load@2.0.0 waits for reply 2.0.0 to be started");
    }
}
