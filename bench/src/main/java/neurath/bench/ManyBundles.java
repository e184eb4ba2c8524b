package neurath.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import neurath.build.OperatorJar;
import neurath.load.Demand;
import neurath.load.Footprint;
import neurath.load.Load;
import neurath.load.Report;
import neurath.load.Site;
import org.HdrHistogram.Histogram;
import org.knowm.xchart.XYChart;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** X10. */
final class ManyBundles implements Experiment {
    private static final String SUBJECT = "web server";
    private static final Site SITE = Site.of(20, 20_000);
    private static final int CLIENTS = 8;
    private static final Duration PERIOD = Duration.ofMillis(10);
    private static final double MEGABYTE = 1 << 20;
    private static final int ALLOWED_LOADERS = 2;
    private static final double ALLOWED_METASPACE = 5;

    @Override
    public String name() {
        return "x10";
    }

    @Override
    public String question() {
        return "what is left of 1,000 updates under load, each to a newly built bundle";
    }

    @Override
    public String setUp() {
        return """
                The product in Felix, in this process, serves 8 clients that ask every 10 ms each and compare every byte. http/load is updated to bundles
                that were built anew; each retired bundle is uninstalled. Footprints are taken after a garbage collection, the first after a
                warm-up; the clients and the bundles' sources are in the same process.""";
    }

    @Override
    public Duration expected(Scale scale) {
        return Duration.ofSeconds(scale.of(330, 40, 12));
    }

    @Override
    public void run(Lab lab) throws Exception {
        Path folder = Folders.temporary();
        try {
            Path root = Files.createDirectories(folder.resolve("site"));
            SITE.writeTo(root);
            int warmUp = lab.scale().of(20, 5, 1);
            List<Path> jars = build(folder, warmUp + lab.scale().of(1000, 100, 3));
            try (FelixPlatform platform = new FelixPlatform(root, folder.resolve("home"))) {
                new Run(lab, platform, jars, warmUp).underLoad();
            }
        } finally {
            Folders.delete(folder);
        }
    }

    private static List<Path> build(Path folder, int number) throws IOException {
        OperatorJar first = OperatorJar.ofProduct("http.load", "1.0.0");
        var jars = new ArrayList<Path>();
        for (int i = 1; i <= number; i++) {
            jars.add(first.version("1.1." + i).writeTo(folder));
        }
        return jars;
    }

    /** The updates of one platform. */
    private static final class Run {
        private final Lab lab;
        private final FelixPlatform platform;
        private final List<Path> jars;
        private final int warmUp;
        private final List<WeakReference<ClassLoader>> retired = new ArrayList<>();
        private final Histogram durations = new Histogram(3_600_000_000_000L, 3);
        private final List<Double> updates = new ArrayList<>();
        private final List<Double> metaspace = new ArrayList<>();
        private final List<String> footprints =
                new ArrayList<>(List.of("updates,metaspace MB,heap MB,retired loaders alive,threads,descriptors"));
        private Bundle running;

        Run(Lab lab, FelixPlatform platform, List<Path> jars, int warmUp) {
            this.lab = lab;
            this.platform = platform;
            this.jars = jars;
            this.warmUp = warmUp;
        }

        void underLoad() throws Exception {
            Report report;
            Marks before;
            Marks after;
            try (Load load = Load.start(Demand.of(platform.address(), SITE).withClients(CLIENTS, PERIOD))) {
                for (int i = 0; i < warmUp; i++) {
                    replace(i);
                }
                before = marks(0);
                record(0, before);
                durations.reset();
                retired.clear();
                int every = Math.max(1, (jars.size() - warmUp) / 10);
                for (int i = warmUp; i < jars.size(); i++) {
                    replace(i);
                    int done = i - warmUp + 1;
                    if (done % every == 0 && i < jars.size() - 1) {
                        marks(done);
                    }
                }
                awaitCollection();
                after = marks(jars.size() - warmUp);
                record(jars.size() - warmUp, after);
                report = load.stop();
            }
            judge(before, after, report);
        }

