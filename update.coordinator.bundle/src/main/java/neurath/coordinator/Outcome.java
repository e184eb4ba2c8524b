package neurath.coordinator;

import java.util.List;

/** How an update ended. */
public sealed interface Outcome {
    /** Every node of the region works in the new epoch. */
    record Completed(int update, String summary, long nanos) implements Outcome {
        @Override
        public String toString() {
            return "update " + update + " SWITCHED in " + nanos / 1_000_000 + " ms: " + summary;
        }
    }

    /**
     * Another update was undone: what was there before it is there again.
     *
     * @param remains what was done outside the flow meanwhile and was not taken back
     */
    record RolledBack(int update, int undone, String reason, String summary, List<String> remains, long nanos) implements Outcome {
        @Override
        public String toString() {
            return "update " + update + " ROLLED BACK update " + undone + " in " + nanos / 1_000_000 + " ms, " + reason + ": " + summary
                    + (remains.isEmpty() ? "" : "; not taken back: " + String.join("; ", remains));
        }
    }

    /** The old instances carry on. */
    record Aborted(int update, String reason) implements Outcome {
        @Override
        public String toString() {
            return "update " + update + " ABORTED: " + reason;
        }
    }
}
