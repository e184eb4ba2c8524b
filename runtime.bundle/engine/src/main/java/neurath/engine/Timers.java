package neurath.engine;

import java.util.Comparator;
import java.util.PriorityQueue;

/** The timers of one section. For its thread. */
final class Timers {
    private static final Comparator<Entry> BY_DEADLINE = (a, b) -> Long.signum(a.deadline - b.deadline);

    private final PriorityQueue<Entry> entries = new PriorityQueue<>(BY_DEADLINE);

    void add(Entry entry) {
        entries.add(entry);
    }

    void remove(Entry entry) {
        entries.remove(entry);
    }

    /** The next timer whose time has come, or {@code null}. */
    Entry expired(long now) {
        Entry first = entries.peek();
        return first != null && first.deadline - now <= 0 ? entries.poll() : null;
    }

    /** Nanoseconds to the next expiry, at least 1; {@link Long#MAX_VALUE} if there is none. */
    long nanosLeft(long now) {
        Entry first = entries.peek();
        return first == null ? Long.MAX_VALUE : Math.max(1, first.deadline - now);
    }

    /** A timer: when, in nanoseconds of the section's clock, and what about. */
    record Entry(long deadline, Object subject) {}
}
