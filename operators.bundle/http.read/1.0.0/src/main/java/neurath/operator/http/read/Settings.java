package neurath.operator.http.read;

import java.time.Duration;
import neurath.api.Default;

/**
 * The limits of a connection.
 *
 * @param maxHeadBytes of a request line and its fields, with the empty line
 * @param headTimeout for a head to come whole, from its first byte on
 * @param maxBodyBytes of a request's body, its framing included
 * @param bodyTimeout for a body to come whole
 * @param idleTimeout for a next request to begin
 * @param writeTimeout for a client that takes no byte of its answer
 * @param lingerTimeout for a client to read its last answer and close
 * @param sweep how often the time-outs are looked at; they are kept to within two sweeps
 */
record Settings(
        @Default("16384") int maxHeadBytes,
        @Default("PT10S") Duration headTimeout,
        @Default("1048576") long maxBodyBytes,
        @Default("PT30S") Duration bodyTimeout,
        @Default("PT30S") Duration idleTimeout,
        @Default("PT30S") Duration writeTimeout,
        @Default("PT2S") Duration lingerTimeout,
        @Default("PT1S") Duration sweep) {

    Settings {
        if (!sweep.isPositive()) {
            throw new IllegalArgumentException("SWEEP is " + sweep + "; give a duration above zero");
        }
    }

    /** Whether a time-out has passed for certain after that many sweeps. */
    boolean isOver(Duration timeout, long sweeps) {
        return sweeps > 0 && sweep.multipliedBy(sweeps - 1).compareTo(timeout) >= 0;
    }
}
