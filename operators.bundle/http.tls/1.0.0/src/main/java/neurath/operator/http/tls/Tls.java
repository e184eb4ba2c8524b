package neurath.operator.http.tls;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Operator;
import neurath.api.OperatorType;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Parameters;
import neurath.api.Polling;
import neurath.api.Stateful;
import neurath.api.Timed;
import neurath.http.Connection;
import neurath.http.SecureTransport;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ServiceScope;

/**
 * The home of connections during their TLS handshake. Those that have agreed are emitted; what they receive and send from then on is
 * decrypted and encrypted by their transport.
 *
 * <p>The certificate is read when an instance is opened: the next version, or the same with other parameters, brings the next
 * certificate. A connection keeps what it has begun with. What a handshake has to compute is done one computation in a turn, so that
 * nobody waits for many. Time is counted in sweeps.
 */
@Component(service = Operator.class, scope = ServiceScope.PROTOTYPE)
@OperatorType("http/tls")
@Parameters(Settings.class)
@In(value = "IN", type = Connection.class)
@Out(value = "OUT", type = Connection.class)
public final class Tls implements Polling, Timed, Stateful<Tls.State> {
    /**
     * State: the connections that have not agreed yet, those of them that wait for a computation in the order of their turns, and how
     * often they were swept.
     */
    record State(List<Connection> connections, List<Connection> computing, long now) {}

    private Context context;
    private Settings settings;
    private Output<Connection> out;
    private SSLContext identity;
    private Set<Connection> connections = new LinkedHashSet<>();
    private Set<Connection> computing = new LinkedHashSet<>();
    private long now;

    @Override
    public void open(Context context) throws IOException {
        this.context = context;
        settings = context.parameters(Settings.class);
        Identity known = settings.identity(context.node());
        identity = known.context();
        settings.checkProtocols(context.node(), identity);
        out = context.output("OUT", Connection.class);
        context.receive("IN", Connection.class, this::receive);
        context.note("certificate", known.description());
    }

    @Override
    public void begin() {
        context.timer(settings.sweep(), "sweep");
    }

    @Override
    public State state() {
        return new State(List.copyOf(connections), List.copyOf(computing), now);
    }

    @Override
    public void restore(State state) {
        connections = new LinkedHashSet<>(state.connections());
        computing = new LinkedHashSet<>(state.computing());
        now = state.now();
    }

    /** No connection comes any more. */
    @Override
    public void ended() {
        discard();
    }

    @Override
    public void discard() {
        List.copyOf(connections).forEach(connection -> close(connection, new ClosedChannelException()));
    }

    private void receive(Connection connection) throws IOException {
        if (!connection.channel().isOpen()) {
            return;
        }
        connection.secure(settings.engine(identity));
        connections.add(connection);
        connection.watched(context.watch(connection.channel(), 0, connection), now);
        goOn(connection);
    }

    @Override
    public void ready(Object subject, int operations) {
        Connection connection = (Connection) subject;
        if (operations == 0 && computing.remove(connection)) {
            transport(connection).compute();
            wakeNext();
        }
        if (connections.contains(connection)) {
            goOn(connection);
        }
    }

    private void goOn(Connection connection) {
        if (computing.contains(connection)) {
            return;
        }
        try {
            switch (transport(connection).handshake()) {
                case BYTES -> connection.interest(SelectionKey.OP_READ);
                case ROOM -> connection.interest(SelectionKey.OP_WRITE);
                case COMPUTATION -> {
                    connection.interest(0);
                    computing.add(connection);
                    if (computing.size() == 1) {
                        wakeNext();
                    }
                }
                case NOTHING -> {
                    leave(connection);
                    out.emit(connection);
                }
            }
        } catch (IOException | RuntimeException e) {
            context.note("refused last", connection + ": " + e.getMessage());
            close(connection, e);
        }
    }

    /** Gives the next computation its turn, behind what else there is to do. */
    private void wakeNext() {
        if (!computing.isEmpty()) {
            computing.iterator().next().wake();
        }
    }

    @Override
    public void expired(Object subject) {
        context.timer(settings.sweep(), "sweep");
        now++;
        for (Connection connection : List.copyOf(connections)) {
            if (settings.isOver(now - connection.since())) {
                close(connection, new ClosedChannelException());
            }
        }
        wakeNext();
    }

    private static SecureTransport transport(Connection connection) {
        return (SecureTransport) connection.transport();
    }

    private void leave(Connection connection) {
        connections.remove(connection);
        computing.remove(connection);
        connection.watch().cancel();
    }

    private void close(Connection connection, Throwable reason) {
        leave(connection);
        connection.close(reason);
    }
}
