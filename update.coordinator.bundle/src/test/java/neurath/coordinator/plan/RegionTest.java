package neurath.coordinator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import neurath.graph.Arc;
import neurath.graph.Graph;
import neurath.graph.Node;
import neurath.graph.Port;
import neurath.graph.fbp.FbpParser;
import org.junit.jupiter.api.Test;

class RegionTest {
    private static final Graph SERVER = new FbpParser()
            .parse("accept(a) OUT -> IN read(r) OUT -> IN parse(p) OUT -> IN load(l) OUT -> IN compose(c) OUT -> IN reply(y)");
    private static final Graph CACHED = new FbpParser()
            .parse("parse(p) OUT -> IN cache(c) HIT -> IN merge(m), cache MISS -> IN load(l) OUT -> IN merge OUT -> IN reply(r)");

    @Test
    void one_operator_is_its_own_region() {
        assertThat(Region.covering(SERVER, Set.of(), Set.of("load"))).containsExactly("load");
    }

    @Test
    void what_lies_between_two_targets_is_in() {
        assertThat(Region.covering(SERVER, Set.of(), Set.of("reply", "load"))).containsExactly("load", "compose", "reply");
    }

    @Test
    void a_fork_whose_branches_both_lead_to_a_target_is_in_with_its_branches() {
        assertThat(Region.covering(CACHED, Set.of(), Set.of("reply"))).containsExactly("cache", "merge", "load", "reply");
    }

    @Test
    void who_emits_several_packets_for_one_is_in_though_a_single_arc_leads_on_from_it() {
        assertThat(Region.covering(SERVER, Set.of("parse"), Set.of("compose"))).containsExactly("parse", "load", "compose");
        assertThat(Region.covering(SERVER, Set.of("parse", "read"), Set.of("compose")))
                .as("the earliest, for what it emits becomes more on the way")
                .containsExactly("read", "parse", "load", "compose");
    }

    @Test
    void who_emits_several_packets_behind_the_targets_or_beside_them_is_not_in() {
        assertThat(Region.covering(SERVER, Set.of("reply"), Set.of("load"))).containsExactly("load");
        assertThat(Region.covering(CACHED, Set.of("merge"), Set.of("load"))).containsExactly("load");
    }

    @Test
    void from_the_source_it_begins_at_the_entrances_whoever_emits_what() {
        assertThat(Region.fromEntrances(SERVER, Set.of("parse"), Set.of("load"))).containsExactly("accept", "read", "parse", "load");
    }

    /** A graph by seed: arcs go from lower to higher numbers only. */
    private record World(Graph graph, Set<String> oneToMany, Set<String> targets) {
        static World of(long seed) {
            var random = new Random(seed);
            int size = 1 + random.nextInt(9);
            var nodes = new LinkedHashMap<String, Node>();
            List<Arc> arcs = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                nodes.put("n" + i, new Node("n" + i, "op", Map.of()));
                for (int j = 0; j < i; j++) {
                    if (random.nextInt(3) == 0) {
                        arcs.add(new Arc(Port.of("n" + j, "OUT" + i), Port.of("n" + i, "IN")));
                    }
                }
            }
            var targets = new LinkedHashSet<String>();
            targets.add("n" + random.nextInt(size));
            targets.add("n" + random.nextInt(size));
            var oneToMany = new LinkedHashSet<>(nodes.keySet());
            oneToMany.removeIf(node -> random.nextInt(4) != 0);
            return new World(new Graph(nodes, arcs, List.of(), new LinkedHashMap<>(), new LinkedHashMap<>()), oneToMany, targets);
        }

        Set<String> successors(String node) {
            var successors = new HashSet<String>();
            graph.arcs().stream().filter(arc -> arc.from().node().equals(node)).forEach(arc -> successors.add(arc.to().node()));
            return successors;
        }

        boolean leadsInto(String node, Set<String> region) {
            return region.contains(node) || successors(node).stream().anyMatch(next -> leadsInto(next, region));
        }

        /**
         * Contains the targets, no way leaves it and comes back, and nobody outside can send several packets into it for one: on two
         * ways, or one after the other.
         */
        boolean isCover(Set<String> region) {
            return region.containsAll(targets) && isConvex(region) && !hasForkOutside(region) && !hasOneToManyOutside(region);
        }

        private boolean hasOneToManyOutside(Set<String> region) {
            return oneToMany.stream().anyMatch(node -> !region.contains(node) && leadsInto(node, region));
        }

        private boolean isConvex(Set<String> region) {
            return region.stream()
                    .flatMap(node -> successors(node).stream())
                    .noneMatch(next -> !region.contains(next) && leadsInto(next, region));
        }

        private boolean hasForkOutside(Set<String> region) {
            return graph.nodes().keySet().stream()
                    .filter(node -> !region.contains(node))
                    .anyMatch(node -> successors(node).stream().filter(next -> leadsInto(next, region)).count() > 1);
        }
    }

    @Property(tries = 3000)
    void a_region_covers_its_targets(@ForAll long seed) {
        World world = World.of(seed);
        assertThat(world.isCover(Region.covering(world.graph(), world.oneToMany(), world.targets()))).isTrue();
    }

    @Property(tries = 1000)
    void no_smaller_region_covers_them(@ForAll long seed) {
        World world = World.of(seed);
        Set<String> region = Region.covering(world.graph(), world.oneToMany(), world.targets());
        List<String> others = region.stream().filter(node -> !world.targets().contains(node)).toList();
        for (int some = 0; some < (1 << others.size()) - 1; some++) {
            var smaller = new HashSet<>(world.targets());
            for (int i = 0; i < others.size(); i++) {
                if ((some & 1 << i) != 0) {
                    smaller.add(others.get(i));
                }
            }
            assertThat(world.isCover(smaller)).as("%s is smaller than %s", smaller, region).isFalse();
        }
    }
}
