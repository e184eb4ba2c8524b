package neurath.operator.http.accept;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import neurath.api.Context;
import neurath.api.Default;
import neurath.api.Operator;
import neurath.api.OperatorType;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Parameters;
import neurath.api.Polling;
import neurath.api.Stateful;
import neurath.api.Timed;
import neurath.api.Watch;
import neurath.http.Admission;
import neurath.http.Connection;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ServiceScope;

/**
 * Accepts connections and emits them.
 *
 * <p>The listening socket is its state. While too many connections are open it accepts none: clients wait in the socket's backlog.
 */
@Component(service = Operator.class, scope = ServiceScope.PROTOTYPE)
@OperatorType("http/accept")
@Parameters(Accept.Settings.class)
@Out(value = "OUT", type = Connection.class)
public final class Accept implements Polling, Timed, Stateful<Accept.State> {
    /** Accepted in one turn at most, so that others get theirs. */
    private static final int BATCH = 64;
    /** How long to wait after the system refused to accept, for want of file descriptors mostly. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    /**
     * Parameters.
     *
     * @param host address to listen on
     * @param port to listen on; 0 for any free one
     * @param backlog connections that may wait to be accepted
     * @param maxConnections connections that may be open at once
     */
    record Settings(
            @Default("127.0.0.1") String host,
            @Default("8080") int port,
            @Default("1024") int backlog,
            @Default("10000") int maxConnections) {}

    /** State: the listening socket, its watch, who is inside, and the number of the last connection. */
    record State(ServerSocketChannel socket, Watch door, Admission admission, long accepted) {}

    private Context context;
    private Settings settings;
    private Output<Connection> out;
    private ServerSocketChannel socket;
    private Watch door;
    private Admission admission;
    private long accepted;

    @Override
    public void open(Context context) {
        this.context = context;
        settings = context.parameters(Settings.class);
        out = context.output("OUT", Connection.class);
    }

    @Override
    public void begin() throws IOException {
        InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
        socket = ServerSocketChannel.open();
        try {
            socket.bind(address, settings.backlog());
        } catch (IOException | RuntimeException e) {
            throw new IOException(
                    context.node() + ": cannot listen on " + address + ", " + e.getMessage() + "; choose another HOST or PORT", e);
        }
        socket.configureBlocking(false);
        admission = new Admission();
        door = context.watch(socket, SelectionKey.OP_ACCEPT, "door");
        noteAddress();
    }

    private void noteAddress() throws IOException {
        var bound = (InetSocketAddress) socket.getLocalAddress();
        String host = bound.getAddress().getHostAddress();
        context.note("address", "http://" + (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':' + bound.getPort());
    }

    @Override
    public State state() {
        return new State(socket, door, admission, accepted);
    }

    @Override
    public void restore(State state) throws IOException {
        socket = state.socket();
        door = state.door();
        admission = state.admission();
        accepted = state.accepted();
        var bound = (InetSocketAddress) socket.getLocalAddress();
        var wanted = new InetSocketAddress(settings.host(), settings.port());
        if (settings.port() != 0 && !wanted.equals(bound)) {
            throw new IllegalStateException(
                    context.node() + ": is to listen on " + wanted + ", but the socket that it takes over listens on "
                            + bound + "; stop the flow and start it to change HOST or PORT");
        }
    }

    @Override
    public void discard() throws IOException {
        if (socket != null) {
            socket.close();
        }
    }

    @Override
    public void ready(Object subject, int operations) throws IOException {
        for (int i = 0; i < BATCH; i++) {
            if (!admission.enter(settings.maxConnections(), door)) {
                door.interest(0);
                return;
            }
            SocketChannel channel = acceptOne();
            if (channel == null) {
                break;
            }
            out.emit(new Connection(channel, ++accepted, admission));
        }
        door.interest(SelectionKey.OP_ACCEPT);
    }

    private SocketChannel acceptOne() throws IOException {
        SocketChannel channel = null;
        boolean ready = false;
        try {
            channel = socket.accept();
            if (channel != null) {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                ready = true;
            }
            return channel;
        } catch (IOException e) {
            door.interest(0);
            context.timer(PAUSE, "resume");
            throw e;
        } finally {
            if (!ready) {
                admission.leave();
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    @Override
    public void expired(Object subject) {
        door.interest(SelectionKey.OP_ACCEPT);
    }
}
