package neurath.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import neurath.bench.Felt.Metrics;
import neurath.load.Demand;
import neurath.load.Load;
import neurath.load.Report;
import neurath.load.Site;

/** S3. */
final class DynamicEvolution implements Experiment {
    private static final String SMALL = "feeds of 2 kB";
    private static final String LARGE = "pages of 100 kB";
    private static final String BEFORE = "1 as shipped";
    private static final String CACHE = "2 with a cache";
    private static final String PROXY = "3 with a cache, feeds by another server";
    private static final String AT_CACHE = "at the insertion of the cache";
    private static final String AT_PROXY = "at the insertion of the proxy";
    private static final String DROPPED = "connections dropped";
    static final int SMALL_BYTES = 2000;
    static final int LARGE_BYTES = 100_000;
    static final int CLIENTS = 30;
    static final Duration PERIOD = Duration.ofMillis(20);
    /** Room for all of them. */
    static final String CACHE_BYTES = "268435456";
    /** What is felt of an update is felt within this time. */
    private static final long AROUND = TimeUnit.SECONDS.toNanos(1);
    /** By then the code that an update has brought is compiled. */
    private static final long SETTLING = TimeUnit.SECONDS.toNanos(8);

    @Override
    public String name() {
        return "s3";
    }

    @Override
    public String question() {
        return "what small and large requests gain when the server evolves: a cache, then a proxy";
    }

    @Override
    public String setUp() {
        return """
                The product serves 30 clients that ask for one of 1,000 feeds of 2 kB and 30 that ask for one of 1,000 pages of 100 kB, every 20 ms each, on
                a schedule, and compare each byte. Meanwhile a cache is inserted by flow:update and the product's text cache.fbp, with room for all
                of them, and then a way to a second server by cache-proxy.fbp, which answers the feeds, and was asked for as long as the first before anything is measured. Latencies of a phase are those of
                windows of equal length, of which the first begins 8 s after the update, when its code is compiled; what is felt at an insertion is that of the second from the command on.""";
    }

    @Override
    public Scale usual() {
        return Scale.SHORT;
    }

    @Override
    public Duration expected(Scale scale) {
        return Duration.ofSeconds(scale.of(240, 60, 35));
    }

    @Override
    public void run(Lab lab) throws Exception {
        Sites sites = Sites.of("evolving-site");
        int files = lab.scale().of(1000, 1000, 20);
        Site small = sites.pages(files, SMALL_BYTES);
        Site large = sites.pages(files, LARGE_BYTES);
        Evolution proxied = Evolution.of("cache-proxy");
        Path home = Folders.temporary();
        try (NeurathServer server = NeurathServer.start(sites.root(), home.resolve("server"), command -> lab.say("> " + command));
                NeurathServer backend = NeurathServer.start(sites.root(), home.resolve("backend"))) {
            server.offer(operators(proxied.exists()));
            var run = new Run(lab, server, small, large, home);
            run.evolves(backend, proxied.exists() ? proxied.with("http.cache.max-bytes", CACHE_BYTES)
                    .with("http.remote-paths", "/" + SMALL_BYTES + "/**")
                    .with("http.backend", "127.0.0.1:" + backend.address().getPort()) : null);
        } finally {
            Folders.delete(home);
        }
    }

    private static Map<String, String> operators(boolean withProxy) {
        var versions = new LinkedHashMap<String, String>();
        versions.put("http.load", "2.1.0");
        versions.put("http.reply", "2.1.0");
        versions.put("http.cache", "1.0.0");
        versions.put("http.merge", "1.0.0");
        if (withProxy) {
            versions.put("http.cond", "1.0.0");
            versions.put("http.send", "1.0.0");
            versions.put("http.receive", "1.0.0");
        }
        return versions;
    }

    /** When a command was typed and when it was done. */
    private record Step(String phase, String name, long typed, long done) {}

    /** One life of the server. */
    private static final class Run {
        private final Lab lab;
        private final NeurathServer server;
        private final Site small;
        private final Site large;
        private final Path folder;
        private final List<Step> steps = new ArrayList<>();

        Run(Lab lab, NeurathServer server, Site small, Site large, Path folder) {
            this.lab = lab;
            this.server = server;
            this.small = small;
            this.large = large;
            this.folder = folder;
        }

