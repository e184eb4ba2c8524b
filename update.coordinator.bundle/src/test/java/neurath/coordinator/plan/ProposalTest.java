package neurath.coordinator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import neurath.api.Operator;
import neurath.coordinator.TestVersion;
import neurath.coordinator.Texts.Count;
import neurath.coordinator.Texts.Say;
import neurath.engine.NodeStatus;
import neurath.engine.OperatorVersion;
import neurath.graph.Graph;
import neurath.graph.fbp.FbpParser;
import neurath.graph.fbp.JsonWriter;
import org.junit.jupiter.api.Test;

/** Plans that wait to be applied while other updates come between. */
class ProposalTest {
    private static final Comparator<OperatorVersion> NEWEST = Comparator.comparingInt(version -> ((TestVersion) version).bundle());
    private static final Graph GRAPH = graph("a(a) OUT -> IN b(b) OUT -> IN c(c), d(d) OUT -> IN e(e)");
    private static final List<TestVersion> FIRST =
            List.of(say("a", "1.0.0", 1), say("b", "1.0.0", 2), say("c", "1.0.0", 3), say("d", "1.0.0", 4), say("e", "1.0.0", 5));
    private static final TestVersion B2 = say("b", "2.0.0", 12);
    private static final TestVersion B3 = say("b", "3.0.0", 22);
    private static final TestVersion D2 = say("d", "2.0.0", 14);
    private static final TestVersion X1 = say("x", "1.0.0", 31);
    private static final TestVersion COUNT = of("b", "4.0.0", 41, Count.class);

    private static Graph graph(String text) {
        return new FbpParser().parse(text);
    }

    private static TestVersion say(String operator, String version, int bundle) {
        return of(operator, version, bundle, Say.class);
    }

    private static TestVersion of(String operator, String version, int bundle, Class<? extends Operator> type) {
        return TestVersion.of(operator, version, bundle, type.asSubclass(Operator.class), () -> {
            throw new AssertionError("a plan makes no instance");
        });
    }

    private static Map<String, OperatorVersion> running(TestVersion... others) {
        var running = new LinkedHashMap<String, OperatorVersion>();
        FIRST.forEach(version -> running.put(version.operator(), version));
        List.of(others).forEach(version -> running.put(version.operator(), version));
        return running;
    }

    private static Proposal proposal(String target, TestVersion... available) {
        var all = new ArrayList<OperatorVersion>(FIRST);
        all.addAll(List.of(available));
        Plan plan = new Planner("flow", 1, GRAPH, running()).towards(graph(target), all, NEWEST, Options.NONE);
        assertThat(plan.problems()).isEmpty();
        return new Proposal(7, plan, GRAPH, running(), Forecast.of(plan, GRAPH, List.of()));
    }

    private static final Proposal TO_B2 = proposal("a(a) OUT -> IN b(b:version=2) OUT -> IN c(c), d(d) OUT -> IN e(e)", B2);

    private static Plan again(Proposal proposal, Graph now, Map<String, OperatorVersion> versions) {
        return new Planner("flow", 9, now, versions).again(proposal.plan(), proposal.graph());
    }

    @Test
    void an_update_elsewhere_leaves_a_plan_as_it_is() {
        Graph now = graph("a(a) OUT -> IN b(b) OUT -> IN c(c), d(d:version=2) OUT -> IN e(e)");
        Map<String, OperatorVersion> versions = running(D2);
        Plan again = again(TO_B2, now, versions);
        assertThat(TO_B2.touched(now, versions)).isEmpty();
        assertThat(TO_B2.differences(again)).isEmpty();
        assertThat(again.versions()).containsEntry("d", D2).containsEntry("b", B2);
        assertThat(again.target().node("d").metadata()).as("what was asked for since stays").containsEntry("version", "2");
        assertThat(again.problems()).isEmpty();
    }

    @Test
    void an_update_of_the_same_node_makes_a_plan_stale() {
        Plan again = again(TO_B2, GRAPH, running(B3));
        assertThat(TO_B2.touched(GRAPH, running(B3))).containsExactly("b");
        assertThat(TO_B2.differences(again)).containsExactly(
                "there is no more to do: replace b  b@1.0.0 -> 2.0.0 (bundle 2 -> bundle 12)",
                "there is to do now: replace b  b@3.0.0 -> 2.0.0 (bundle 22 -> bundle 12)");
    }

