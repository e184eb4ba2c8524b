package neurath.durability;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import neurath.acceptance.PlatformProcess;

/** A home whose platform is killed again and again: each start continues what the kill before has left, and begins the next update. */
public final class KilledHome {
    private static final String PAGE = "here\n";
    private static final String FIRST = "1.0.0";
    private static final int PATIENCE_SECONDS = 60;

    private final Path folder;
    private final Path root;
    private final Path home;
    /** What a restart must find: the version of each pair, and how each update that has left a trace ended. */
    private final Map<Pair, String> versions = new HashMap<>(Map.of(Pair.STREAM, FIRST, Pair.HOLD, FIRST));
    private final List<String> history = new ArrayList<>();
    private int kills;

    /** @param folder that is empty */
    public KilledHome(Path folder) throws IOException {
        this.folder = folder;
        this.root = Files.createDirectories(folder.resolve("site"));
        this.home = folder.resolve("home");
        Files.writeString(root.resolve("index.html"), PAGE);
    }

    /** Starts the platform again. */
    public PlatformProcess start() throws IOException, InterruptedException {
        return PlatformProcess.start(root, home);
    }

    /**
     * Starts the platform, and kills it while it switches to the next version of a pair.
     *
     * @throws IllegalStateException if it was not as the kill before must have left it, or does not come to the place
     */
    public void kill(Kill kill) throws Exception {
        String next = "1.0." + ++kills;
        List<Path> jars = kill.pair().writeTo(Files.createDirectories(folder.resolve("jars-" + kills)), next);
        try (Killer killer = new Killer(); PlatformProcess platform = PlatformProcess.start(root, home, killer.environment())) {
            List<String> wrong = wrong(platform);
            if (!wrong.isEmpty()) {
                throw new IllegalStateException("before the kill at " + kill + ": " + String.join("; ", wrong));
            }
            CompletableFuture<Void> killed = killer.killAt(kill.point(), platform.handle());
            startWhatKillsIt(platform, jars);
            killed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        if (kill.found() == Kill.Found.NEW) {
            versions.put(kill.pair(), next);
            history.add("SWITCHED");
        } else if (kill.found() == Kill.Found.OLD_ABORTED) {
            history.add("ABORTED: the platform ended before it was switched");
        }
    }

    /** The shell's answer may or may not come through. */
    private static void startWhatKillsIt(PlatformProcess platform, List<Path> jars) throws IOException, InterruptedException {
        try {
            platform.start(jars.stream().map(Path::toString).toList());
        } catch (IOException e) {
            if (!e.getMessage().contains("./neurath shell")) {
                throw e;
            }
        }
    }

    /** In what a platform with this home is otherwise than the kills must have left it; nothing if it is exactly so, and serves. */
    public List<String> wrong(PlatformProcess platform) throws IOException, InterruptedException {
        var wrong = new ArrayList<String>();
        String shown = platform.shell("flow:show", "web-server");
        versions.forEach((pair, version) -> {
            for (String node : List.of(pair.one(), pair.other())) {
                if (!version.equals(versionOf(node, shown))) {
                    wrong.add(node + " is to be " + version + " and is " + versionOf(node, shown));
                }
            }
        });
        List<String> lines = platform.shell("flow:history", "web-server").lines().filter(line -> line.contains("  update ")).toList();
        for (int i = 0; i < Math.max(lines.size(), history.size()); i++) {
            if (i >= lines.size() || i >= history.size() || !lines.get(i).contains(history.get(i))) {
                wrong.add("the history is to be " + history + " and is " + lines);
                break;
            }
        }
        if (!served(platform).equals(PAGE)) {
            wrong.add("it does not serve its page");
        }
        return wrong;
    }

    /** What the platform serves. */
    public static String served(PlatformProcess platform) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + platform.address().getPort() + "/")).build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private static String versionOf(String node, String shown) {
        Matcher row = Pattern.compile("(?m)^" + node + " +http/" + node + " +(\\S+)").matcher(shown);
        return row.find() ? row.group(1) : "not in " + shown;
    }
}
