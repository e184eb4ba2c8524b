package neurath.coordinator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import neurath.coordinator.TestVersion;
import neurath.coordinator.Texts.Say;
import neurath.engine.Conversions;
import neurath.engine.OperatorVersion;
import neurath.graph.Arc;
import neurath.graph.Graph;
import neurath.graph.Node;
import neurath.graph.Port;
import neurath.graph.fbp.FbpParser;
import org.junit.jupiter.api.Test;

class OngoingTest {
    private static final Comparator<OperatorVersion> NEWEST = Comparator.comparing(OperatorVersion::version);
    private static final TestVersion OLD = say("1.0.0");
    private static final TestVersion NEW = say("2.0.0");
    private static final String TWO_WAYS = "x(op) OUT -> IN y(op) OUT -> IN z(op)\np(op) OUT -> IN q(op)";

    private static TestVersion say(String version, String... partners) {
        return TestVersion.of("op", version, version.charAt(0), Say.class, () -> {
            throw new AssertionError("a plan makes no instance");
        }, partners);
    }

    private static Planner planner(Graph graph) {
        var versions = new LinkedHashMap<String, OperatorVersion>();
        graph.nodes().keySet().forEach(node -> versions.put(node, OLD));
        return new Planner("flow", 1, graph, versions, Map.of(), Conversions.NONE);
    }

    private static Plan plan(Planner planner, Graph target) {
        return planner.towards(target, List.of(OLD, NEW), NEWEST, Options.NONE);
    }

    private static Graph graph(String text) {
        return withVersions(new FbpParser().parse(text));
    }

    /** A wish that says nothing is for the highest; those here are for the first unless they say another. */
    private static Graph withVersions(Graph graph) {
        Graph wishing = graph;
        for (Node node : graph.nodes().values()) {
            if (!node.metadata().containsKey("version")) {
                var metadata = new LinkedHashMap<>(node.metadata());
                metadata.put("version", "1.0.0");
                wishing = wishing.with(new Node(node.name(), node.operator(), metadata));
            }
        }
        return wishing;
    }

    private static Optional<String> obstacle(String first, String second) {
        Graph now = graph(TWO_WAYS);
        Planner planner = planner(now);
        Plan ongoing = plan(planner, graph(first));
        Plan next = plan(planner, graph(second));
        assertThat(ongoing.problems()).isEmpty();
        assertThat(next.problems()).isEmpty();
        return Ongoing.obstacle(planner, next, List.of(new Ongoing(7, ongoing, now)));
    }

    @Test
    void updates_of_different_nodes_go_side_by_side() {
        assertThat(obstacle(TWO_WAYS.replace("y(op)", "y(op:version=2)"), TWO_WAYS.replace("q(op)", "q(op:version=2)"))).isEmpty();
        assertThat(obstacle(TWO_WAYS.replace("y(op)", "y(op:version=2)"), TWO_WAYS.replace("z(op)", "z(op:version=2)"))).isEmpty();
    }

    @Test
    void an_update_waits_for_one_that_touches_the_same_node() {
        String first = TWO_WAYS.replace("x(op)", "x(op:version=2)").replace("z(op)", "z(op:version=2)");
        assertThat(obstacle(first, TWO_WAYS.replace("y(op)", "y(op:version=2)"))).contains("update 7 touches y too");
    }

    @Test
    void an_update_that_leads_a_way_from_one_target_of_another_to_the_next_waits() {
        String first = TWO_WAYS.replace("y(op)", "y(op:version=2)").replace("q(op)", "q(op:version=2)");
        String second = TWO_WAYS + "\nz OUT -> IN p";
        assertThat(obstacle(first, second)).contains("with what update 7 connects, a packet may meet both on one way");
        assertThat(obstacle(second, first)).contains("with what update 7 connects, a packet may meet both on one way");
    }

    @Test
    void two_new_nodes_of_one_name_do_not_come_at_once() {
        assertThat(obstacle(
                TWO_WAYS.replace("OUT -> IN z(op)", "OUT -> IN new(op) OUT -> IN z(op)"),
                TWO_WAYS.replace("OUT -> IN q(op)", "OUT -> IN new(op) OUT -> IN q(op)"))).contains("update 7 touches new too");
    }

    @Test
    void what_has_completed_already_and_still_passes_is_no_obstacle_to_itself() {
        Graph before = graph(TWO_WAYS);
        Plan done = plan(planner(before), graph(TWO_WAYS.replace("OUT -> IN z(op)", "OUT -> IN new(op) OUT -> IN z(op)")));
        Planner now = planner(before).after(done);
        Plan next = plan(now, graph(TWO_WAYS.replace("OUT -> IN z(op)", "OUT -> IN new(op) OUT -> IN z(op)")
                .replace("q(op)", "q(op:version=2)")));
        assertThat(Ongoing.obstacle(now, next, List.of(new Ongoing(7, done, before)))).isEmpty();
    }

    /** Arcs go from lower to higher numbers only. */
    private static Graph random(Random random) {
        var nodes = new LinkedHashMap<String, Node>();
        List<Arc> arcs = new ArrayList<>();
        int size = 4 + random.nextInt(7);
        for (int i = 0; i < size; i++) {
            nodes.put("n" + i, new Node("n" + i, "op", Map.of("version", "1.0.0")));
            for (int j = 0; j < i; j++) {
                if (random.nextInt(size) < 2) {
                    arcs.add(new Arc(Port.of("n" + j, "OUT"), Port.of("n" + i, "IN")));
                }
            }
        }
        return new Graph(nodes, arcs, List.of(), new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    private static Graph changed(Graph graph, Random random) {
        Graph changed = graph;
        List<String> names = List.copyOf(graph.nodes().keySet());
        for (int i = random.nextInt(3); i > 0; i--) {
            String name = names.get(random.nextInt(names.size()));
            changed = changed.with(new Node(name, "op", Map.of("version", "2.0.0")));
        }
        Set<Arc> arcs = new LinkedHashSet<>(changed.arcs());
        for (int i = random.nextInt(3); i > 0; i--) {
            int to = 1 + random.nextInt(names.size() - 1);
            arcs.add(new Arc(Port.of("n" + random.nextInt(to), "OUT"), Port.of("n" + to, "IN")));
        }
        return new Graph(changed.nodes(), List.copyOf(arcs), List.of(), new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    @Property(tries = 3000)
    void what_goes_side_by_side_would_do_the_same_through_the_same_region_one_after_the_other(@ForAll long seed) {
        var random = new Random(seed);
        Graph now = random(random);
        Planner planner = planner(now);
        Plan first = plan(planner, changed(now, random));
        Plan second = plan(planner, changed(now, random));
        if (Ongoing.obstacle(planner, second, List.of(new Ongoing(1, first, now))).isEmpty()) {
            assertSame(first, planner.after(second).again(first, now));
            assertSame(second, planner.after(first).again(second, now));
        }
    }

    private static void assertSame(Plan planned, Plan then) {
        assertThat(then.problems()).isEmpty();
        assertThat(then.region()).isEqualTo(planned.region());
        assertThat(then.operations()).isEqualTo(planned.operations());
    }
}
