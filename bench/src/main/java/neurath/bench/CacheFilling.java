package neurath.bench;

import java.io.IOException;
import java.nio.file.Files;
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
import neurath.load.Site;

/** S4. */
final class CacheFilling implements Experiment {
    private static final String WHOLE = "from request to SWITCHED";
    private static final String AHEAD = "of an update ahead, from request to SWITCHED";
    private static final String AROUND = "around the update";
    private static final String STEADY = "no update";
    private static final String DROPPED = "connections dropped";
    private static final Duration FRESH = Duration.ofHours(1);
    private static final String SETTING_OF_SIZE = "http.cache.max-bytes";

    /** A graph with a cache, and one that is there before. */
    private record Way(String name, Evolution before, Evolution cache) {}

    @Override
    public String name() {
        return "s4";
    }

    @Override
    public String question() {
        return "what requests feel while a new cache is filled, in five ways";
    }

    @Override
    public String setUp() {
        return """
                The product serves 30 clients of feeds (2 kB) and 30 of pages (100 kB) as in s3. A cache is inserted, and taken out again, in turn by five
                ways to fill it with all 2,000 files: inline naive reads them at the marker; offline naive reads them before the marker; offline preloaded
                takes the state of a node that an earlier update has put beside the graph; offline Redis has the entries in a
                redis-server, filled by an insertion before that is not measured; iterative reads some between requests. What is felt is that of all 60 clients
                from the command to 2 s after it.""";
    }

    @Override
    public Scale usual() {
        return Scale.SHORT;
    }

    @Override
    public Duration expected(Scale scale) {
        return Duration.ofSeconds(scale.of(240, 100, 30));
    }

    @Override
    public void run(Lab lab) throws Exception {
        Sites sites = Sites.of("evolving-site");
        int files = lab.scale().of(1000, 1000, 20);
        Site small = sites.pages(files, DynamicEvolution.SMALL_BYTES);
        Site large = sites.pages(files, DynamicEvolution.LARGE_BYTES);
        Path home = Folders.temporary();
        try (NeurathServer server = NeurathServer.start(sites.root(), home.resolve("server"));
                Redis redis = Redis.start(home.resolve("redis"))) {
            server.offer(operators(redis.isThere()));
            if (!redis.isThere()) {
                lab.remark("redis-server is not installed, so the way with it is left out");
            }
            List<Way> ways = ways(redis);
            var run = new Run(lab, server, small, large, home);
            for (int repetition = lab.scale().first(); repetition <= lab.scale().of(5, 3, 1); repetition++) {
                for (Way way : ways) {
                    run.insert(way, repetition);
                }
            }
            run.judge(ways);
        } finally {
            Folders.delete(home);
        }
    }

    private static Map<String, String> operators(boolean withRedis) {
        var versions = new LinkedHashMap<String, String>();
        versions.put("http.load", "2.1.0");
        versions.put("http.reply", "2.1.0");
        for (String operator : List.of("cache", "merge", "preload")) {
            versions.put("http." + operator, "1.0.0");
        }
        if (withRedis) {
            versions.put("http.redis", "1.0.0");
        }
        return versions;
    }

    private static List<Way> ways(Redis redis) {
        Evolution cache = Evolution.of("cache").with(SETTING_OF_SIZE, DynamicEvolution.CACHE_BYTES);
        var ways = new ArrayList<Way>(List.of(
                new Way("inline naive", Evolution.FIRST, cache.with("http.cache.fill", "inline")),
                new Way("offline naive", Evolution.FIRST, cache.with("http.cache.fill", "offline")),
                new Way(
                        "offline preloaded",
                        Evolution.of("preload").with(SETTING_OF_SIZE, DynamicEvolution.CACHE_BYTES),
                        Evolution.of("cache-preloaded").with(SETTING_OF_SIZE, DynamicEvolution.CACHE_BYTES)),
                new Way("iterative", Evolution.FIRST, cache.with("http.cache.fill", "iterative"))));
        if (redis.isThere()) {
            ways.add(3, new Way(
                    "offline Redis", Evolution.FIRST,
                    Evolution.of("redis").with("http.redis.port", Integer.toString(redis.port)).with("http.cache.fresh",
                            FRESH.toString())));
        }
        return ways;
    }

