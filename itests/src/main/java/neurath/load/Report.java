package neurath.load;

import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** What the clients of a load felt. */
public final class Report {
    private final List<Sample> samples;
    private final long[] completions;
    private final long[] failures;
    private final long closedConnections;
    private final List<String> reasons;
    private final Histogram latency;
    private final Duration cpu;

    /**
     * A right answer.
     *
     * @param at when its last byte was there, as of {@link System#nanoTime}
     * @param latency nanoseconds since its request was scheduled
     */
    public record Sample(long at, long latency) {}

    private Report(List<Sample> samples, long[] failures, long closed, List<String> reasons, Histogram latency, Duration cpu) {
        this.samples = samples;
        this.completions = samples.stream().mapToLong(Sample::at).toArray();
        this.failures = failures;
        this.closedConnections = closed;
        this.reasons = reasons;
        this.latency = latency;
        this.cpu = cpu;
    }

    static Report of(List<Client> clients) {
        Histogram latency = new Histogram(3);
        clients.forEach(client -> latency.add(client.latency()));
        return new Report(
                clients.stream().flatMap(Report::samples).sorted(Comparator.comparingLong(Sample::at)).toList(),
                clients.stream().flatMapToLong(client -> Arrays.stream(client.tally().failures())).sorted().toArray(),
                clients.stream().mapToLong(client -> client.tally().closedConnections()).sum(),
                clients.stream().flatMap(client -> client.tally().reasons().stream()).limit(20).toList(),
                latency,
                Duration.ofNanos(clients.stream().mapToLong(Client::cpuNanos).sum()));
    }

    static Stream<Sample> samples(Client client) {
        long[] at = client.completions().toArray();
        long[] latency = client.latencies().toArray();
        return IntStream.range(0, at.length).mapToObj(i -> new Sample(at[i], latency[i]));
    }

    /** All right answers in the order they came. */
    public List<Sample> samples() {
        return samples;
    }

    /** What these clients and others felt together. */
    public Report and(Report other) {
        Histogram both = latency();
        both.add(other.latency);
        return new Report(
                Stream.concat(samples.stream(), other.samples.stream()).sorted(Comparator.comparingLong(Sample::at)).toList(),
                LongStream.concat(Arrays.stream(failures), Arrays.stream(other.failures)).sorted().toArray(),
                closedConnections + other.closedConnections,
                Stream.concat(reasons.stream(), other.reasons.stream()).toList(),
                both,
                cpu.plus(other.cpu));
    }

    /** Requests without the right answer: another status, byte or length, a time-out, a lost connection. */
    public long failed() {
        return failures.length;
    }

    /** Times at which requests failed, over all clients, as of {@link System#nanoTime}, ascending. */
    public long[] failures() {
        return failures.clone();
    }

    /** Connections that the server ended, in a request or between two. */
    public long closedConnections() {
        return closedConnections;
    }

    /** Why requests failed; the first of each client. */
    public List<String> reasons() {
        return reasons;
    }

    /** Right answers. */
    public long completed() {
        return completions.length;
    }

    /** Times of the right answers over all clients, as of {@link System#nanoTime}, ascending. */
    public long[] completions() {
        return completions.clone();
    }

    /** Right answers within a window of {@link System#nanoTime}. */
    public long completedWithin(long from, long to) {
        return Arrays.stream(completions).filter(at -> from <= at && at <= to).count();
    }

    /** The longest time within a window of {@link System#nanoTime} in which no client got an answer. */
    public Duration longestGap(long from, long to) {
        long longest = 0;
        long last = from;
        for (long at : completions) {
            if (from <= at && at <= to) {
                longest = Math.max(longest, at - last);
                last = at;
            }
        }
        return Duration.ofNanos(Math.max(longest, to - last));
    }

    /** Time from the scheduled sending to the last byte, in nanoseconds. */
    public Histogram latency() {
        return latency.copy();
    }

    /** What the clients' threads used of the processor. */
    public Duration cpu() {
        return cpu;
    }

    @Override
    public String toString() {
        return "%,d answers, %d failed, %d connections closed; latency p50 %.2f ms, p99 %.2f ms, max %.2f ms%s"
                .formatted(
                        completed(),
                        failed(),
                        closedConnections,
                        latency.getValueAtPercentile(50) / 1e6,
                        latency.getValueAtPercentile(99) / 1e6,
                        latency.getMaxValue() / 1e6,
                        reasons.isEmpty() ? "" : "\n  " + String.join("\n  ", reasons));
    }
}
