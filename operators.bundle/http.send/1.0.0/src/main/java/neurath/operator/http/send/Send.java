package neurath.operator.http.send;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import neurath.api.Context;
import neurath.api.Default;
import neurath.api.Operator;
import neurath.api.OperatorType;
import neurath.api.Parameters;
import neurath.api.Step;
import neurath.http.Request;
import neurath.http.upstream.Backend;
import neurath.http.upstream.Forwarded;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ServiceScope;

/**
 * Sends requests on to another server, on connections that are kept. What cannot be done at once is left to whoever awaits the answers.
 *
 * <p>It has no state that a next version would need: that one opens connections of its own, and requests under way keep theirs.
 */
@Component(service = Operator.class, scope = ServiceScope.PROTOTYPE)
@OperatorType("http/send")
@Parameters(Send.Settings.class)
public final class Send implements Step<Request, Forwarded> {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /**
     * Parameters.
     *
     * @param backend host and port of the other server
     * @param maxConnections to it that may be open at once; further requests wait for one
     * @param maxHeadBytes of an answer's status line and fields
     * @param idleTimeout how long a connection is kept for the next request
     */
    record Settings(
            @Default("127.0.0.1:9000") String backend,
            @Default("256") int maxConnections,
            @Default("16384") int maxHeadBytes,
            @Default("PT30S") Duration idleTimeout) {

        Settings {
            if (maxConnections < 1) {
                throw new IllegalArgumentException("MAX_CONNECTIONS is " + maxConnections + "; give a number above zero");
            }
        }
    }

    private Backend backend;
    private RequestHead head;

    @Override
    public void open(Context context) throws IOException {
        Settings settings = context.parameters(Settings.class);
        InetSocketAddress address = address(context.node(), settings.backend());
        var limits = new Backend.Limits(settings.maxConnections(), settings.maxHeadBytes(), settings.idleTimeout());
        backend = new Backend(address, limits);
        head = new RequestHead(settings.backend());
        context.note("backend", "http://" + settings.backend());
    }

    private static InetSocketAddress address(String node, String backend) throws IOException {
        URI uri;
        try {
            uri = URI.create("http://" + backend);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(node + ": BACKEND is " + backend + "; give a host and a port, as in 127.0.0.1:9000", e);
        }
        if (uri.getHost() == null || uri.getPort() < 0 || !backend.equals(uri.getRawAuthority())) {
            throw new IllegalArgumentException(node + ": BACKEND is " + backend + "; give a host and a port, as in 127.0.0.1:9000");
        }
        var address = new InetSocketAddress(uri.getHost(), uri.getPort());
        if (address.isUnresolved()) {
            throw new IOException(node + ": the host " + uri.getHost() + " of BACKEND is not known here; give its address, or name it");
        }
        return address;
    }

    @Override
    public Forwarded apply(Request request) throws IOException {
        var forwarded = new Forwarded(request, backend, head.of(request));
        forwarded.goOn(NOTHING);
        return forwarded;
    }

    @Override
    public void close() {
        if (backend != null) {
            backend.close();
        }
    }
}
