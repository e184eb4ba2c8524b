package neurath.coordinator;

import java.util.List;
import neurath.engine.Configuration;

/** Where an update is written down before anybody is told of it. Called where things are decided. */
interface Ledger {
    /** Nothing is written down. */
    Ledger NONE = new Ledger() {
        @Override
        public void begun(List<Milestone> way) {}

        @Override
        public void completed(Outcome outcome, Configuration configuration, List<Milestone> way) {}

        @Override
        public void aborted(Outcome.Aborted outcome, List<Milestone> way) {}

        @Override
        public void force() {}
    };

    /**
     * The update is prepared, and the marker is next. From here on room is reserved for what follows.
     *
     * @param way what it has come to so far
     * @throws java.io.UncheckedIOException if that cannot be made durable
     */
    void begun(List<Milestone> way);

    /**
     * The update is switched, or about to be: what a restart finds, unless the power fails before {@link #force}.
     *
     * @param configuration of the flow then
     * @param way what it has come to so far
     * @throws java.io.UncheckedIOException if that cannot be made durable
     */
    void completed(Outcome outcome, Configuration configuration, List<Milestone> way);

    /**
     * The update is aborted, though it may have been said to be completed just before: the flow is as it was.
     *
     * @param way what it has come to so far
     * @throws java.io.UncheckedIOException if that cannot be made durable
     */
    void aborted(Outcome.Aborted outcome, List<Milestone> way);

    /**
     * What was written down is on the disk.
     *
     * @throws java.io.UncheckedIOException if it may not be
     */
    void force();
}
