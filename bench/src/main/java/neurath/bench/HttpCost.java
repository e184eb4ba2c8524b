package neurath.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import neurath.load.Demand;
import neurath.load.Load;
import neurath.load.Page;
import neurath.load.Report;
import neurath.load.Site;

/** The cost of a request. */
final class HttpCost implements Experiment {
    private static final String IN_MEMORY = "Neurath, reply 1.0.0";
    private static final String FROM_FILES = "Neurath, reply 2.0.0";
    private static final String EITHER = "Neurath, reply 2.1.0";
    private static final String CACHED = "Neurath, with cache";
    private static final String JETTY = "Jetty, no cache";
    private static final String JETTY_CACHED = "Jetty as shipped";
    private static final String BARE = "bare selector";
    private static final String NGINX = "nginx";

    private static final String SERVER = "server CPU per request";
    private static final String CLIENTS = "clients' CPU per request";
    private static final String RATE = "requests per second";
    private static final String MEMORY = "memory of 1,000 idle connections";
    private static final int CONNECTIONS = 30;
    private static final int IDLE = 1000;
    /** More than any cache holds. */
    private static final int MANY = 10_000;
    private static final double ALLOWED_TIMES_BARE = 1.6;
    private static final double ALLOWED_MEGABYTES = 50;
    private static final double MEGABYTE = 1 << 20;
    private static final Duration LEAD = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Room for the files of all settings but the one with 10,000. */
    private static final String CACHE_BYTES = "268435456";
    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    /** What is asked for. */
    private record Setting(String name, Site site) {
        static Setting of(int files, int bytes) throws IOException {
            return new Setting("%d kB, %,d files".formatted(bytes / 1000, files), Sites.common().pages(files, bytes));
        }
    }

    @Override
    public String name() {
        return "cost";
    }

    @Override
    public String question() {
        return "what a request costs the server, beside others";
    }

    @Override
    public String setUp() {
        return """
                Servers of the same folder, each in processes of its own, are asked in turn by 30 keep-alive connections without a pause, and each byte is
                compared. CPU is that of the server's processes by the kernel's count, over the requests answered meanwhile; that of the clients
                beside it, for on loopback sendfile has the reader do a part of the work. Neurath is measured with reply 1.0.0, which writes from memory, 2.0.0, which transfers
                from open files, 2.1.0, which does either, and with a cache of 256 MB. Java servers have Neurath's Java and options. Jetty is 12.1
                with ResourceHandler, as shipped and without its cache; the bare selector is one thread with Jetty's parser and
                transferTo and no more (bench: peer/BareServer); nginx has sendfile, no log, and as many processes as cores. Memory is what 1,000
                connections that had one answer add to the resident memory and, after a collection, to the heap in use: the sum is an upper bound.""";
    }

    @Override
    public Duration expected(Scale scale) {
        return Duration.ofSeconds(scale.of(280, 140, 20));
    }

    @Override
    public void run(Lab lab) throws Exception {
        List<Setting> settings = settings(lab.scale());
        Path home = Folders.temporary();
        var servers = new LinkedHashMap<String, WebServer>();
        try {
            start(lab, servers, home);
            measure(lab, servers, settings);
            memory(lab, servers);
        } finally {
            for (WebServer server : servers.values()) {
                server.close();
            }
            Folders.delete(home);
        }
        judge(lab, settings);
        List<String> names = List.copyOf(servers.keySet());
        List<String> loads = settings.stream().map(Setting::name).toList();
        lab.plot("cost", Spans.of("Server CPU per request", "µs", lab.measurements(), SERVER, names, loads));
        lab.plot("memory", Spans.of("Memory of 1,000 idle connections", "MB", lab.measurements(), MEMORY, names, List.of("")));
    }

    private static List<Setting> settings(Scale scale) throws IOException {
        int few = scale.of(1000, 1000, 50);
        List<Setting> settings = new ArrayList<>(List.of(Setting.of(few, 2000), Setting.of(few, 50_000)));
        if (scale != Scale.TINY) {
            settings.add(Setting.of(few, 100_000));
            settings.add(Setting.of(MANY, 50_000));
        }
        return settings;
    }

    private static void start(Lab lab, Map<String, WebServer> servers, Path home) throws IOException, InterruptedException {
        Path root = Sites.common().root();
        servers.put(IN_MEMORY, NeurathServer.start(root, home.resolve("in-memory")));
        NeurathServer fromFiles = NeurathServer.start(root, home.resolve("from-files"));
        servers.put(FROM_FILES, fromFiles);
        fromFiles.switchToFiles();
        if (lab.scale() != Scale.TINY) {
            NeurathServer either = NeurathServer.start(root, home.resolve("either"));
            servers.put(EITHER, either);
            either.switchTo("2.1.0");
        }
        servers.put(CACHED, cached(root, home));
        servers.put(JETTY, JavaServer.jetty(root, false));
        servers.put(BARE, JavaServer.bare(root));
        if (lab.scale() != Scale.TINY) {
            servers.put(JETTY_CACHED, JavaServer.jetty(root, true));
            Daemon.nginx(root, home.resolve("nginx")).ifPresentOrElse(
                    nginx -> servers.put(NGINX, nginx),
                    () -> lab.remark("nginx is not installed, so it is not beside"));
        }
    }

    private static NeurathServer cached(Path root, Path home) throws IOException, InterruptedException {
        NeurathServer server = NeurathServer.start(root, home.resolve("cached"));
        server.offer(Map.of("http.load", "2.1.0", "http.reply", "2.1.0", "http.cache", "1.0.0", "http.merge", "1.0.0"));
        server.evolve(Evolution.of("cache").with("http.cache.max-bytes", CACHE_BYTES), home);
        return server;
    }

