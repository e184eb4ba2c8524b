package neurath.engine;

import java.util.Optional;

/** Whether the state of one version can become that of another: what a plan asks before anything is touched. */
public final class States {
    private States() {}

    /** Why it cannot, with what to do; empty if it can, or if one of them keeps no state. */
    public static Optional<String> problem(Signature from, Signature to) {
        return StateMapping.problem(from, to).or(() -> EntryMapping.problem(from, to));
    }
}
