package neurath.simulation;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** How often what a simulation is for did happen: one that never meets it proves nothing. For any thread. */
public final class Coverage {
    private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();

    void count(String what) {
        count(what, 1);
    }

    void count(String what, long times) {
        counts.computeIfAbsent(what, ignored -> new LongAdder()).add(times);
    }

    /** How often it did. */
    public long of(String what) {
        LongAdder count = counts.get(what);
        return count == null ? 0 : count.sum();
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        counts.forEach((what, count) -> text.append(String.format("%12d  %s%n", count.sum(), what)));
        return text.toString();
    }
}
