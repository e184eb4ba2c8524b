package neurath.bench;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Latency, throughput and failures over time: the median and the longest of every tenth of a second, or more where time is long. */
final class Timeline {
    private static final int BINS = 220;
    private static final double MILLI = 1e6;

    private final Chart chart;
    private final Chart.Panel latency;
    private final Chart.Panel answers;
    private final Chart.Panel failures;

    Timeline(String title) {
        chart = new Chart(title, "seconds");
        latency = chart.panel("latency, ms: median, longest", true);
        answers = chart.panel("right answers/s", false);
        failures = chart.panel("failed requests/s", false);
    }

    /** Adds what clients of a subject felt; all that are added have the same length. */
    Timeline add(String subject, Felt felt) {
        var bins = new Bins(felt);
        latency.line(subject, bins.middles, bins.of(latencies -> latencies.length == 0 ? Double.NaN : latencies[latencies.length - 1]));
        latency.dashed(subject, bins.middles, bins.of(latencies -> latencies.length == 0 ? Double.NaN : latencies[latencies.length / 2]));
        answers.line(subject, bins.middles, bins.of(latencies -> latencies.length / bins.seconds));
        failures.line(subject, bins.middles, bins.failures());
        return this;
    }

    /** Marks when something was done. */
    Timeline mark(String subject, Felt felt, long began, long ended, String what) {
        chart.mark(felt.seconds(began), felt.seconds(ended), subject, what);
        return this;
    }

    Svg svg() {
        return chart.svg();
    }

    /** A span in equal parts. */
    private static final class Bins {
        private final Felt felt;
        private final double seconds;
        private final double[] middles;
        private final double[][] latencies;

        Bins(Felt felt) {
            this.felt = felt;
            double length = felt.seconds(felt.to());
            seconds = Math.max(0.1, length / BINS);
            int count = Math.max(1, (int) (length / seconds));
            middles = IntStream.range(0, count).mapToDouble(bin -> (bin + 0.5) * seconds).toArray();
            var builders = IntStream.range(0, count).mapToObj(bin -> LongStream.builder()).toList();
            felt.report().samples().stream()
                    .filter(sample -> 0 <= bin(sample.at()) && bin(sample.at()) < count)
                    .forEach(sample -> builders.get(bin(sample.at())).add(Math.max(1000, sample.latency())));
            latencies = builders.stream().map(bin -> bin.build().sorted().mapToDouble(nanos -> nanos / MILLI).toArray())
                    .toArray(double[][]::new);
        }

        private int bin(long at) {
            return (int) Math.floor(felt.seconds(at) / seconds);
        }

        double[] of(ToDoubleFunction<double[]> value) {
            return Arrays.stream(latencies).mapToDouble(value).toArray();
        }

        double[] failures() {
            var count = new double[middles.length];
            for (long at : felt.report().failures()) {
                int bin = bin(at);
                if (0 <= bin && bin < count.length) {
                    count[bin] += 1 / seconds;
                }
            }
            return count;
        }
    }
}