        private void replace(int number) throws Exception {
            long began = System.nanoTime();
            Bundle next = platform.install(jars.get(number));
            next.start();
            platform.awaitVersion("load", next.getVersion().toString());
            durations.recordValue(System.nanoTime() - began);
            if (running != null) {
                retired.add(new WeakReference<>(Objects.requireNonNull(running.adapt(BundleWiring.class).getClassLoader())));
                platform.awaitRetirement();
                running.uninstall();
            }
            running = next;
        }

        private void awaitCollection() {
            try {
                Waiting.until("retired loaders to be collected", Duration.ofSeconds(20), () -> {
                    System.gc();
                    return loaders() <= ALLOWED_LOADERS;
                });
            } catch (IllegalStateException e) {
                lab.remark(e.getMessage());
            }
        }

        private long loaders() {
            return retired.stream().filter(loader -> loader.get() != null).count();
        }

        /** What the process holds on to. */
        private record Marks(double metaspace, double heap, long loaders, int threads, int descriptors) {}

        private Marks marks(int done) throws IOException {
            Footprint footprint = Footprint.now();
            var marks = new Marks(
                    ManagementFactory.getMemoryPoolMXBeans().stream()
                            .filter(pool -> pool.getName().equals("Metaspace"))
                            .mapToDouble(Run::used)
                            .sum(),
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MEGABYTE,
                    loaders(),
                    footprint.threads().size(),
                    footprint.descriptors());
            updates.add((double) done);
            metaspace.add(marks.metaspace());
            footprints.add("%d,%.3f,%.3f,%d,%d,%d".formatted(
                    done, marks.metaspace(), marks.heap(), marks.loaders(), marks.threads(), marks.descriptors()));
            return marks;
        }

        private void record(int done, Marks marks) {
            add(done, "metaspace", marks.metaspace(), "MB");
            add(done, "heap", marks.heap(), "MB");
            add(done, "retired loaders alive", marks.loaders(), "loaders");
            add(done, "threads", marks.threads(), "threads");
            add(done, "descriptors", marks.descriptors(), "descriptors");
        }

        private static double used(MemoryPoolMXBean pool) {
            return pool.getUsage().getUsed() / MEGABYTE;
        }

        private void add(int done, String metric, double value, String unit) {
            lab.measurements().add(SUBJECT, Integer.toString(done), 1, metric, value, unit);
        }

        private void add(int done, String metric, long count, String unit) {
            lab.measurements().add(SUBJECT, Integer.toString(done), 1, metric, count, unit);
        }

        private void judge(Marks before, Marks after, Report report) throws IOException {
            int done = jars.size() - warmUp;
            add(done, "failed requests", report.failed(), "requests");
            add(done, "connections closed", report.closedConnections(), "connections");
            add(done, "right answers", report.completed(), "answers");
            add(done, "from install to switch, median", durations.getValueAtPercentile(50) / 1e6, "ms");
            add(done, "from install to switch, p99", durations.getValueAtPercentile(99) / 1e6, "ms");
            add(done, "from install to switch, longest", durations.getMaxValue() / 1e6, "ms");
            report.reasons().forEach(lab::remark);
            lab.keep("install-to-switch", durations);
            lab.keep("latency", report.latency());
            lab.goal(
                    "0 requests fail and 0 connections are closed",
                    report.failed() + " failed and " + report.closedConnections() + " closed of " + report.completed(),
                    report.failed() == 0 && report.closedConnections() == 0);
            lab.goal("at most 2 retired loaders live", after.loaders() + " of " + retired.size(), after.loaders() <= ALLOWED_LOADERS);
            double growth = after.metaspace() - before.metaspace();
            lab.goal("metaspace grows by less than 5 MB", "%.2f MB".formatted(growth), growth < ALLOWED_METASPACE);
            lab.goal(
                    "threads and descriptors are where they were",
                    "threads %d, then %d; descriptors %d, then %d".formatted(
                            before.threads(), after.threads(), before.descriptors(), after.descriptors()),
                    after.threads() <= before.threads() && after.descriptors() <= before.descriptors());
            lab.keep("footprints.csv", footprints);
            XYChart chart = Plots.line("Metaspace after a collection", "updates", "MB");
            chart.addSeries("metaspace", updates, metaspace);
            chart.getStyler().setYAxisMin(0.0);
            lab.plot("metaspace", chart);
        }
    }
}
