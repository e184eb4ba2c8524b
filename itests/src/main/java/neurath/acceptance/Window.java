package neurath.acceptance;

import java.time.Duration;
import neurath.load.Report;

/**
 * A span of a load that is looked at by itself.
 *
 * @param from time of {@link System#nanoTime}
 * @param to time of {@link System#nanoTime}
 */
public record Window(String what, long from, long to) {
    public Duration length() {
        return Duration.ofNanos(to - from);
    }

    /** The longest time in it without an answer to anybody. */
    public Duration longestGap(Report report) {
        return report.longestGap(from, to);
    }
}
