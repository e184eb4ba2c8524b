package neurath.acceptance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import neurath.load.Report;

/**
 * What clients felt of updates, beside windows of equal length without one.
 *
 * @param report of all clients over the whole time
 * @param there from 2 s before to 2 s after each update
 * @param back the same of the updates back
 * @param steady without an update
 */
public record Verdict(Report report, List<Window> there, List<Window> back, List<Window> steady) {
    private static final Duration ALWAYS_ALLOWED = Duration.ofMillis(10);

    public Verdict {
        there = List.copyOf(there);
        back = List.copyOf(back);
        steady = List.copyOf(steady);
    }

    /** Median of the longest times between completions around updates, there or back, whichever is longer. */
    public Duration gapOfUpdates() {
        Duration onTheWay = median(there);
        Duration onTheWayBack = median(back);
        return onTheWay.compareTo(onTheWayBack) > 0 ? onTheWay : onTheWayBack;
    }

    /** The same without updates. */
    public Duration steadyGap() {
        return median(steady);
    }

    /** The larger of 10 ms and twice the steady gap. */
    public Duration allowedGap() {
        Duration twice = steadyGap().multipliedBy(2);
        return twice.compareTo(ALWAYS_ALLOWED) > 0 ? twice : ALWAYS_ALLOWED;
    }

    public boolean nobodyNoticed() {
        return report.failed() == 0 && report.closedConnections() == 0 && gapOfUpdates().compareTo(allowedGap()) <= 0;
    }

    private Duration median(List<Window> windows) {
        List<Duration> gaps = windows.stream().map(window -> window.longestGap(report)).sorted().toList();
        return gaps.get(gaps.size() / 2);
    }

    /** The windows as lines of a table, and the sums. */
    public String table() {
        var lines = new ArrayList<String>();
        lines.add(String.format(Locale.ROOT, "%-28s %10s %10s %14s", "window", "seconds", "answers", "longest gap"));
        there.forEach(window -> lines.add(line(window)));
        back.forEach(window -> lines.add(line(window)));
        steady.forEach(window -> lines.add(line(window)));
        lines.add(String.format(
                Locale.ROOT,
                "median gap there %.2f ms, back %.2f ms, steady %.2f ms, allowed %.2f ms",
                millis(median(there)),
                millis(median(back)),
                millis(steadyGap()),
                millis(allowedGap())));
        lines.add(report.toString());
        return String.join("\n", lines);
    }

    private String line(Window window) {
        return String.format(
                Locale.ROOT,
                "%-28s %10.2f %10d %11.2f ms",
                window.what(),
                millis(window.length()) / 1000,
                report.completedWithin(window.from(), window.to()),
                millis(window.longestGap(report)));
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }
}