    private static void measure(Lab lab, Map<String, WebServer> servers, List<Setting> settings) throws Exception {
        Duration window = lab.scale().of(Duration.ofMillis(800), Duration.ofMillis(400), Duration.ofMillis(150));
        Duration warmUp = lab.scale().of(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofMillis(100));
        // Until a server's code is compiled it costs several times as much, and that is told of no page.
        for (WebServer server : servers.values()) {
            ask(server, settings.getFirst().site(), warmUp.multipliedBy(6));
        }
        for (Setting setting : settings) {
            // One setting after the other: a cache that holds its files is not to be emptied by those of the next.
            for (WebServer server : servers.values()) {
                ask(server, setting.site(), warmUp);
            }
            for (int repetition = 1; repetition <= lab.scale().of(5, 3, 1); repetition++) {
                for (Map.Entry<String, WebServer> server : servers.entrySet()) {
                    ask(server.getValue(), setting.site(), window)
                            .addTo(lab.measurements(), server.getKey(), setting.name(), repetition);
                }
            }
        }
    }

    /** Of one request, in microseconds. */
    record Cost(double server, double clients, double perSecond) {
        void addTo(Measurements measurements, String subject, String setting, int repetition) {
            measurements.add(subject, setting, repetition, SERVER, server, "µs");
            measurements.add(subject, setting, repetition, CLIENTS, clients, "µs");
            measurements.add(subject, setting, repetition, RATE, perSecond, "1/s");
        }
    }

    static Cost ask(WebServer server, Site site, Duration window) throws IOException, InterruptedException {
        try (Load load = Load.start(Demand.of(server.address(), site).withClients(CONNECTIONS, Duration.ZERO))) {
            Waiting.pass(LEAD);
            long began = System.nanoTime();
            long before = load.completed();
            Duration cpuBefore = server.cpu();
            Waiting.pass(window);
            Waiting.until("100 answers", PATIENCE, () -> load.completed() >= before + 100);
            long answered = load.completed() - before;
            Duration cpu = server.cpu().minus(cpuBefore);
            long took = System.nanoTime() - began;
            Report report = load.stop();
            if (report.failed() + report.closedConnections() > 0) {
                throw new IllegalStateException("what is measured must serve, but: " + report);
            }
            return new Cost(
                    cpu.toNanos() / 1e3 / answered, report.cpu().toNanos() / 1e3 / report.completed(), answered * 1e9 / took);
        }
    }

    // ---- memory ----

    private static void memory(Lab lab, Map<String, WebServer> servers) throws Exception {
        Page page = Sites.common().page(2000);
        int number = lab.scale() == Scale.TINY ? 50 : IDLE;
        for (Map.Entry<String, WebServer> server : servers.entrySet()) {
            double before = megabytes(server.getValue());
            try (IdleConnections connections = IdleConnections.open(server.getValue().address(), number, page)) {
                lab.measurements().add(server.getKey(), "", 1, MEMORY, Math.max(0, megabytes(server.getValue()) - before), "MB");
            }
        }
    }

    /** Resident memory, and again what of it is heap in use. */
    private static double megabytes(WebServer server) throws IOException, InterruptedException {
        double heap = server instanceof Daemon ? 0 : heapInUse(server.process());
        return heap + server.residentBytes() / MEGABYTE;
    }

    private static double heapInUse(ProcessHandle java) throws IOException, InterruptedException {
        tool(java, "GC.run");
        Matcher used = USED.matcher(tool(java, "GC.heap_info"));
        if (!used.find()) {
            throw new IOException("jcmd tells no heap in use of process " + java.pid());
        }
        return Long.parseLong(used.group(1)) * 1024 / MEGABYTE;
    }

    private static String tool(ProcessHandle java, String command) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process process = new ProcessBuilder(jcmd, Long.toString(java.pid()), command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = String.join("\n", process.inputReader().lines().toList());
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("jcmd " + command + " failed: " + said);
        }
        return said;
    }

    // ---- judgement ----

    private static void judge(Lab lab, List<Setting> settings) {
        Measurements measurements = lab.measurements();
        for (Setting setting : settings) {
            double ours = measurements.spread(FROM_FILES, setting.name(), SERVER).median();
            double jetty = measurements.spread(JETTY, setting.name(), SERVER).median();
            double bare = measurements.spread(BARE, setting.name(), SERVER).median();
            lab.goal(setting.name() + ": at most what Jetty without cache costs", "%.1f µs, Jetty %.1f µs".formatted(ours, jetty),
                    ours <= jetty);
            if (measurements.has(JETTY_CACHED, setting.name(), SERVER) && setting.site().pages().size() < MANY) {
                double cached = measurements.spread(CACHED, setting.name(), SERVER).median();
                double hit = measurements.spread(JETTY_CACHED, setting.name(), SERVER).median();
                lab.goal(setting.name() + ": with a cache that holds all, less than what a hit costs Jetty",
                        "%.1f µs, Jetty %.1f µs".formatted(cached, hit), cached < hit);
            }
            lab.goal(setting.name() + ": at most 1.6 times the bare selector", "%.1f µs, %.2f times %.1f µs".formatted(
                    ours, ours / bare, bare), ours <= ALLOWED_TIMES_BARE * bare);
        }
        double memory = measurements.spread(FROM_FILES, "", MEMORY).median();
        lab.goal("1,000 idle connections hold less than 50 MB", "%.1f MB".formatted(memory), memory < ALLOWED_MEGABYTES);
    }
}
