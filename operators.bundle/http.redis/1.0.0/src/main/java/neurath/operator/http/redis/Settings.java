package neurath.operator.http.redis;

import java.time.Duration;
import neurath.api.Default;

/**
 * Parameters.
 *
 * @param host where the Redis is
 * @param port of it
 * @param timeout for a connection, and for an answer; who waits longer has missed
 * @param retry how long a Redis that failed is left alone
 * @param prefix of keys, so that several can share a Redis
 * @param maxEntryBytes length of a content that is kept
 * @param fresh for how long one is kept: so late may be seen that a file has changed
 * @param backlog entries that may wait to be kept
 */
record Settings(
        @Default("127.0.0.1") String host,
        @Default("6379") int port,
        @Default("PT0.05S") Duration timeout,
        @Default("PT1S") Duration retry,
        @Default("neurath:") String prefix,
        @Default("1048576") int maxEntryBytes,
        @Default("PT1M") Duration fresh,
        @Default("32") int backlog) {

    Settings {
        if (timeout.toMillis() < 1 || fresh.toMillis() < 1) {
            throw new IllegalArgumentException("TIMEOUT is " + timeout + " and FRESH " + fresh + "; give a millisecond at least");
        }
        if (backlog < 1) {
            throw new IllegalArgumentException("BACKLOG is " + backlog + "; give 1 at least");
        }
    }
}
