package neurath.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import neurath.build.Repository;

/** A gen_server whose {@code code_change} transforms a map, in Erlang: {@code bench/src/main/erlang}. */
final class Erlang implements AutoCloseable {
    static final String NAME = "Erlang's code_change";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Peer peer;

    private Erlang(Peer peer) {
        this.peer = peer;
    }

    /** Compiles and starts it, where there is an Erlang. */
    static Optional<Erlang> start() throws IOException, InterruptedException {
        if (!isInstalled()) {
            return Optional.empty();
        }
        Path beams = Files.createDirectories(Repository.root().resolve("bench/target/erlang"));
        var command = new ArrayList<>(List.of("erlc", "-o", beams.toString()));
        try (Stream<Path> sources = Files.list(Repository.root().resolve("bench/src/main/erlang"))) {
            sources.map(Path::toString).filter(file -> file.endsWith(".erl")).sorted().forEach(command::add);
        }
        Process compiler = new ProcessBuilder(command).inheritIO().start();
        if (!compiler.waitFor(60, TimeUnit.SECONDS) || compiler.exitValue() != 0) {
            compiler.destroyForcibly();
            throw new IOException(String.join(" ", command) + " failed");
        }
        return Optional.of(new Erlang(Peer.start("erlang", List.of("erl", "-noshell", "-pa", beams.toString(), "-s", "neurath_peer"))));
    }

    private static boolean isInstalled() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of)
                .anyMatch(folder -> Files.isExecutable(folder.resolve("erl")) && Files.isExecutable(folder.resolve("erlc")));
    }

    /** Which Erlang. */
    String version() throws IOException, InterruptedException {
        return peer.ask("version", PATIENCE);
    }

    /** Begins with a new server of so many entries. */
    void fill(int entries) throws IOException, InterruptedException {
        peer.ask("fill " + entries, PATIENCE);
    }

    /** Changes the code under a load; the longest time without an output, in nanoseconds. */
    long update(int perSecond) throws IOException, InterruptedException {
        return Long.parseLong(peer.ask("update " + perSecond, PATIENCE));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        peer.close();
    }
}
