package neurath.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import neurath.bench.Felt.Metrics;
import neurath.load.Demand;
import neurath.load.Load;
import neurath.load.Page;
import neurath.load.Site;
import neurath.load.SlowDownload;

/** S1. */
final class Restart implements Experiment {
    private static final String NEURATH = "Neurath, operators replaced";
    private static final String JETTY = "Jetty, stop and start";
    private static final String TOMCAT = "Tomcat, parallel deployment";
    private static final String NGINX = "nginx, reload";
    private static final String HAPROXY = "HAProxy, reload";
    private static final String OVER_TIME = "once";
    private static final String IN_FLIGHT = "with a request of 8 s in flight";
    private static final String AGAIN = "again and again";
    private static final String STEADY = "no update";
    private static final String DROPPED = "connections dropped";
    private static final String IN_FLIGHT_LOST = "request in flight lost";
    private static final int LARGE = 20_000_000;
    private static final double SLOW_BYTES_PER_SECOND = LARGE / 8.0;
    private static final double ALWAYS_ALLOWED = 10;

    @Override
    public String name() {
        return "s1";
    }

    @Override
    public String question() {
        return "what clients feel when the server is changed, beside a graceful restart";
    }

    @Override
    public String setUp() {
        return """
                38 keep-alive clients ask for a file of 20 kB every 20 ms each, on a schedule, and compare each byte. In Neurath, started as people start
                it, load and reply are replaced by the commands install and start. Beside it in turn, on the same Java: Jetty 12.1 with
                ResourceHandler and GracefulHandler, stopped and started in its process, and Tomcat 11, where the next version of the application
                is deployed beside the one that runs; nginx and HAProxy (in front of that nginx) reload on their signals. Then Neurath and Jetty once more
                while one client takes 8 s to read a file of 20 MB. A request that cannot be sent for want of a connection has failed,
                and so has one whose connection the server ends before it answers, though a browser would ask again on another.""";
    }

    @Override
    public Scale usual() {
        return Scale.SHORT;
    }

    @Override
    public Duration expected(Scale scale) {
        return Duration.ofSeconds(scale.of(600, 185, 30));
    }

    /** What is done to a server while it serves, and what has to be done before it can be done again. */
    private record Contestant(String name, WebServer server, Deed change, Deed back) {}

    @FunctionalInterface
    private interface Deed {
        void run() throws IOException, InterruptedException;
    }

    @Override
    public void run(Lab lab) throws Exception {
        Path home = Folders.temporary();
        var contestants = new ArrayList<Contestant>();
        try {
            start(lab, contestants, home);
            new Run(lab, contestants).compare();
        } finally {
            for (Contestant contestant : contestants.reversed()) {
                contestant.server().close();
            }
            Folders.delete(home);
        }
    }

    private static void start(Lab lab, List<Contestant> contestants, Path home) throws IOException, InterruptedException {
        Path root = Sites.common().root();
        NeurathServer neurath = NeurathServer.start(root, home.resolve("neurath"));
        contestants.add(new Contestant(NEURATH, neurath, neurath::switchToFiles, neurath::switchBack));
        JavaServer jetty = JavaServer.jetty(root, true);
        contestants.add(new Contestant(JETTY, jetty, () -> jetty.command("restart"), () -> {}));
        if (lab.scale() == Scale.TINY) {
            return;
        }
        JavaServer tomcat = JavaServer.tomcat(root);
        contestants.add(new Contestant(TOMCAT, tomcat, () -> tomcat.command("deploy"), () -> {}));
        Optional<Daemon> nginx = Daemon.nginx(root, home.resolve("nginx"));
        if (nginx.isEmpty()) {
            lab.remark("nginx is not installed, so neither it nor HAProxy is beside");
            return;
        }
        contestants.add(new Contestant(NGINX, nginx.get(), nginx.get()::reload, () -> {}));
        Daemon.haproxy(nginx.get().address(), home.resolve("haproxy")).ifPresentOrElse(
                haproxy -> contestants.add(new Contestant(HAPROXY, haproxy, haproxy::reload, () -> {})),
                () -> lab.remark("HAProxy is not installed, so it is not beside"));
    }

    /** All of them in turn. */
    private static final class Run {
        private final Lab lab;
        private final List<Contestant> contestants;
        private final Site site;
        private final Page large;

        Run(Lab lab, List<Contestant> contestants) throws IOException {
            this.lab = lab;
            this.contestants = contestants;
            this.site = Sites.common().pages(1, 20_000);
            this.large = Sites.common().page(LARGE);
        }

        void compare() throws Exception {
            Duration warmUp = lab.scale().of(Duration.ofSeconds(3), Duration.ofSeconds(3), Duration.ofMillis(300));
            for (Contestant contestant : contestants) {
                try (Load load = load(contestant)) {
                    Waiting.pass(warmUp);
                }
            }
            overTime("restart", "Changed while 38 clients ask", OVER_TIME);
            overTime("in-flight", "Changed with a request of 8 s in flight", IN_FLIGHT);
            again();
            judge();
        }

        private Load load(Contestant contestant) throws IOException {
            return Load.start(Demand.of(contestant.server().address(), site));
        }

