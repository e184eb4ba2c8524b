package neurath.simulation;

/** What goes wrong during an update. */
enum Fault {
    NONE,
    /** A constructor throws. */
    CONSTRUCTOR,
    /** An operator fails to open. */
    OPEN,
    /** A first state cannot be made. */
    BEGIN,
    /** A state cannot be given. */
    STATE,
    /** A state cannot be taken over. */
    RESTORE,
    /** Somebody cancels the update at any step. */
    CANCEL,
    /** Somebody cancels it when the marker has come everywhere. */
    CANCEL_LATE,
    /** The flow is told to end at any step. */
    END,
    /** The handling of a packet throws. */
    PACKET,
    /** What is taken out still has work outside. */
    LEASE
}
