package neurath.http.cache;

import java.time.Duration;

/**
 * How much is kept, and for how long.
 *
 * @param maxBytes of all entries, with an allowance for what comes with each
 * @param maxEntryBytes of the content of one
 * @param fresh for how long one is kept: so late may be seen that the file behind it has changed
 */
public record Limits(long maxBytes, int maxEntryBytes, Duration fresh) {
    public Limits {
        if (maxBytes < 0 || maxEntryBytes < 0) {
            throw new IllegalArgumentException(
                    "MAX_BYTES is " + maxBytes + " and MAX_ENTRY_BYTES " + maxEntryBytes + "; give no less than 0");
        }
        if (!fresh.isPositive()) {
            throw new IllegalArgumentException("FRESH is " + fresh + "; give a duration above zero");
        }
    }
}
