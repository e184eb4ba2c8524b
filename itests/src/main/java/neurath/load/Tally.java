package neurath.load;

import java.util.ArrayList;
import java.util.List;

/** Failures of one client: all counted, the first ones told. */
final class Tally {
    private static final int TOLD = 10;

    private final List<String> reasons = new ArrayList<>();
    private volatile long failed;
    private volatile long closed;

    synchronized void failed(String reason) {
        failed++;
        if (reasons.size() < TOLD) {
            reasons.add(reason);
        }
    }

    synchronized void closed() {
        closed++;
    }

    long failed() {
        return failed;
    }

    long closedConnections() {
        return closed;
    }

    synchronized List<String> reasons() {
        return List.copyOf(reasons);
    }
}