    @Test
    void a_plan_that_is_done_already_has_nothing_to_do() {
        assertThat(TO_B2.differences(again(TO_B2, TO_B2.plan().target(), running(B2)))).singleElement().asString()
                .startsWith("there is no more to do: replace b");
    }

    @Test
    void a_region_that_was_touched_is_planned_again_where_it_comes_to_the_same() {
        Proposal aAndC = proposal(
                "a(a:version=2) OUT -> IN b(b) OUT -> IN c(c:version=2), d(d) OUT -> IN e(e)", say("a", "2.0.0", 11),
                say("c", "2.0.0", 13));
        Graph now = graph("a(a) OUT -> IN b(b) OUT -> IN x(x) OUT -> IN c(c), d(d) OUT -> IN e(e)");
        Map<String, OperatorVersion> versions = running(X1);
        Plan again = again(aAndC, now, versions);
        assertThat(aAndC.touched(now, versions)).containsExactly("b", "c");
        assertThat(aAndC.differences(again)).isEmpty();
        assertThat(again.region()).as("the region of the graph as it is now").containsExactly("a", "b", "x", "c");
    }

    @Test
    void an_insertion_is_made_beside_another_one() {
        Proposal insert = proposal("a(a) OUT -> IN x(x) OUT -> IN b(b) OUT -> IN c(c), d(d) OUT -> IN e(e)", X1);
        Graph now = graph("a(a) OUT -> IN b(b) OUT -> IN c(c), d(d) OUT -> IN y(x) OUT -> IN e(e)");
        var versions = running();
        versions.put("y", X1);
        Plan again = again(insert, now, versions);
        assertThat(insert.differences(again)).isEmpty();
        assertThat(again.target().nodes()).containsKeys("x", "y");
        assertThat(again.difference().removed()).isEmpty();
    }

    @Test
    void a_node_that_is_gone_makes_its_plan_impossible() {
        Graph now = graph("d(d) OUT -> IN e(e)");
        Proposal insert = proposal("a(a) OUT -> IN x(x) OUT -> IN b(b) OUT -> IN c(c), d(d) OUT -> IN e(e)", X1);
        Map<String, OperatorVersion> versions = running();
        versions.keySet().retainAll(now.nodes().keySet());
        assertThat(again(insert, now, versions).problems()).singleElement().asString().contains("any more");
        assertThat(TO_B2.differences(again(TO_B2, now, versions))).isNotEmpty();
    }

    // ---- what it would meet ----

    private static NodeStatus status(String name, long taken, long nanos, int queued) {
        return status(name, taken, nanos, queued, -1);
    }

    private static NodeStatus status(String name, long taken, long nanos, int queued, long size) {
        return new NodeStatus(name, FIRST.getFirst(), null, taken, taken, 0, 0, 0, nanos, queued, 1024, 0, size, Map.of());
    }

    private static final List<NodeStatus> MOMENT = List.of(
            status("a", 1_000, 1_000_000, 30), status("b", 100, 200_000_000, 7), status("c", 0, 0, 5), status("d", 1, 9_000_000_000L, 99));

    @Test
    void a_region_that_waits_is_drained_at_the_pace_of_its_slowest_node() {
        Plan plan = proposal("a(a) OUT -> IN b(b:version=4) OUT -> IN c(c), d(d) OUT -> IN e(e)", COUNT).plan();
        assertThat(Forecast.of(plan, GRAPH, MOMENT))
                .isEqualTo(new Forecast(0, 7, Optional.of("b"), Duration.ofMillis(2), Duration.ofMillis(2), 0, Duration.ZERO))
                .hasToString("0 packets in the region and 7 before it now; drained in about 2.0 ms, as b takes 2.0 ms for each");
        Plan wide = new Planner("flow", 1, GRAPH, running())
                .towards(graph("a(a:version=2) OUT -> IN b(b:version=4) OUT -> IN c(c:version=2), d(d) OUT -> IN e(e)"),
                        List.of(COUNT, say("a", "2.0.0", 11), say("c", "2.0.0", 13), FIRST.get(3), FIRST.get(4)), NEWEST, Options.NONE);
        assertThat(Forecast.of(wide, GRAPH, MOMENT)).as("7 and 5 and one in hand")
                .isEqualTo(new Forecast(12, 30, Optional.of("b"), Duration.ofMillis(2), Duration.ofMillis(26), 0, Duration.ZERO));
    }

