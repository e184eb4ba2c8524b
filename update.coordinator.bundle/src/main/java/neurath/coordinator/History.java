package neurath.coordinator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The latest updates of a flow that have ended, oldest first; of the latest of these, also what they came to. For the coordinator's thread. */
final class History {
    private static final int KEPT = 10_000;
    private static final int DETAILED = 1_000;

    private final List<Past> pasts = new ArrayList<>();

    void add(Past past) {
        pasts.add(past);
        if (pasts.size() > KEPT) {
            pasts.removeFirst();
        }
        int old = pasts.size() - 1 - DETAILED;
        if (old >= 0) {
            pasts.set(old, pasts.get(old).withoutMilestones());
        }
    }

    /** The latest did not end so. */
    void removeLatest() {
        pasts.removeLast();
    }

    /** An update came to something after it had ended. Whether it is one whose milestones are kept. */
    boolean follow(int update, Milestone milestone) {
        int index = indexOf(update);
        if (index < 0 || pasts.get(index).milestones().isEmpty()) {
            return false;
        }
        pasts.set(index, pasts.get(index).with(milestone));
        return true;
    }

    Optional<Past> of(int update) {
        int index = indexOf(update);
        return index < 0 ? Optional.empty() : Optional.of(pasts.get(index));
    }

    /** Of several of one number, as of flows that were begun anew, the latest. */
    private int indexOf(int update) {
        for (int i = pasts.size() - 1; i >= 0; i--) {
            if (pasts.get(i).update() == update) {
                return i;
            }
        }
        return -1;
    }

    List<Past> all() {
        return List.copyOf(pasts);
    }

    List<String> lines() {
        return pasts.stream().map(Past::line).toList();
    }
}
