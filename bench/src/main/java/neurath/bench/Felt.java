package neurath.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import neurath.load.Report;
import neurath.load.Report.Sample;
import org.HdrHistogram.Histogram;

/**
 * What clients felt within a span of time.
 *
 * @param report of all the time
 * @param from of {@link System#nanoTime}
 * @param to of {@link System#nanoTime}
 */
record Felt(Report report, long from, long to) {
    private static final double MILLI = 1e6;

    /** One span out of this one. */
    Felt within(long begin, long end) {
        return new Felt(report, Math.max(from, begin), Math.min(to, end));
    }

    private Stream<Sample> samples() {
        return report.samples().stream().filter(sample -> from <= sample.at() && sample.at() <= to);
    }

    long answered() {
        return samples().count();
    }

    /** Requests without the right answer. */
    long failed() {
        return Arrays.stream(report.failures()).filter(at -> from <= at && at <= to).count();
    }

    /** The longest time without a right answer, in milliseconds. */
    double longestGap() {
        return report.longestGap(from, to).toNanos() / MILLI;
    }

    /** Nanoseconds from the scheduled sending to the last byte. */
    Histogram latency() {
        var histogram = new Histogram(3);
        samples().forEach(sample -> histogram.recordValue(Math.max(0, sample.latency())));
        return histogram;
    }

    /** A percentile of latency, in milliseconds. */
    double latency(double percentile) {
        return latency().getValueAtPercentile(percentile) / MILLI;
    }

    /** Adds what is in a table of every experiment with clients; the update falls into this span. */
    void addTo(Measurements measurements, String subject, String setting, int repetition) {
        Histogram latency = latency();
        measurements.add(subject, setting, repetition, Metrics.FAILED, failed(), "requests");
        measurements.add(subject, setting, repetition, Metrics.GAP, longestGap(), "ms");
        measurements.add(subject, setting, repetition, Metrics.P50, latency.getValueAtPercentile(50) / MILLI, "ms");
        measurements.add(subject, setting, repetition, Metrics.P99, latency.getValueAtPercentile(99) / MILLI, "ms");
        measurements.add(subject, setting, repetition, Metrics.LONGEST, latency.getMaxValue() / MILLI, "ms");
    }

    /** What {@link #addTo} adds. */
    static final class Metrics {
        static final String FAILED = "requests failed";
        static final String GAP = "longest time without an answer";
        static final String P50 = "latency p50";
        static final String P99 = "latency p99";
        static final String LONGEST = "latency, longest";

        private Metrics() {}
    }

    /** One row a request, in seconds since the span's beginning: when it came, its latency in ms; without one it failed. */
    List<String> csv() {
        return Stream.of(
                Stream.of("second,latency ms"),
                samples().map(sample -> String.format(Locale.ROOT, "%.6f,%.3f", seconds(sample.at()), sample.latency() / MILLI)),
                LongStream.of(report.failures()).filter(at -> from <= at && at <= to)
                        .mapToObj(at -> String.format(Locale.ROOT, "%.6f,", seconds(at))))
                .flatMap(lines -> lines)
                .toList();
    }

    /** Seconds since the span's beginning. */
    double seconds(long at) {
        return (at - from) / 1e9;
    }
}
