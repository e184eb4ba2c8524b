package neurath.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import neurath.simulation.Piece.Request;

/**
 * What a run may come to, told by an interpreter of graphs that knows nothing of the engine.
 *
 * <p>Every request is before or behind the marker of each update, and the same way at every node that the marker passes. For each such
 * choice the interpreter says where the pieces of the request arrive, and on which way. What has arrived must be exactly what one choice
 * says: nothing lost, nothing doubled (I2), one version of each node (I3), no request in two epochs of one region (I5).
 */
final class Oracle {
    private static final Pattern VERSION = Pattern.compile("\\.[a-z]+\\d+('\\d+)?");

    private final World world;
    /** The graphs, the first and that after each update that was completed. */
    private final List<Sketch> graphs;
    /** The nodes that the marker of each of these updates passed, brought or took away. */
    private final List<Set<Integer>> regions;
    private final Coverage coverage;

    Oracle(World world, List<Sketch> graphs, List<Set<Integer>> regions, Coverage coverage) {
        this.world = world;
        this.graphs = graphs;
        this.regions = regions;
        this.coverage = coverage;
    }

    void judge() {
        judgeOrder();
        judgeSums();
        judgeArrivals();
    }

    /** I1: requests that go one way come in the order they were made in, whatever versions they meet. */
    private void judgeOrder() {
        var latest = new HashMap<String, Integer>();
        for (Piece piece : world.arrivals) {
            Integer before = latest.put(VERSION.matcher(piece.way()).replaceAll(""), piece.number());
            if (before != null && before >= piece.number()) {
                world.violation("I1, order: " + piece + " came after number " + before + " on the same way");
            }
        }
    }

    private void judgeSums() {
        var ids = new TreeMap<>(world.handledSums);
        ids.putAll(world.discardedSums);
        for (int id : ids.keySet()) {
            long handled = world.handledSums.getOrDefault(id, 0L);
            long discarded = world.discardedSums.getOrDefault(id, 0L);
            if (handled != discarded) {
                world.violation("state is neither lost nor doubled: node " + id + " handled " + handled + " and its state at the end says "
                        + discarded);
            }
        }
    }

    private void judgeArrivals() {
        var arrived = new LinkedHashMap<Request, List<String>>();
        world.arrivals.forEach(piece -> arrived.computeIfAbsent(piece.request(), ignored -> new ArrayList<>()).add(piece.way()));
        var before = new boolean[regions.size()];
        var behind = new boolean[regions.size()];
        world.emitted.forEach((source, count) -> {
            for (int number = 0; number < count; number++) {
                var request = new Request(source, number);
                judge(request, arrived.getOrDefault(request, List.of()), before, behind);
            }
        });
        for (int i = 0; i < regions.size(); i++) {
            if (before[i] && behind[i]) {
                coverage.count("packets on both sides of a marker");
            }
        }
    }

    private void judge(Request request, List<String> ways, boolean[] before, boolean[] behind) {
        List<String> actual = ways.stream().sorted().toList();
        boolean maimed = world.maimed.contains(request) || world.leadsToAnEnd();
        var found = new ArrayList<List<String>>();
        for (int choice = 0; choice < 1 << regions.size(); choice++) {
            Walk walk = new Walk(request, choice);
            List<String> expected = walk.arrivals();
            if (expected == null) {
                continue;
            }
            if (maimed ? isPartOf(actual, expected) : actual.equals(expected)) {
                for (int i = 0; i < regions.size(); i++) {
                    if ((walk.met & 1 << i) != 0) {
                        ((choice & 1 << i) == 0 ? before : behind)[i] = true;
                    }
                }
                return;
            }
            found.add(expected);
        }
        world.violation("I2, I3, I5: " + request + " arrived as\n      " + String.join("\n      ", actual) + "\n    and by "
                + found.size() + " configurations it would have as\n      "
                + String.join("\n     or\n      ", found.stream().distinct().map(expected -> String.join("\n      ", expected)).toList()));
    }

    private static boolean isPartOf(List<String> some, List<String> all) {
        var left = new ArrayList<>(all);
        return some.stream().allMatch(left::remove);
    }

    /** One request's way through the graphs, by one choice of the updates it is behind. */
    private final class Walk {
        private final Request request;
        private final int choice;
        private final Map<Integer, List<String>> joining = new HashMap<>();
        private final List<String> arrivals = new ArrayList<>();
        private boolean possible = true;
        /** The updates whose regions it meets. */
        private int met;

        Walk(Request request, int choice) {
            this.request = request;
            this.choice = choice;
        }

        /** Its arrivals, sorted; {@code null} if no request can go so. */
        List<String> arrivals() {
            at(request.source(), "");
            return possible ? arrivals.stream().sorted().toList() : null;
        }

        private void at(int id, String way) {
            Sketch graph = graphAt(id);
            if (graph == null || !graph.has(id)) {
                possible = false;
                return;
            }
            String stamp = graph.stamp(id, request);
            Consumer<String> onwards = further -> graph.targets(id, request).forEach(to -> at(to, further));
            switch (graph.place(id).kind().role) {
                case SOURCE -> onwards.accept(stamp);
                case BOX, ROUTER -> onwards.accept(way + '>' + stamp);
                case SINK -> arrivals.add(way + '>' + stamp);
                case JOINER -> {
                    List<String> come = joining.computeIfAbsent(id, ignored -> new ArrayList<>());
                    come.add(way);
                    if (come.size() == graph.place(id).pieces()) {
                        joining.remove(id);
                        onwards.accept(Worker.joined(come) + '>' + stamp);
                    }
                }
            }
        }

        /** The graph that describes the node when the request comes; {@code null} if it cannot be behind a marker that others follow. */
        private Sketch graphAt(int id) {
            int latest = 0;
            boolean behindAll = true;
            for (int i = 0; i < regions.size(); i++) {
                if (!regions.get(i).contains(id)) {
                    continue;
                }
                met |= 1 << i;
                boolean isBehind = (choice & 1 << i) != 0;
                if (isBehind && !behindAll) {
                    return null;
                }
                behindAll &= isBehind;
                latest = isBehind ? i + 1 : latest;
            }
            return graphs.get(latest);
        }
    }
}
