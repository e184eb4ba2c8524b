package neurath.events;

/** The phases of an update, in order. Before {@link #SWITCHED} an update can end in {@link #ABORTED}, after it only forwards. */
public enum Phase {
    /** The update is data: region, operations and checks; nothing is touched. */
    PLANNED,
    /** New instances are built and opened beside the old ones; whatever can fail without a marker has failed by now. */
    PREPARED,
    /** The marker is injected at the region's heads; idle and waiting ones are woken. */
    MARKING,
    /** Nodes wait until the marker has come on every live input inside the region. */
    ALIGNING,
    /** The region is drained and frozen; state passes from old to new instances. */
    HANDING_OVER,
    /** Everything behind the marker runs in the new epoch: the point of no return. */
    SWITCHED,
    /** The old instances are kept, and the update can be rolled back, until it is confirmed. */
    PROBATION,
    /** The old instances are drained, closed and released; their bundles may go. */
    RETIRED,
    /** The old instances carry on as if nothing had been. */
    ABORTED,
    /** Another update has brought back what was there before this one. */
    ROLLED_BACK
}
