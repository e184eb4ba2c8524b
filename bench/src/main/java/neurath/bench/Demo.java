package neurath.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import neurath.build.Repository;
import neurath.load.Demand;
import neurath.load.Load;
import neurath.load.Report.Sample;
import neurath.load.Site;

/**
 * {@code ./neurath demo}: a minute for people. A server under load has two of its operators replaced and brought back, and each second tells
 * what clients felt.
 */
public final class Demo {
    private static final int CLIENTS = 30;
    private static final Duration PERIOD = Duration.ofMillis(20);
    private static final double MILLI = 1e6;
    private static final String SUBJECT = "web server";

    private final Length length;
    private final Path folder;
    private final PrintStream out;

    /**
     * How much of it.
     *
     * @param files of 50 kB
     * @param quiet time before, between and after the updates
     */
    record Length(int files, Duration quiet) {
        static final Length WHOLE = new Length(1000, Duration.ofSeconds(16));
        static final Length TINY = new Length(50, Duration.ofMillis(1200));
    }

    Demo(Length length, Path folder, PrintStream out) {
        this.length = length;
        this.folder = folder;
        this.out = out;
    }

    /**
     * Shows it.
     *
     * @param args none
     */
    public static void main(String[] args) throws Exception {
        Path folder = Files.createDirectories(Repository.root().resolve("bench/target/demo"));
        boolean unnoticed = new Demo(Length.WHOLE, folder, new PrintStream(System.out, true, StandardCharsets.UTF_8)).show();
        System.exit(unnoticed ? 0 : 1);
    }

    /** Shows it; whether no request failed and no connection was dropped. */
    boolean show() throws Exception {
        Site site = Sites.common().pages(length.files(), 50_000);
        Path home = Folders.temporary();
        out.printf(Locale.ROOT, "Neurath serves %,d files of 50 kB to %d keep-alive clients, each of which asks every %d ms.%n",
                length.files(), CLIENTS, PERIOD.toMillis());
        try (NeurathServer server = NeurathServer.start(
                Sites.common().root(), home.resolve("home"), command -> out.println("\n$ ./neurath shell " + command))) {
            out.println("It answers on http:/" + server.address() + " and reads files into memory.\n");
            return underLoad(server, site);
        } finally {
            Folders.delete(home);
        }
    }

    private boolean underLoad(NeurathServer server, Site site) throws Exception {
        long from = System.nanoTime();
        try (Load load = Load.start(Demand.of(server.address(), site).withClients(CLIENTS, PERIOD));
                Ticker ticker = new Ticker(load, out)) {
            Waiting.pass(length.quiet());
            out.println("\nload and reply are replaced by versions that hand open files on, and the kernel sends them:");
            long typedThere = System.nanoTime();
            server.switchToFiles();
            long there = System.nanoTime();
            Waiting.pass(length.quiet());
            out.println("\nand back, by taking the new versions away:");
            long typedBack = System.nanoTime();
            server.switchBack();
            long back = System.nanoTime();
            Waiting.pass(length.quiet());
            ticker.close();
            var felt = new Felt(load.stop(), from, System.nanoTime());
            tell(felt, typedThere, back);
            var timeline = new Timeline("Two operators replaced, and back, under load")
                    .add(SUBJECT, felt)
                    .mark("there", felt, typedThere, there, "install and start, from typed to done")
                    .mark("back", felt, typedBack, back, "uninstall, from typed to done");
            write(felt, timeline);
            return felt.failed() == 0 && felt.report().closedConnections() == 0;
        }
    }

    private void tell(Felt felt, long typedThere, long back) {
        out.printf(Locale.ROOT, "%n%,d requests answered with every byte right, %d failed, %d of %d connections dropped.%n",
                felt.answered(), felt.failed(), felt.report().closedConnections(), CLIENTS);
        out.printf(Locale.ROOT, "The longest time without an answer: %.1f ms before, %.1f ms with the two updates.%n",
                felt.within(felt.from(), typedThere).longestGap(), felt.within(typedThere, back).longestGap());
        felt.report().reasons().forEach(reason -> out.println("  " + reason));
    }

    private void write(Felt felt, Timeline timeline) throws IOException {
        var measurements = new Measurements();
        felt.addTo(measurements, SUBJECT, "whole", 1);
        Path page = Files.writeString(folder.resolve("demo.html"), new Page(
                "Two operators replaced, and back, under load",
                "%,d files of 50 kB, %d keep-alive clients that ask every %d ms each, on a schedule.".formatted(
                        length.files(), CLIENTS, PERIOD.toMillis()),
                List.of(), List.of(timeline.svg()), measurements, Machine.facts().toString()).toString());
        out.println("The picture: " + page);
    }

    /** Tells each second what clients felt in it. */
    private static final class Ticker implements AutoCloseable {
        private final Load load;
        private final PrintStream out;
        private final Thread thread;
        private final long began = System.nanoTime();
        private volatile boolean stopped;

        Ticker(Load load, PrintStream out) {
            this.load = load;
            this.out = out;
            thread = Thread.ofPlatform().daemon().name("ticker").start(this::tick);
        }

        private void tick() {
            for (long second = 1; !stopped; second++) {
                long last = System.nanoTime();
                long due = began + second * 1_000_000_000;
                for (long left = due - last; left > 0 && !stopped; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                if (!stopped) {
                    tell(second, last);
                }
            }
        }

        private void tell(long second, long since) {
            double seconds = (System.nanoTime() - since) / 1e9;
            double[] latencies = load.samplesAfter(since).stream().mapToDouble(Sample::latency).sorted().toArray();
            if (latencies.length == 0) {
                out.printf(Locale.ROOT, "%4d s   no answer, %d failed so far%n", second, load.failed());
            } else {
                out.printf(Locale.ROOT, "%4d s %,7.0f answers/s   p50 %6.2f ms   p99 %7.2f ms   longest %7.2f ms   %d failed so far%n",
                        second, latencies.length / seconds, percentile(latencies, 0.5), percentile(latencies, 0.99),
                        percentile(latencies, 1), load.failed());
            }
        }

        private static double percentile(double[] sorted, double share) {
            return sorted[(int) Math.min(sorted.length - 1, share * sorted.length)] / MILLI;
        }

        @Override
        public void close() throws InterruptedException {
            stopped = true;
            LockSupport.unpark(thread);
            thread.join();
        }
    }
}
