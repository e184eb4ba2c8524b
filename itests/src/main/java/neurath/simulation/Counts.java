package neurath.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What counters have counted, told by themselves: what each has of a key must be what was counted of it by all before it. */
final class Counts {
    private final World world;
    /** By node, lineage and key. */
    private final Map<List<Integer>, Long> counted = new HashMap<>();
    private final Set<List<Integer>> left = new HashSet<>();
    /** By node and lineage: states of which a part has ended before an update of the others. */
    private final Set<List<Integer>> parted = new HashSet<>();

    Counts(World world) {
        this.world = world;
    }

    /** A counter counts one more of a key, and says what it had before. */
    void counted(Worker worker, int key, long before, long value) {
        List<Integer> entry = entry(worker, key);
        long expected = counted.getOrDefault(entry, 0L);
        if (before != expected) {
            world.violation("state by key is neither lost nor doubled: " + worker + " has " + before + " of the key " + key + ", and "
                    + expected + " were counted");
        }
        counted.put(entry, expected + value);
    }

    /** A counter that has ended still has an entry. */
    void left(Worker worker, int key, long sum) {
        List<Integer> entry = entry(worker, key);
        boolean isDoubled = !left.add(entry) && !parted.contains(state(worker));
        if (isDoubled || sum != counted.getOrDefault(entry, 0L)) {
            world.violation("state by key is neither lost nor doubled: " + worker + " is left with " + sum + " of the key " + key
                    + ", and in all were counted " + counted.get(entry));
        }
    }

    /** The node of a counter has ended, or some of its replicas have: these keep what they have, whatever an update brings the others. */
    void parts(Worker worker) {
        parted.add(state(worker));
    }

    /** All counters have ended: none of their entries is missing. */
    void judge() {
        for (Worker worker : world.workers) {
            List<Integer> state = state(worker);
            if (worker.ended && !worker.gone && !parted.contains(state)) {
                counted.keySet().stream()
                        .filter(entry -> entry.subList(0, state.size()).equals(state) && !left.contains(entry))
                        .forEach(entry -> world
                                .violation("state by key is not lost: of " + worker + " the key " + entry.getLast() + " is missing"));
            }
        }
    }

    private static List<Integer> state(Worker worker) {
        return List.of(worker.settings.id(), worker.lineage);
    }

    private static List<Integer> entry(Worker worker, int key) {
        return List.of(worker.settings.id(), worker.lineage, key);
    }
}
