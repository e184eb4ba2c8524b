package neurath.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import neurath.acceptance.PlatformProcess;
import neurath.build.Repository;

/** The product as people start it, and the commands they type. */
final class NeurathServer implements WebServer {
    static final String FLOW = "web-server";
    private static final Pattern SWITCHED = Pattern.compile("SWITCHED in ([\\d.,]+) ms");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final PlatformProcess platform;
    private final Consumer<String> typing;
    private List<String> pair = List.of();

    private NeurathServer(PlatformProcess platform, Consumer<String> typing) {
        this.platform = platform;
        this.typing = typing;
    }

    /**
     * Starts it with the operators it is shipped with, which read into memory.
     *
     * @param home folder of its own
     * @param typing is told each command before it is sent
     */
    static NeurathServer start(Path root, Path home, Consumer<String> typing) throws IOException, InterruptedException {
        return new NeurathServer(PlatformProcess.start(root, home), typing);
    }

    static NeurathServer start(Path root, Path home) throws IOException, InterruptedException {
        return start(root, home, command -> {});
    }

    /** Types a command; what was printed. */
    String type(String... command) throws IOException, InterruptedException {
        typing.accept(String.join(" ", command));
        return platform.shell(command);
    }

    /** Installs operators of the product and starts them, of which none takes a place before it is asked for. */
    void offer(Map<String, String> versions) throws IOException, InterruptedException {
        type("flow:policy", FLOW, "manual");
        deploy(versions.entrySet().stream().map(each -> Repository.operatorJar(each.getKey(), each.getValue())).toArray(Path[]::new));
    }

    /**
     * Gives the flow another graph.
     *
     * @return milliseconds that the update took, as the product says
     */
    double evolve(Evolution evolution, Path folder) throws IOException, InterruptedException {
        String said = type("flow:update", FLOW, evolution.writeTo(folder).toString());
        Matcher took = SWITCHED.matcher(said);
        if (!took.find()) {
            throw new IllegalStateException("flow:update to " + evolution.name() + " should have SWITCHED, and says:\n" + said);
        }
        return Double.parseDouble(took.group(1).replace(",", ""));
    }

    /** Installs bundles and starts them; their ids. */
    List<String> deploy(Path... jars) throws IOException, InterruptedException {
        typing.accept("install " + names(jars));
        List<String> ids = platform.install(jars);
        typing.accept("start " + String.join(" ", ids));
        platform.start(ids);
        return ids;
    }

    private static String names(Path... jars) {
        Path top = Repository.root();
        return String.join(" ", Stream.of(jars).map(jar -> jar.startsWith(top) ? top.relativize(jar) : jar).map(Path::toString).toList());
    }

    /** Replaces the pair that reads into memory by the one that transfers from open files. */
    void switchToFiles() throws IOException, InterruptedException {
        switchTo("2.0.0");
    }

    /** Replaces load and reply by another pair. */
    void switchTo(String version) throws IOException, InterruptedException {
        pair = deploy(Repository.operatorJar("http.load", version), Repository.operatorJar("http.reply", version));
        awaitVersions(version);
    }

    /** Takes the pair that transfers away, if it is there; the one that is left takes over. */
    void switchBack() throws IOException, InterruptedException {
        if (pair.isEmpty()) {
            return;
        }
        type("uninstall", pair.getFirst(), pair.getLast());
        pair = List.of();
        awaitVersions("1.0.0");
    }

    private void awaitVersions(String version) throws IOException, InterruptedException {
        awaitVersion("load", version);
        awaitVersion("reply", version);
    }

    /** Waits until a node runs a version, which is a moment after the command that makes it do so. */
    void awaitVersion(String node, String version) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        var wanted = Pattern.compile("(?m)^" + node + " +http/" + node + " +" + Pattern.quote(version) + " ");
        String shown = platform.shell("flow:show", FLOW);
        while (!wanted.matcher(shown).find()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(node + " should be at " + version + ", and flow:show says:\n" + shown);
            }
            shown = platform.shell("flow:show", FLOW);
        }
    }

    @Override
    public InetSocketAddress address() {
        return platform.address();
    }

    @Override
    public ProcessHandle process() {
        return platform.handle();
    }

    Path home() {
        return platform.home();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        try {
            platform.stop();
        } finally {
            platform.close();
        }
    }
}
