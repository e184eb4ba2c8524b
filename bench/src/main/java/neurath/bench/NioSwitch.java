package neurath.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import neurath.bench.Felt.Metrics;
import neurath.build.OperatorJar;
import neurath.load.Demand;
import neurath.load.Load;
import neurath.load.Report;
import neurath.load.Site;

/** S2. */
final class NioSwitch implements Experiment {
    static final String NAME = "s2";
    private static final String COORDINATED = "coordinated";
    private static final String UNCOORDINATED = "uncoordinated";
    private static final String STEADY = "no update";
    private static final String THERE = "switch to open files";
    private static final String BACK = "switch back";
    private static final String BOTH = "one after the other";
    private static final String MIXED = "mixed packets";
    private static final String DROPPED = "connections dropped";
    /** What a reply says of a packet that the other load has made. */
    private static final String MIXTURE = "update it together with http/load";
    private static final int CLIENTS = 30;
    private static final Duration PERIOD = Duration.ofMillis(20);
    private static final double ALWAYS_ALLOWED = 10;

    private final boolean alsoUncoordinated;

    /** @param alsoUncoordinated whether to show what becomes of it without coordination */
    NioSwitch(boolean alsoUncoordinated) {
        this.alsoUncoordinated = alsoUncoordinated;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "what clients feel when load and reply change from memory to open files";
    }

    @Override
    public String setUp() {
        return """
                The product, started as people start it, serves 30 keep-alive clients that ask for one of 10,000 files of 50 kB every 20 ms each, on a
                schedule, and compare each byte. Load and reply are replaced by versions that pass open files on, by the commands install and start;
                afterwards back and there again, a few times. Where it is asked for with --uncoordinated the same is tried with two updates, one after the
                other, of bundles from which the requirement for one another was cut out: the product refuses them otherwise.""";
    }

    @Override
    public Scale usual() {
        return Scale.SHORT;
    }

    @Override
    public Duration expected(Scale scale) {
        return Duration.ofSeconds(scale.of(125, 65, 20));
    }

    @Override
    public void run(Lab lab) throws Exception {
        Site site = Sites.common().pages(lab.scale().of(10_000, 10_000, 50), 50_000);
        Path home = Folders.temporary();
        try {
            try (NeurathServer server =
                    NeurathServer.start(Sites.common().root(), home.resolve(COORDINATED), command -> lab.say("> " + command))) {
                new Coordinated(lab, server, site).run();
            }
            if (alsoUncoordinated) {
                try (NeurathServer server =
                        NeurathServer.start(Sites.common().root(), home.resolve(UNCOORDINATED), command -> lab.say("> " + command))) {
                    uncoordinated(lab, server, site, home);
                }
            }
        } finally {
            Folders.delete(home);
        }
    }

    private static Load load(NeurathServer server, Site site) throws IOException {
        return Load.start(Demand.of(server.address(), site).withClients(CLIENTS, PERIOD));
    }

    /** Packets of one pair that met the other. */
    private static long mixed(NeurathServer server) throws IOException {
        try (var lines = Files.lines(server.home().resolve("log/neurath.log"))) {
            return lines.filter(line -> line.contains(MIXTURE)).count();
        }
    }

    /** As the product does it. */
    private static final class Coordinated {
        private final Lab lab;
        private final NeurathServer server;
        private final Site site;
        private long mixedBefore;

        Coordinated(Lab lab, NeurathServer server, Site site) {
            this.lab = lab;
            this.server = server;
            this.site = site;
        }

        void run() throws Exception {
            try (Load warmUp = load(server, site)) {
                Waiting.pass(lab.scale().of(Duration.ofSeconds(5), Duration.ofSeconds(4), Duration.ofMillis(300)));
            }
            overTime();
            again();
            judge();
        }

        private void overTime() throws Exception {
            Duration each = lab.scale().of(Duration.ofSeconds(40), Duration.ofSeconds(12), Duration.ofSeconds(1));
            long from;
            long typed;
            long switched;
            long to;
            Report report;
            try (Load load = load(server, site)) {
                from = System.nanoTime();
                Waiting.pass(each);
                typed = System.nanoTime();
                server.switchToFiles();
                switched = System.nanoTime();
                Waiting.pass(each);
                to = System.nanoTime();
                report = load.stop();
            }
            var felt = new Felt(report, from, to);
            add(felt, typed, switched, THERE, 1);
            lab.keep(COORDINATED, felt);
            lab.plot("switch", new Timeline("Load and reply switched from memory to open files")
                    .add(COORDINATED, felt)
                    .mark(COORDINATED, felt, typed, switched, "install and start, from typed to done")
                    .svg());
        }

        /** What was felt from a command to its end and as long before it, where nothing is updated. */
        private void add(Felt felt, long typed, long done, String what, int repetition) throws IOException {
            lab.measurements().add(COORDINATED, what, repetition, DROPPED, felt.report().closedConnections(), "connections");
            long mixed = mixed(server);
            lab.measurements().add(COORDINATED, what, repetition, MIXED, mixed - mixedBefore, "packets");
            mixedBefore = mixed;
            felt.within(2 * typed - done, typed).addTo(lab.measurements(), COORDINATED, STEADY, repetition);
            felt.within(typed, done).addTo(lab.measurements(), COORDINATED, what, repetition);
            felt.report().reasons().forEach(lab::remark);
        }

