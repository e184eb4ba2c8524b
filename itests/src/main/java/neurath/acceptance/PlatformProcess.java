package neurath.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import neurath.build.Repository;

/** A platform that runs in a process of its own, as {@code ./neurath run} starts it, and the commands that are sent to it. */
public final class PlatformProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("neurath ready: web-server on (http://\\S+)");
    private static final Pattern BUNDLE_IDS = Pattern.compile("Bundle IDs?: (\\d+(?:, \\d+)*)");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path home;
    private final Process process;
    private final CompletableFuture<InetSocketAddress> ready = new CompletableFuture<>();
    private final Path standardError;

    private PlatformProcess(Path root, Path home, Map<String, String> environment) throws IOException {
        this.home = Files.createDirectories(home);
        standardError = home.resolve("stderr.log");
        ProcessBuilder builder =
                script(List.of("run", "--port", "0", "--root", root.toString(), "--home", home.toString(), "--no-shell"));
        builder.environment().putAll(environment);
        process = builder.redirectError(ProcessBuilder.Redirect.appendTo(standardError.toFile())).start();
        Thread.ofPlatform().daemon().name("platform-output").start(this::readOutput);
    }

    /**
     * Starts a platform on a free port and waits until it serves.
     *
     * @param root folder to serve
     * @param home where it keeps its state; one that was used before is continued
     * @throws IOException if it ends, or does not become ready in time
     */
    public static PlatformProcess start(Path root, Path home) throws IOException, InterruptedException {
        return start(root, home, Map.of());
    }

    /**
     * The same with variables in its environment.
     *
     * @throws IOException if it ends, or does not become ready in time
     */
    public static PlatformProcess start(Path root, Path home, Map<String, String> environment) throws IOException, InterruptedException {
        var platform = new PlatformProcess(root, home, environment);
        try {
            platform.ready.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return platform;
        } catch (ExecutionException | TimeoutException e) {
            platform.kill();
            throw new IOException(
                    "./neurath run printed no ready line: " + e + "\n" + Files.readString(platform.standardError), e);
        }
    }

    /** The script with arguments; it takes the product as it is built, so that what is tested does not change under the test. */
    private static ProcessBuilder script(List<String> arguments) {
        List<String> words = new ArrayList<>(List.of(Repository.root().resolve("neurath").toString()));
        words.addAll(arguments);
        var builder = new ProcessBuilder(words);
        builder.environment().put("NEURATH_BUILT", "yes");
        return builder;
    }

    private void readOutput() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher matcher = READY.matcher(line);
                if (matcher.matches()) {
                    URI uri = URI.create(matcher.group(1));
                    ready.complete(new InetSocketAddress(uri.getHost(), uri.getPort()));
                }
            }
            ready.completeExceptionally(new IOException("it ended"));
        } catch (IOException e) {
            ready.completeExceptionally(e);
        }
    }

    /** Where requests are served. */
    public InetSocketAddress address() {
        return ready.join();
    }

    public Path home() {
        return home;
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    /**
     * Runs {@code ./neurath shell} with a command, in a process of its own.
     *
     * @return what it printed
     * @throws IOException if it failed, with what it printed
     */
    public String shell(String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("shell", "--home", home.toString()));
        words.addAll(List.of(command));
        return neurath(words);
    }

    /**
     * Types {@code install} for jars.
     *
     * @return the ids of the bundles
     */
    public List<String> install(Path... jars) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("install"));
        Arrays.stream(jars).map(Path::toString).forEach(words::add);
        String answer = shell(words.toArray(String[]::new));
        Matcher ids = BUNDLE_IDS.matcher(answer);
        if (!ids.find()) {
            throw new IOException(String.join(" ", words) + " answered: " + answer);
        }
        return List.of(ids.group(1).split(", "));
    }

    /** Types {@code start} for bundles. */
    public void start(List<String> ids) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("start"));
        words.addAll(ids);
        shell(words.toArray(String[]::new));
    }

    private String neurath(List<String> arguments) throws IOException, InterruptedException {
        Process command = script(arguments)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        var printed = CompletableFuture.supplyAsync(() -> readAll(command));
        if (!command.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            command.destroyForcibly();
            throw new IOException("./neurath " + String.join(" ", arguments) + " did not end within " + PATIENCE.toSeconds() + " s");
        }
        if (command.exitValue() != 0) {
            throw new IOException(
                    "./neurath %s ended with %d:\n%s".formatted(String.join(" ", arguments), command.exitValue(), printed.join()));
        }
        return printed.join();
    }

    private static String readAll(Process command) {
        try (var lines = command.inputReader(StandardCharsets.UTF_8).lines()) {
            return String.join("\n", lines.toList());
        }
    }

    /** Ends it in order, with {@code ./neurath stop}. */
    public void stop() throws IOException, InterruptedException {
        neurath(List.of("stop", "--home", home.toString()));
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException("the platform still runs " + PATIENCE.toSeconds() + " s after ./neurath stop");
        }
    }

    /** Ends it at once, as a crash would. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        if (process.isAlive()) {
            kill();
        }
    }
}