        /** @param proxied the last graph, or {@code null} if the product has none */
        void evolves(NeurathServer backend, Evolution proxied) throws Exception {
            Duration first = lab.scale().of(Duration.ofSeconds(70), Duration.ofSeconds(9), Duration.ofMillis(2500));
            Duration further = lab.scale().of(Duration.ofSeconds(75), Duration.ofSeconds(17), Duration.ofMillis(9500));
            try (Load warmUp = load(small); Load other = load(large); Load second = load(backend, small)) {
                Waiting.pass(lab.scale().of(Duration.ofSeconds(5), Duration.ofSeconds(4), Duration.ofMillis(200)));
            }
            long from;
            long to;
            Report ofSmall;
            Report ofLarge;
            try (Load feeds = load(small); Load pages = load(large)) {
                from = System.nanoTime();
                Waiting.pass(first);
                step(CACHE, AT_CACHE, Evolution.of("cache").with("http.cache.max-bytes", CACHE_BYTES));
                Waiting.pass(further);
                if (proxied == null) {
                    lab.remark("the product ships no cache-proxy.fbp, so the second step is left out");
                } else {
                    step(PROXY, AT_PROXY, proxied);
                    Waiting.pass(further);
                }
                to = System.nanoTime();
                ofSmall = feeds.stop();
                ofLarge = pages.stop();
            }
            var feltBySmall = new Felt(ofSmall, from, to);
            var feltByLarge = new Felt(ofLarge, from, to);
            record(SMALL, feltBySmall);
            record(LARGE, feltByLarge);
            plot(feltBySmall, feltByLarge);
            judge();
        }

        private Load load(Site site) throws IOException {
            return load(server, site);
        }

        private static Load load(NeurathServer asked, Site site) throws IOException {
            return Load.start(Demand.of(asked.address(), site).withClients(CLIENTS, PERIOD));
        }

        private void step(String phase, String name, Evolution evolution) throws IOException, InterruptedException {
            long typed = System.nanoTime();
            lab.measurements().add("update", name, 1, "from request to SWITCHED", server.evolve(evolution, folder), "ms");
            steps.add(new Step(phase, name, typed, System.nanoTime()));
        }

        private void record(String subject, Felt felt) throws IOException {
            windows(subject, BEFORE, felt, felt.from() + AROUND, steps.getFirst().typed());
            for (int i = 0; i < steps.size(); i++) {
                Step step = steps.get(i);
                long end = i + 1 < steps.size() ? steps.get(i + 1).typed() : felt.to();
                felt.within(step.typed(), step.done() + AROUND).addTo(lab.measurements(), subject, step.name(), 1);
                windows(subject, step.phase(), felt, step.done() + SETTLING, end);
            }
            lab.measurements().add(subject, "whole", 1, DROPPED, felt.report().closedConnections(), "connections");
            lab.measurements().add(subject, "whole", 1, Metrics.FAILED, felt.failed(), "requests");
            felt.report().reasons().forEach(lab::remark);
            lab.keep(subject.replace(' ', '-'), felt);
        }

        private void windows(String subject, String phase, Felt felt, long from, long to) {
            int count = lab.scale().of(7, 5, 2);
            long length = (to - from) / count;
            for (int i = 0; i < count; i++) {
                felt.within(from + i * length, from + (i + 1) * length).addTo(lab.measurements(), subject, phase, i + 1);
            }
        }

        private void plot(Felt feltBySmall, Felt feltByLarge) throws IOException {
            var timeline = new Timeline("A server evolves").add(SMALL, feltBySmall).add(LARGE, feltByLarge);
            steps.forEach(step -> timeline.mark(step.name(), feltBySmall, step.typed(), step.done(), step.name()));
            lab.plot("evolution", timeline.svg());
            List<String> phases = lab.measurements().lines().stream().map(Measurements.Line::setting)
                    .filter(setting -> setting.matches("\\d .*")).distinct().toList();
            lab.plot("latency", Spans.of("Latency, p99", "ms", lab.measurements(), Metrics.P99, List.of(SMALL, LARGE), phases));
        }

        private void judge() {
            Measurements all = lab.measurements();
            double failed = all.spread(SMALL, "whole", Metrics.FAILED).max() + all.spread(LARGE, "whole", Metrics.FAILED).max();
            lab.goal("0 requests fail", "%.0f".formatted(failed), failed == 0);
            double dropped = all.spread(SMALL, "whole", DROPPED).max() + all.spread(LARGE, "whole", DROPPED).max();
            lab.goal("0 connections are dropped", "%.0f".formatted(dropped), dropped == 0);
            double before = all.spread(SMALL, BEFORE, Metrics.P99).median();
            double after = all.spread(SMALL, steps.getLast().phase(), Metrics.P99).median();
            lab.goal("small requests are answered sooner at the end (p99)", "%.2f ms, then %.2f ms".formatted(before, after),
                    after < before);
        }
    }
}