        private void again() throws Exception {
            for (int repetition = 1; repetition <= lab.scale().of(5, 5, 1); repetition++) {
                step(BACK, repetition, server::switchBack);
                if (repetition < lab.scale().of(5, 5, 1)) {
                    step(THERE, repetition + 1, server::switchToFiles);
                }
            }
        }

        private void step(String what, int repetition, Command command) throws Exception {
            Duration margin = lab.scale().of(Duration.ofMillis(1500), Duration.ofMillis(1500), Duration.ofMillis(500));
            try (Load load = load(server, site)) {
                long from = System.nanoTime();
                Waiting.pass(margin);
                long typed = System.nanoTime();
                command.type();
                long done = System.nanoTime();
                Waiting.pass(Duration.ofMillis(200));
                add(new Felt(load.stop(), from, System.nanoTime()), typed, done, what, repetition);
            }
        }

        private void judge() {
            Measurements all = lab.measurements();
            double failed = sum(Metrics.FAILED, STEADY) + sum(Metrics.FAILED, THERE) + sum(Metrics.FAILED, BACK);
            lab.goal("0 requests fail", "%.0f".formatted(failed), failed == 0);
            double dropped = sum(DROPPED, THERE) + sum(DROPPED, BACK);
            lab.goal("0 connections are dropped", "%.0f".formatted(dropped), dropped == 0);
            double mixed = sum(MIXED, THERE) + sum(MIXED, BACK);
            lab.goal("0 packets are mixed", "%.0f".formatted(mixed), mixed == 0);
            double steady = all.spread(COORDINATED, STEADY, Metrics.GAP).median();
            double allowed = Math.max(ALWAYS_ALLOWED, 2 * steady);
            double gap = Math.max(
                    all.spread(COORDINATED, THERE, Metrics.GAP).median(), all.spread(COORDINATED, BACK, Metrics.GAP).median());
            lab.goal("no gap longer than 10 ms or twice that without an update (%.1f ms)".formatted(steady), "%.1f ms".formatted(gap),
                    gap <= allowed);
        }

        private double sum(String metric, String setting) {
            return lab.measurements().values(COORDINATED, setting, metric).stream().mapToDouble(Double::doubleValue).sum();
        }
    }

    /** What is typed. */
    @FunctionalInterface
    private interface Command {
        void type() throws IOException, InterruptedException;
    }

    // ---- what the product does not do ----

    private static void uncoordinated(Lab lab, NeurathServer server, Site site, Path folder) throws Exception {
        Duration each = lab.scale().of(Duration.ofSeconds(6), Duration.ofSeconds(4), Duration.ofSeconds(1));
        List<Path> cut = List.of(
                cut("http.reply", "@RequiresOperator(operator = \"http/load\", version = \"2.0.0\")").writeTo(folder),
                cut("http.load", "@RequiresOperator(operator = \"http/reply\", version = \"2.0.0\")").writeTo(folder));
        server.type("flow:policy", NeurathServer.FLOW, "manual");
        server.deploy(cut.getFirst(), cut.getLast());
        long from;
        long typed;
        long done;
        long to;
        Report report;
        try (Load load = load(server, site)) {
            from = System.nanoTime();
            Waiting.pass(each);
            typed = System.nanoTime();
            server.type("flow:update web-server reply=http/reply@2.0.0; flow:update web-server load=http/load@2.0.0");
            server.awaitVersion("load", "2.0.0");
            done = System.nanoTime();
            Waiting.pass(each);
            to = System.nanoTime();
            report = load.stop();
        }
        var felt = new Felt(report, from, to);
        felt.within(typed, done).addTo(lab.measurements(), UNCOORDINATED, BOTH, 1);
        long mixed = mixed(server);
        lab.measurements().add(UNCOORDINATED, BOTH, 1, MIXED, mixed, "packets");
        lab.measurements().add(UNCOORDINATED, BOTH, 1, DROPPED, report.closedConnections(), "connections");
        report.reasons().stream().limit(3).forEach(reason -> lab.remark("without coordination: " + reason));
        lab.goal("without coordination the error shows that the seed predicts: file content where an open file is expected",
                mixed + " mixed packets, " + felt.failed() + " requests failed", mixed > 0 && felt.failed() > 0);
        lab.keep(UNCOORDINATED, felt);
        lab.plot(UNCOORDINATED, new Timeline("Load and reply switched one after the other")
                .add(UNCOORDINATED, felt)
                .mark(UNCOORDINATED, felt, typed, done, "both updates, from typed to done")
                .svg());
    }

    private static OperatorJar cut(String operator, String requirement) throws IOException {
        return OperatorJar.ofProduct(operator, "2.0.0").replacing(requirement, "");
    }
}
