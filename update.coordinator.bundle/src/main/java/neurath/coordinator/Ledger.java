package neurath.coordinator;

import neurath.engine.Configuration;

/** Where an update is written down before anybody is told of it. Called where things are decided. */
interface Ledger {
    /** Nothing is written down. */
    Ledger NONE = new Ledger() {
        @Override
        public void begun() {}

        @Override
        public void completed(Outcome outcome, Configuration configuration) {}

        @Override
        public void aborted(Outcome.Aborted outcome) {}

        @Override
        public void force() {}
    };

    /**
     * The update is prepared, and the marker is next. From here on room is reserved for what follows.
     *
     * @throws java.io.UncheckedIOException if that cannot be made durable
     */
    void begun();

    /**
     * The update is switched, or about to be: what a restart finds, unless the power fails before {@link #force}.
     *
     * @param configuration of the flow then
     * @throws java.io.UncheckedIOException if that cannot be made durable
     */
    void completed(Outcome outcome, Configuration configuration);

    /**
     * The update is aborted, though it may have been said to be completed just before: the flow is as it was.
     *
     * @throws java.io.UncheckedIOException if that cannot be made durable
     */
    void aborted(Outcome.Aborted outcome);

    /**
     * What was written down is on the disk.
     *
     * @throws java.io.UncheckedIOException if it may not be
     */
    void force();
}