        /** One change of the first two, on one axis. */
        private void overTime(String plot, String title, String setting) throws Exception {
            Duration before = lab.scale().of(Duration.ofSeconds(95), Duration.ofSeconds(8), Duration.ofSeconds(1));
            Duration after = lab.scale().of(Duration.ofSeconds(25), Duration.ofSeconds(12), Duration.ofSeconds(1));
            var timeline = new Timeline(title);
            for (Contestant contestant : contestants.subList(0, 2)) {
                Changed changed = change(contestant, setting, 1, before, after);
                timeline.add(contestant.name(), changed.felt())
                        .mark(contestant.name(), changed.felt(), changed.began(), changed.ended(),
                                contestant.name() + ", from begin to end");
                lab.keep(plot + "-" + contestant.name().replaceAll("\\W.*", ""), changed.felt());
            }
            lab.plot(plot, timeline.svg());
        }

        /** A change, and what was felt from before until after. */
        private record Changed(Felt felt, long began, long ended) {}

        private Changed change(Contestant contestant, String setting, int repetition, Duration before, Duration after) throws Exception {
            contestant.back().run();
            Changed changed;
            try (Load load = load(contestant)) {
                long from = System.nanoTime();
                Waiting.pass(before);
                if (setting.equals(IN_FLIGHT)) {
                    changed = changeInFlight(contestant, load, from, after);
                } else {
                    long began = System.nanoTime();
                    contestant.change().run();
                    changed = felt(load, from, began, after);
                }
            }
            Felt felt = changed.felt();
            lab.measurements().add(
                    contestant.name(), setting, repetition, DROPPED, felt.report().closedConnections(), "connections");
            felt.within(changed.began() - TimeUnit.SECONDS.toNanos(1), felt.to())
                    .addTo(lab.measurements(), contestant.name(), setting, repetition);
            felt.within(felt.from(), changed.began()).addTo(lab.measurements(), contestant.name(), STEADY, repetition);
            felt.report().reasons().stream().limit(2).forEach(reason -> lab.say(contestant.name() + ": " + reason));
            return changed;
        }

        private static Changed felt(Load load, long from, long began, Duration after) throws InterruptedException {
            long ended = System.nanoTime();
            long to = Math.max(began + after.toNanos(), ended);
            Waiting.passNanos(to - ended);
            return new Changed(new Felt(load.stop(), from, to), began, ended);
        }

        private Changed changeInFlight(Contestant contestant, Load load, long from, Duration after)
                throws IOException, InterruptedException {
            try (SlowDownload slow = SlowDownload.start(contestant.server().address(), SLOW_BYTES_PER_SECOND, large)) {
                Waiting.pass(Duration.ofMillis(500));
                long began = System.nanoTime();
                if (lab.scale() == Scale.TINY) {
                    slow.hurry();
                }
                contestant.change().run();
                Changed changed = felt(load, from, began, after);
                lab.measurements().add(contestant.name(), IN_FLIGHT, 1, IN_FLIGHT_LOST, lost(slow) ? 1 : 0, "requests");
                return changed;
            }
        }

        private boolean lost(SlowDownload slow) throws InterruptedException {
            try {
                slow.hurry().await(Duration.ofSeconds(20));
                return false;
            } catch (IOException | TimeoutException e) {
                lab.remark("the request in flight was lost: " + e.getMessage());
                return true;
            }
        }

        private void again() throws Exception {
            Duration before = lab.scale().of(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofMillis(300));
            Duration after = lab.scale().of(Duration.ofSeconds(2), Duration.ofMillis(1500), Duration.ofMillis(300));
            for (int repetition = 1; repetition <= lab.scale().of(7, 5, 1); repetition++) {
                for (Contestant contestant : contestants) {
                    change(contestant, AGAIN, repetition, before, after);
                }
            }
        }

        private void judge() throws IOException {
            List<String> names = contestants.stream().map(Contestant::name).toList();
            for (String metric : List.of(Metrics.FAILED, DROPPED)) {
                double found = List.of(OVER_TIME, IN_FLIGHT, AGAIN).stream()
                        .flatMap(setting -> lab.measurements().values(NEURATH, setting, metric).stream())
                        .mapToDouble(Double::doubleValue)
                        .sum();
                lab.goal("0 " + metric + " in Neurath", "%.0f".formatted(found), found == 0);
            }
            double steady = lab.measurements().spread(NEURATH, STEADY, Metrics.GAP).median();
            double gap = lab.measurements().spread(NEURATH, AGAIN, Metrics.GAP).median();
            lab.goal("no gap longer than 10 ms or twice that without an update (%.1f ms)".formatted(steady), "%.1f ms".formatted(gap),
                    gap <= Math.max(ALWAYS_ALLOWED, 2 * steady));
            double lost = lab.measurements().spread(NEURATH, IN_FLIGHT, IN_FLIGHT_LOST).max();
            lab.goal("the request in flight survives in Neurath", "%.0f lost".formatted(lost), lost == 0);
            List<String> settings = List.of(OVER_TIME, IN_FLIGHT, AGAIN);
            lab.plot("failed", Spans.of("Requests failed", "requests", lab.measurements(), Metrics.FAILED, names, settings));
            lab.plot("dropped",
                    Spans.of("Keep-alive connections dropped, of 38", "connections", lab.measurements(), DROPPED, names, settings));
            lab.plot("gap", Spans.of("Longest time without an answer", "ms", lab.measurements(), Metrics.GAP, names, settings));
        }
    }
}
