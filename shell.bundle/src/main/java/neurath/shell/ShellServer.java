package neurath.shell;

import java.io.IOError;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import neurath.shell.gogo.SystemBundle;
import neurath.shell.wire.Frame;
import neurath.shell.wire.Hello;
import neurath.shell.wire.Wire;
import org.apache.felix.service.command.CommandProcessor;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on a Unix domain socket that only its owner may use. Socket paths are limited to about 107 bytes, so the socket lies in a
 * folder of its own for temporary files, and {@code shell.socket} in the home says where.
 */
@Component(service = {})
public final class ShellServer {
    private static final Logger LOG = LoggerFactory.getLogger(ShellServer.class);

    private static final Duration TO_END = Duration.ofSeconds(2);

    private final CommandProcessor processor;
    private final SystemBundle system;
    private final Path record;
    private final Path socket;
    private final ServerSocketChannel listener;
    private final Thread acceptor;
    private final Set<Wire> open = ConcurrentHashMap.newKeySet();

    @Activate
    public ShellServer(BundleContext context, @Reference CommandProcessor processor) throws IOException {
        this.processor = processor;
        this.system = new SystemBundle(context);
        this.record = Path.of(context.getProperty("neurath.home"), "shell.socket");
        removeWhatACrashLeft();
        this.socket = Files.createTempDirectory("neurath-").resolve("shell");
        this.listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(socket));
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(record, socket + "\n");
        this.acceptor = Thread.ofVirtual().name("shell-accept").start(this::accept);
    }

    @Deactivate
    void close() throws IOException, InterruptedException {
        listener.close();
        acceptor.join(TO_END);
        for (Wire wire : open) {
            wire.close();
        }
        Files.deleteIfExists(record);
        removeSocket(socket);
    }

    private void removeWhatACrashLeft() throws IOException {
        if (Files.exists(record)) {
            removeSocket(Path.of(Files.readString(record).strip()));
        }
    }

    private static void removeSocket(Path socket) throws IOException {
        Files.deleteIfExists(socket);
        Files.deleteIfExists(socket.getParent());
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel channel = listener.accept();
                Thread.ofVirtual().name("shell-session").start(() -> serve(new Wire(channel)));
            }
        } catch (ClosedChannelException e) {
            LOG.debug("shell: {} is closed", socket);
        } catch (IOException e) {
            LOG.error("shell: {} takes no more clients; restart the bundle neurath.shell", socket, e);
        }
    }

    private void serve(Wire wire) {
        open.add(wire);
        try (wire) {
            Frame first = wire.receive();
            if (first != null && first.kind() == Frame.Kind.HELLO) {
                run(wire, Hello.decode(first.content()));
            }
        } catch (Exception | IOError e) { // so JLine says that its terminal is gone
            LOG.debug("shell: a session ended with its client", e);
        } finally {
            open.remove(wire);
        }
    }

    private void run(Wire wire, Hello hello) throws Exception {
        if (hello.command().isPresent()) {
            new CommandRun(processor, wire).run(hello, hello.command().get());
        } else {
            new InteractiveRun(processor, system, wire).run(hello);
        }
    }
}
