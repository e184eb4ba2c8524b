package neurath.load;

/** How fast a reader reads: called after each read, returns when the next may follow. */
@FunctionalInterface
interface Pace {
    Pace FULL = bytes -> {};

    void took(int bytes);
}
