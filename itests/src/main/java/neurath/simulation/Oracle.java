package neurath.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import neurath.simulation.Piece.Request;
import neurath.simulation.Ways.Share;

/**
 * What a run may come to, told by an interpreter of graphs that knows nothing of the engine.
 *
 * <p>Every request is before or behind the marker of each update, and the same way at every node that the marker passes. For each such
 * choice the interpreter says where the pieces of the request arrive, and on which way. What has arrived must be exactly what one choice
 * says: nothing lost, nothing doubled (I2), one version of each node (I3), no request in two epochs of one region (I5).
 */
final class Oracle {
    /** No way is as long, unless it leads in a circle through graphs of which none has that circle. */
    private static final int LONGEST = 20_000;

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
        judgeShares();
        judgeSums();
        judgeArrivals();
    }

    /** I1: requests that go one way come in the order they were made in, whatever versions they meet; but for what replicas share. */
    private void judgeOrder() {
        var before = new HashMap<String, List<Piece>>();
        for (Piece piece : world.arrivals) {
            List<Piece> earlier = before.computeIfAbsent(Ways.nodes(piece.way()), ignored -> new ArrayList<>());
            for (Piece one : earlier) {
                if (one.number() >= piece.number() && !Ways.part(one.way(), piece.way())) {
                    world.violation("I1, order: " + piece + " came after " + one + " on the same way");
                }
            }
            earlier.add(piece);
        }
    }

    /** Where so many share pieces by that key, those of one key go to the same one, at whatever node. */
    private void judgeShares() {
        var shares = new HashMap<List<Object>, Share>();
        for (Piece piece : world.arrivals) {
            coverage.count("times that a piece went round again", Ways.laps(piece.way()));
            for (Share share : Ways.shares(piece.way())) {
                coverage.count("times that a piece was shared");
                Share other = shares.putIfAbsent(List.of(share.among(), share.key(), share.key().of(piece.number())), share);
                if (other != null && other.index() != share.index() || share.index() > share.among()) {
                    world.violation("a key has one replica: " + piece + " went by " + share + ", and others of its key by " + other);
                }
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
        List<String> actual = ways.stream().map(Ways::byAnyReplica).sorted().toList();
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
            if (graph == null || !graph.has(id) || way.length() > LONGEST) {
                possible = false;
            }
            if (!possible) {
                return;
            }
            int rounds = graph.place(id).is(Kind.Role.GATE) ? Ways.rounds(way, id) : 0;
            String stamp = graph.stamp(id, request, rounds);
            Consumer<String> onwards = further -> graph.targets(id, request, rounds).forEach(to -> at(to, further));
            switch (graph.place(id).kind().role) {
                case SOURCE -> onwards.accept(stamp);
                case BOX, ROUTER, COUNTER, GATE -> onwards.accept(way + '>' + stamp);
                case SINK -> arrivals.add(way + '>' + stamp);
                case JOINER -> {
                    List<String> come = joining.computeIfAbsent(id, ignored -> new ArrayList<>());
                    come.add(way);
                    if (come.size() == graph.place(id).pieces()) {
                        joining.remove(id);
                        onwards.accept(Ways.joined(come) + '>' + stamp);
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
