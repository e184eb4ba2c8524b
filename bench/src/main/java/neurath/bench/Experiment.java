package neurath.bench;

import java.time.Duration;

/** Something to find out by measuring. */
interface Experiment {
    /** What it is called by: {@code x4}. */
    String name();

    /** What it finds out, in a line. */
    String question();

    /** How it is set up, in a few sentences. */
    String setUp();

    /** The form that is run, and quoted, if nobody asks for another. */
    default Scale usual() {
        return Scale.FULL;
    }

    /** About how long it takes. */
    Duration expected(Scale scale);

    void run(Lab lab) throws Exception;
}
