package neurath.coordinator;

import java.time.Duration;

/**
 * When an update on probation is rolled back by itself.
 *
 * @param probation how long the old instances are kept; zero if they are not
 * @param errors share of the packets that may fail more than before, from 0 to 1
 * @param slowdown how many times slower than before a replaced node may work on a packet; 0 if it does not matter
 */
record Health(Duration probation, double errors, double slowdown) {
    /** Packets that say nothing yet: a rate of fewer is chance. */
    static final int FEW = 5;
    /** Packets in which code may still be cold, and microseconds say nothing. */
    static final int COLD = 1_000;
    static final long SLOW_THOUGH_COLD_NANOS = 1_000_000;

    static final Health NONE = new Health(Duration.ZERO, 1, 0);

    Health {
        if (probation.isNegative() || errors < 0 || errors > 1 || slowdown < 0) {
            throw new IllegalArgumentException("a probation is not negative, its share of errors is between 0 and 1, and its slowdown"
                    + " is a factor; not " + probation + ", " + errors + " and " + slowdown);
        }
    }

    boolean isOnProbation() {
        return !probation.isZero();
    }
}