    /** A redis-server of this experiment, or none. */
    private record Redis(Process process, int port) implements AutoCloseable {
        static Redis start(Path home) throws IOException {
            if (Daemon.installed("redis-server").isEmpty()) {
                return new Redis(null, 0);
            }
            int port = Daemon.freePort();
            Process process = new ProcessBuilder(
                    "redis-server", "--bind", "127.0.0.1", "--port", Integer.toString(port), "--save", "", "--appendonly", "no",
                    "--dir", Files.createDirectories(home).toString())
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("redis.log").toFile())
                    .start();
            return new Redis(process, port);
        }

        boolean isThere() {
            return process != null;
        }

        @Override
        public void close() throws InterruptedException {
            if (process != null) {
                process.destroy();
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            }
        }
    }

    /** The insertions into one server. */
    private static final class Run {
        private final Lab lab;
        private final NeurathServer server;
        private final Site small;
        private final Site large;
        private final Path folder;
        private final Timeline timeline = new Timeline("A cache is inserted and filled");

        Run(Lab lab, NeurathServer server, Site small, Site large, Path folder) {
            this.lab = lab;
            this.server = server;
            this.small = small;
            this.large = large;
            this.folder = folder;
        }

        void insert(Way way, int repetition) throws Exception {
            Duration steady = lab.scale().of(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofMillis(500));
            Duration after = lab.scale().of(Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofSeconds(1));
            try (Load feeds = load(small); Load pages = load(large)) {
                if (!way.before().equals(Evolution.FIRST)) {
                    double ahead = server.evolve(way.before(), folder);
                    add(way, AROUND, repetition, AHEAD, ahead, "ms");
                }
                Waiting.pass(Duration.ofMillis(500));
                long from = System.nanoTime();
                Waiting.pass(steady);
                long typed = System.nanoTime();
                double took = server.evolve(way.cache(), folder);
                long done = System.nanoTime();
                Waiting.pass(after);
                long to = System.nanoTime();
                add(way, AROUND, repetition, WHOLE, took, "ms");
                record(way, repetition, new Felt(feeds.stop().and(pages.stop()), from, to), typed, done);
            }
            server.evolve(Evolution.FIRST, folder);
        }

        private Load load(Site site) throws IOException {
            return Load.start(Demand.of(server.address(), site).withClients(DynamicEvolution.CLIENTS, DynamicEvolution.PERIOD));
        }

        private void record(Way way, int repetition, Felt felt, long typed, long done) throws IOException {
            felt.report().reasons().forEach(lab::remark);
            add(way, AROUND, repetition, DROPPED, (double) felt.report().closedConnections(), "connections");
            if (repetition > 0) {
                felt.within(felt.from(), typed).addTo(lab.measurements(), way.name(), STEADY, repetition);
                felt.within(typed, felt.to()).addTo(lab.measurements(), way.name(), AROUND, repetition);
            }
            if (repetition == 1) {
                timeline.add(way.name(), felt).mark(way.name(), felt, typed, done, way.name() + ", from typed to done");
                lab.keep(way.name().replace(' ', '-'), felt);
            }
        }

        private void add(Way way, String setting, int repetition, String metric, double value, String unit) {
            if (repetition > 0) {
                lab.measurements().add(way.name(), setting, repetition, metric, value, unit);
            }
        }

        void judge(List<Way> ways) throws IOException {
            List<String> names = ways.stream().map(Way::name).toList();
            double failed = names.stream().mapToDouble(name -> lab.measurements().spread(name, AROUND, Metrics.FAILED).max()).sum();
            lab.goal("0 requests fail, whichever way", "%.0f".formatted(failed), failed == 0);
            lab.plot("filling", timeline.svg());
            lab.plot("longest", Spans.of(
                    "Latency, longest", "ms", lab.measurements(), Metrics.LONGEST, names, List.of(STEADY, AROUND)));
            lab.plot("duration", Spans.of("Update, from request to SWITCHED", "ms", lab.measurements(), WHOLE, names, List.of(AROUND)));
        }
    }
}
