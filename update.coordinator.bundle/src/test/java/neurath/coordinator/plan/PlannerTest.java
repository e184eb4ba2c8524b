package neurath.coordinator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import neurath.api.Operator;
import neurath.coordinator.TestVersion;
import neurath.coordinator.Texts.Count;
import neurath.coordinator.Texts.Counted;
import neurath.coordinator.Texts.Misfit;
import neurath.coordinator.Texts.Numbers;
import neurath.coordinator.Texts.Say;
import neurath.engine.Conversions;
import neurath.engine.Marker.Commit;
import neurath.engine.OperatorVersion;
import neurath.graph.Graph;
import neurath.graph.Node;
import neurath.graph.fbp.FbpParser;
import org.junit.jupiter.api.Test;

/** Plans, and what they say. */
class PlannerTest {
    private static final Comparator<OperatorVersion> NEWEST = Comparator.comparingInt(version -> ((TestVersion) version).bundle());
    private static final Graph GRAPH = new FbpParser().parse("a(a) OUT -> IN b(b) OUT -> IN c(c)");

    private static final TestVersion A1 = say("a", "1.0.0", 1);
    private static final TestVersion B1 = say("b", "1.0.0", 2);
    private static final TestVersion C1 = say("c", "1.0.0", 3);

    private static TestVersion say(String operator, String version, int bundle, String... partners) {
        return of(operator, version, bundle, Say.class, partners);
    }

    private static TestVersion of(String operator, String version, int bundle, Class<? extends Operator> type, String... partners) {
        return TestVersion.of(operator, version, bundle, type.asSubclass(Operator.class), () -> {
            throw new AssertionError("a plan makes no instance");
        }, partners);
    }

    private static Map<String, OperatorVersion> running(OperatorVersion... versions) {
        var running = new LinkedHashMap<String, OperatorVersion>();
        Arrays.stream(versions).forEach(version -> running.put(version.operator(), version));
        return running;
    }

    private static Planner planner(OperatorVersion... versions) {
        return new Planner("flow", 4, GRAPH, running(versions), Map.of(), Conversions.NONE);
    }

    private static Graph wishing(String node, String version) {
        return GRAPH.with(new Node(node, node, Map.of("version", version)));
    }

    private static Plan plan(Graph target, OperatorVersion... available) {
        return planner(A1, B1, C1).towards(target, List.of(available), NEWEST, Options.NONE);
    }

    @Test
    void a_plan_says_what_it_replaces_where_the_marker_goes_and_how_it_commits() {
        TestVersion b2 = say("b", "2.0.0", 12);
        assertThat(plan(wishing("b", "2.0.0"), A1, B1, C1, b2)).hasToString("""
                plan for flow, revision 4
                  replace b  b@1.0.0 -> 2.0.0 (bundle 2 -> bundle 12)
                  region  b
                  commit  stream: no state is handed over, so no switch can fail and nobody waits""");
    }

    @Test
    void where_state_is_handed_over_the_region_waits() {
        TestVersion b2 = of("b", "2.0.0", 12, Count.class);
        Plan plan = plan(wishing("b", "2.0.0"), A1, B1, C1, b2);
        assertThat(plan.commit()).isEqualTo(Commit.HOLD);
        assertThat(plan.because()).contains("the handover of b can fail");
    }

