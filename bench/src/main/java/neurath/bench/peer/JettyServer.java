package neurath.bench.peer;

import java.nio.file.Path;
import org.eclipse.jetty.http.content.HttpContent;
import org.eclipse.jetty.http.content.ResourceHttpContentFactory;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.resource.ResourceFactory;

/**
 * Jetty with its handler for files, on a free port. Answers {@code port}, and {@code restart}: a graceful stop, which waits for requests
 * in flight for 30 s at most, and a start on the same port.
 */
public final class JettyServer {
    private static final long GRACE_MILLIS = 30_000;

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);

    private JettyServer(Path root, boolean cached) {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ResourceHandler files = cached ? new ResourceHandler() : new Uncached();
        files.setBaseResource(ResourceFactory.of(server).newResource(root));
        server.setHandler(new GracefulHandler(files));
        server.setStopTimeout(GRACE_MILLIS);
    }

    /** Files from the disk each time. */
    private static final class Uncached extends ResourceHandler {
        @Override
        protected HttpContent.Factory newHttpContentFactory(ByteBufferPool.Sized buffers) {
            return new ResourceHttpContentFactory(getBaseResource(), getMimeTypes(), buffers);
        }
    }

    /**
     * Serves until its input ends.
     *
     * @param args the folder, and {@code cached} for Jetty's cache as shipped or {@code uncached}
     */
    public static void main(String[] args) throws Exception {
        var jetty = new JettyServer(Path.of(args[0]), args[1].equals("cached"));
        jetty.server.start();
        Conversation.hold(jetty::answer);
    }

    private String answer(String line) throws Exception {
        return switch (line) {
            case "port" -> Integer.toString(connector.getLocalPort());
            case "restart" -> restart();
            default -> Conversation.unknown(line);
        };
    }

    private String restart() throws Exception {
        connector.setPort(connector.getLocalPort());
        server.stop();
        server.start();
        return "restarted";
    }
}
