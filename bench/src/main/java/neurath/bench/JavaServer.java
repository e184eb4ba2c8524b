package neurath.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import neurath.bench.peer.BareServer;
import neurath.bench.peer.JettyServer;
import neurath.bench.peer.TomcatServer;
import neurath.build.Repository;

/** A server of {@link neurath.bench.peer}, on the same Java with the same options as Neurath. */
final class JavaServer implements WebServer {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Peer peer;
    private final InetSocketAddress address;

    private JavaServer(Class<?> main, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Repository.root().resolve("cnf/jvm.options"),
                // Others on the class path write to the stream that answers come by.
                "-Dslf4j.provider=ch.qos.logback.classic.spi.LogbackServiceProvider",
                "-Dlogback.configurationFile=neurath/bench/peer/logback.xml",
                "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        peer = Peer.start(main.getSimpleName(), command);
        try {
            address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(peer.ask("port", PATIENCE)));
        } catch (IOException | RuntimeException e) {
            peer.close();
            throw e;
        }
    }

    static JavaServer jetty(Path root, boolean cached) throws IOException, InterruptedException {
        return new JavaServer(JettyServer.class, root.toString(), cached ? "cached" : "uncached");
    }

    static JavaServer tomcat(Path root) throws IOException, InterruptedException {
        return new JavaServer(TomcatServer.class, root.toString());
    }

    static JavaServer bare(Path root) throws IOException, InterruptedException {
        return new JavaServer(BareServer.class, root.toString());
    }

    /** Has it do something, and waits until it is done. */
    void command(String line) throws IOException, InterruptedException {
        peer.ask(line, PATIENCE);
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public ProcessHandle process() {
        return peer.process();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        peer.close();
    }
}