    @Test
    void nothing_to_do_is_said() {
        Plan plan = plan(GRAPH, A1, B1, C1);
        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan).hasToString("plan for flow, revision 4\n  nothing to do");
    }

    @Test
    void nodes_whose_wish_is_the_same_keep_their_version() {
        Plan plan = plan(wishing("b", "2"), A1, B1, C1, say("a", "1.1.0", 11), say("b", "2.1.0", 12), say("c", "1.1.0", 13));
        assertThat(plan.summary()).isEqualTo("b 1.0.0 -> 2.1.0");
    }

    @Test
    void a_partner_is_taken_along_and_the_region_reaches_from_one_to_the_other() {
        Plan plan = plan(wishing("a", "2.0.0"), A1, B1, C1, say("a", "2.0.0", 11, "c 2.0.0"), say("c", "2.0.0", 13, "a 2.0.0"));
        assertThat(plan.summary()).isEqualTo("a 1.0.0 -> 2.0.0, c 1.0.0 -> 2.0.0");
        assertThat(plan.region()).containsExactly("a", "b", "c");
        assertThat(plan.problems()).isEmpty();
    }

    @Test
    void a_pin_that_leaves_a_partner_behind_is_refused_with_both_named() {
        Graph target = wishing("a", "2.0.0").with(new Node("c", "c", Map.of("version", "1.0.0")));
        Plan plan = plan(target, A1, B1, C1, say("a", "2.0.0", 11, "c 2.0.0"), say("c", "2.0.0", 13, "a 2.0.0"));
        assertThat(plan.problems()).isNotEmpty().anySatisfy(problem -> assertThat(problem)
                .contains("flow/a: a@2.0.0 works only with c 2.0.0", "name both in one change"));
        assertThat(plan.toString()).contains("REFUSED flow/a:");
    }

    @Test
    void a_version_that_is_not_there_is_refused_with_those_that_are() {
        assertThat(plan(wishing("b", "3.0.0"), A1, B1, C1, say("b", "2.0.0", 12)).problems())
                .containsExactly("flow/b: b 3.0.0 is not there; there are [1.0.0, 2.0.0]; install and start its bundle");
    }

    private static Plan structure(String target, OperatorVersion... available) {
        return plan(new FbpParser().parse(target), available);
    }

    @Test
    void a_change_of_structure_names_what_it_does_and_where_the_marker_goes() {
        TestVersion d = say("d", "1.0.0", 14);
        assertThat(structure("a(a) OUT -> IN d(d) OUT -> IN b(b) OUT -> IN c(c)", A1, B1, C1, d)).hasToString("""
                plan for flow, revision 4
                  insert  d  d@1.0.0 (bundle 14)
                  cut     a.OUT -> b.IN
                  connect a.OUT -> d.IN
                  connect d.OUT -> b.IN
                  region  a -> b
                  commit  stream: no state is handed over, so no switch can fail and nobody waits""");
        assertThat(structure("a(a) OUT -> IN c(c)", A1, B1, C1)).hasToString("""
                plan for flow, revision 4
                  delete  b
                  cut     a.OUT -> b.IN
                  cut     b.OUT -> c.IN
                  connect a.OUT -> c.IN
                  region  a -> b -> c
                  commit  stream: no state is handed over, so no switch can fail and nobody waits""");
        assertThat(structure("a(a) OUT -> IN other(b:was=b) OUT -> IN c(c)", A1, B1, C1).operations())
                .containsExactly("rename  b -> other");
    }

    @Test
    void nodes_that_come_together_in_a_section_move_and_the_region_holds_them() {
        Plan plan = structure("a(a:section=io) OUT -> IN b(b) OUT -> IN c(c:section=io)", A1, B1, C1);
        assertThat(plan.problems()).isEmpty();
        assertThat(plan.operations()).containsExactly("move    c -> section io, with a");
        assertThat(plan.region()).containsExactly("c");
        assertThat(plan.summary()).isEqualTo("c moves to section io");
        assertThat(plan.commit()).isEqualTo(Commit.STREAM);
    }

    @Test
    void a_node_that_leaves_a_section_moves_to_one_of_its_own() {
        Graph together = new FbpParser().parse("a(a) OUT -> IN b(b:section=io) OUT -> IN c(c:section=io)");
        var planner = new Planner("flow", 4, together, running(A1, B1, C1), Map.of(), Conversions.NONE);
        Plan plan = planner.towards(GRAPH, List.of(A1, B1, C1), NEWEST, Options.NONE);
        assertThat(plan.operations()).containsExactly("move    c -> a section of its own");
    }

    @Test
    void another_name_for_a_section_is_nothing_to_do() {
        Graph together = new FbpParser().parse("a(a) OUT -> IN b(b:section=io) OUT -> IN c(c:section=io)");
        Graph renamed = new FbpParser().parse("a(a) OUT -> IN b(b:section=x) OUT -> IN c(c:section=x)");
        var planner = new Planner("flow", 4, together, running(A1, B1, C1), Map.of(), Conversions.NONE);
        assertThat(planner.towards(renamed, List.of(A1, B1, C1), NEWEST, Options.NONE).isEmpty()).isTrue();
    }

    @Test
    void what_undoes_a_move_moves_back() {
        Plan plan = structure("a(a:section=io) OUT -> IN b(b) OUT -> IN c(c:section=io)", A1, B1, C1);
        var planner = new Planner("flow", 5, plan.target(), running(A1, B1, C1), Map.of(), Conversions.NONE);
        assertThat(planner.undoing(plan, GRAPH, running(A1, B1, C1)).operations())
                .containsExactly("move    c -> a section of its own");
    }

    @Test
    void a_node_that_nothing_leads_to_is_refused() {
        assertThat(structure("a(a) OUT -> IN c(c), b(b) OUT -> IN c", A1, B1, C1).problems()).containsExactly(
                "flow/b: no arc leads to b@1.0.0, which takes from IN; connect it, or leave the node out");
    }

    @Test
    void an_output_that_leads_nowhere_is_noted() {
        assertThat(structure("a(a) OUT -> IN b(b)", A1, B1, C1).notes())
                .containsExactly("b.OUT leads nowhere: what is emitted there is dropped");
    }

    @Test
    void a_parameter_the_operator_does_not_know_is_refused() {
        assertThat(structure("'1' -> SIZE a(a) OUT -> IN b(b) OUT -> IN c(c)", A1, B1, C1).problems()).singleElement().asString()
                .contains("no such parameter for '1'");
    }

    @Test
    void two_nodes_that_claim_one_former_name_are_refused() {
        assertThat(structure("a(a) OUT -> IN x(b:was=b) OUT -> IN y(b:was=b) OUT -> IN c(c)", A1, B1, C1).problems()).containsExactly(
                "flow: nodes 'x' and 'y' both say that they were 'b'; only one can be");
    }

    @Test
    void from_the_source_the_marker_passes_all_that_leads_to_the_region() {
        Plan plan = planner(A1, B1, C1).towards(wishing("c", "2.0.0"), List.of(say("c", "2.0.0", 13)), NEWEST,
                Options.parse(List.of("--from", "source")).options());
        assertThat(plan.region()).containsExactly("a", "b", "c");
        assertThat(plan.toString()).contains("from    source");
    }

    @Test
    void a_hold_can_be_asked_for_and_a_stream_only_where_nothing_can_fail() {
        Options hold = Options.parse(List.of("--commit", "hold")).options();
        assertThat(planner(A1, B1, C1).towards(wishing("b", "2.0.0"), List.of(say("b", "2.0.0", 12)), NEWEST, hold).commit())
                .isEqualTo(Commit.HOLD);
        Options stream = Options.parse(List.of("--commit", "stream")).options();
        assertThat(
                planner(A1, B1, C1).towards(wishing("b", "2.0.0"), List.of(of("b", "2.0.0", 12, Count.class)), NEWEST, stream).problems())
                .singleElement().asString().contains("--commit stream lets the marker pass without waiting");
    }

    @Test
    void an_option_that_is_none_is_refused_with_those_there_are() {
        assertThatThrownBy(() -> Options.parse(List.of("--from", "middle"))).hasMessage("--from is head or source, not 'middle'");
        assertThatThrownBy(() -> Options.parse(List.of("--fast"))).hasMessageStartingWith("there is no option --fast; known are --from");
    }

    @Test
    void a_state_may_be_given_up_where_the_change_says_so_and_the_graph_does_not_keep_that_word() {
        Planner planner = new Planner("flow", 4, GRAPH, running(A1, of("b", "1.0.0", 2, Count.class), C1), Map.of(), Conversions.NONE);
        Graph target = new FbpParser().parse("a(a) OUT -> IN b(b:version=2,state=fresh) OUT -> IN c(c)");
        Plan plan = planner.towards(target, List.of(of("b", "2.0.0", 12, Misfit.class)), NEWEST, Options.NONE);
        assertThat(plan.problems()).isEmpty();
        assertThat(plan.operations()).singleElement().asString().endsWith("which begins anew");
        assertThat(plan.target().node("b").metadata()).containsOnlyKeys("version");
    }

    @Test
    void ports_that_do_not_fit_afterwards_are_refused() {
        assertThat(plan(wishing("b", "2.0.0"), A1, B1, C1, of("b", "2.0.0", 12, Numbers.class)).problems())
                .containsExactly("flow/a.OUT (a@1.0.0 of bundle 1) cannot feed flow/b.IN (b@2.0.0 of bundle 12):"
                        + " a java.lang.String is no java.lang.Integer");
    }

    @Test
    void a_state_that_does_not_fit_is_refused_with_both_versions_named() {
        Planner planner = new Planner("flow", 4, GRAPH, running(A1, of("b", "1.0.0", 2, Count.class), C1), Map.of(), Conversions.NONE);
        Plan plan = planner.towards(wishing("b", "2.0.0"), List.of(of("b", "2.0.0", 12, Misfit.class)), NEWEST, Options.NONE);
        assertThat(plan.problems()).singleElement().asString()
                .contains("flow/b: b@1.0.0 -> 2.0.0 (bundle 2 -> bundle 12)", Counted.class.getSimpleName(), "does not fit");
    }

    @Test
    void wishes_that_do_not_depend_on_each_other_are_updates_of_their_own() {
        TestVersion a2 = say("a", "2.0.0", 11, "c 2.0.0");
        TestVersion b2 = say("b", "2.0.0", 12);
        TestVersion c2 = say("c", "2.0.0", 13);
        assertThat(planner(A1, B1, C1).independent(running(a2, b2, c2)))
                .containsExactly(running(a2, c2), running(b2));
        assertThat(planner(A1, B1, C1).independent(running(A1, b2, C1))).containsExactly(running(b2));
        assertThat(planner(A1, B1, C1).independent(running(A1, B1, C1))).isEmpty();
    }

    @Test
    void a_pair_that_runs_is_left_by_both_in_one_update() {
        TestVersion a2 = say("a", "2.0.0", 11, "c 2.0.0");
        TestVersion c2 = say("c", "2.0.0", 13, "a 2.0.0");
        assertThat(planner(a2, B1, c2).independent(running(A1, B1, C1))).containsExactly(running(A1, C1));
    }

    @Test
    void the_version_that_runs_is_kept_though_it_is_not_available_any_more() {
        Plan plan = plan(wishing("b", "2.0.0"), say("b", "2.0.0", 12));
        assertThat(plan.problems()).isEmpty();
        assertThat(plan.summary()).isEqualTo("b 1.0.0 -> 2.0.0");
    }

    @Test
    void where_ways_part_no_more_the_marker_follows_what_has_parted_to_the_end() {
        Graph forked = new FbpParser()
                .parse("a(a) OUT -> IN b(b) OUT -> IN c(c) OUT -> IN d(c) OUT -> IN e(c)\na OUT -> IN c");
        var current = Map.<String, OperatorVersion>of("a", A1, "b", B1, "c", C1, "d", C1, "e", C1);
        var planner = new Planner("flow", 4, forked, current, Map.of(), Conversions.NONE);
        Graph straight = new FbpParser().parse("a(a) OUT -> IN b(b) OUT -> IN c(c) OUT -> IN d(c) OUT -> IN e(c)");
        Plan plan = planner.towards(straight, current.values(), NEWEST, Options.NONE);
        assertThat(plan.problems()).isEmpty();
        assertThat(plan.region()).as("the next update of d would not know that two packets of one request may come there")
                .containsExactly("a", "b", "c", "d", "e");
        assertThat(new Planner("flow", 4, straight, current, Map.of(), Conversions.NONE)
                .towards(forked, current.values(), NEWEST, Options.NONE)
                .region()).as("what parts from now on is behind the marker").containsExactly("a", "b", "c");
    }
}
