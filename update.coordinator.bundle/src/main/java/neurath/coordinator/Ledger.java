package neurath.coordinator;

/** Where an update is written down before anybody is told of it. Called by the thread that carries it out. */
interface Ledger {
    /** Nothing is written down. */
    Ledger NONE = new Ledger() {
        @Override
        public void begun() {}

        @Override
        public void ended(Outcome outcome) {}

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
     * How it ends: what a restart finds, unless the power fails before {@link #force}. The last call counts.
     *
     * @throws java.io.UncheckedIOException if that cannot be made durable
     */
    void ended(Outcome outcome);

    /**
     * What was written down is on the disk.
     *
     * @throws java.io.UncheckedIOException if it may not be
     */
    void force();
}
