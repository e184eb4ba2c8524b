package neurath.bench;

/** How much of an experiment is run. */
enum Scale {
    /** What is quoted. */
    FULL,
    /** A look: fewer repetitions and smaller sizes. */
    SHORT,
    /** Enough to see that it works. */
    TINY;

    <T> T of(T full, T brief, T tiny) {
        return switch (this) {
            case FULL -> full;
            case SHORT -> brief;
            case TINY -> tiny;
        };
    }

    /** The first repetition: 0, which is not measured and has everything compiled; 1 if there is no time for it. */
    int first() {
        return of(0, 0, 1);
    }

    /** Repetitions of each subject, interleaved. */
    int repetitions() {
        return of(7, 5, 2);
    }
}
