package neurath.load;

import java.util.ArrayList;
import java.util.List;

/** Failures of one client: all counted, the first ones told. */
final class Tally {
    private static final int TOLD = 10;

    private final List<String> reasons = new ArrayList<>();
    private final Longs failures = new Longs();
    private volatile long closed;

    synchronized void failed(String reason) {
        failures.add(System.nanoTime());
        if (reasons.size() < TOLD) {
            reasons.add(reason);
        }
    }

    synchronized void closed() {
        closed++;
    }

    long failed() {
        return failures.size();
    }

    /** When, as of {@link System#nanoTime}; complete once the client has ended. */
    long[] failures() {
        return failures.toArray();
    }

    long closedConnections() {
        return closed;
    }

    synchronized List<String> reasons() {
        return List.copyOf(reasons);
    }
}