    @Test
    void state_that_passes_whole_is_said_with_the_time_it_takes_where_its_operator_tells_how_much_there_is() {
        var counting = new LinkedHashMap<>(running());
        counting.put("b", COUNT);
        Plan plan = new Planner("flow", 1, GRAPH, counting)
                .towards(graph("a(a) OUT -> IN b(b:version=5) OUT -> IN c(c), d(d) OUT -> IN e(e)"),
                        List.of(of("b", "5.0.0", 42, Count.class), FIRST.get(0), FIRST.get(2), FIRST.get(3), FIRST.get(4)), NEWEST,
                        Options.NONE);
        assertThat(plan.problems()).isEmpty();
        assertThat(Forecast.of(plan, GRAPH, List.of(status("b", 100, 200_000_000, 7, 1_000_000))))
                .hasToString("0 packets in the region and 7 before it now; drained in about 2.0 ms, as b takes 2.0 ms for each"
                        + "; then 1000000 entries move, in about 150.0 ms");
        assertThat(Forecast.of(plan, GRAPH, List.of(status("b", 100, 200_000_000, 7))).moving()).as("nobody knows").isZero();
    }

    @Test
    void where_the_marker_streams_nobody_waits() {
        assertThat(Forecast.of(TO_B2.plan(), GRAPH, MOMENT)).hasToString("0 packets in the region and 7 before it now; nobody waits");
        assertThat(Forecast.of(TO_B2.plan(), GRAPH, List.of()).slowest()).isEmpty();
    }

    // ---- for programs ----

    @Test
    void a_plan_is_told_as_json_with_names_that_stay() {
        Proposal proposal = proposal("a(a) OUT -> IN x(x) OUT -> IN b(b:version=2) OUT -> IN c(c)", X1, B2);
        assertThat(JsonWriter.json(PlanJson.of(7, proposal.plan(), Forecast.of(proposal.plan(), GRAPH, MOMENT)))).isEqualTo("""
                {"plan": 7, "flow": "flow", "revision": 1, "operations": [\
                {"operation": "replace", "node": "b", "from": {"operator": "b", "version": "1.0.0", "origin": "bundle 2"}, \
                "to": {"operator": "b", "version": "2.0.0", "origin": "bundle 12"}, "fresh": false}, \
                {"operation": "insert", "node": "x", "to": {"operator": "x", "version": "1.0.0", "origin": "bundle 31"}}, \
                {"operation": "delete", "node": "d"}, {"operation": "delete", "node": "e"}, \
                {"operation": "cut", "from": "a.OUT", "to": "b.IN"}, {"operation": "cut", "from": "d.OUT", "to": "e.IN"}, \
                {"operation": "connect", "from": "a.OUT", "to": "x.IN"}, {"operation": "connect", "from": "x.OUT", "to": "b.IN"}], \
                "region": ["a", "b", "d", "e"], "from": "head", "commit": "stream", \
                "because": "no state is handed over, so no switch can fail and nobody waits", "requests": "switch", "probation": null, "errors": null, \
                "forecast": {"queued": 7, "waiting": 129, "slowest": "d", "nanosPerPacket": 9000000000, "pauseNanos": 0, "moving": 0, "handoverNanos": 0}, \
                "notes": [], "problems": []}""");
    }

    @Test
    void a_plan_that_is_refused_has_no_number_and_says_why_as_json_too() {
        Plan plan = new Planner("flow", 1, GRAPH, running()).towards(graph("a(nowhere) OUT -> IN b(b)"), List.of(), NEWEST, Options.NONE);
        assertThat(JsonWriter.json(PlanJson.of(0, plan, Forecast.of(plan, GRAPH, MOMENT))))
                .startsWith("{\"plan\": null, ")
                .contains("\"problems\": [\"flow/a: nowhere is not there");
    }
}
