package neurath.operator.http.read;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Lease;
import neurath.api.Operator;
import neurath.api.OperatorType;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Parameters;
import neurath.api.Polling;
import neurath.api.Stateful;
import neurath.api.Timed;
import neurath.http.Body;
import neurath.http.Connection;
import neurath.http.Connection.Phase;
import neurath.http.Exchange;
import neurath.http.Feed;
import neurath.http.Inbound;
import neurath.http.RawRequest;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ServiceScope;

/**
 * The home of all connections: reads the heads of requests, one of a connection at a time, and their bodies over, and writes on what
 * clients did not take at once.
 *
 * <p>The end of an exchange is the credit for the next. It is seen when the client sends on; the home section is woken for it only
 * where something waits for it: bytes that came early, the client's end, or ours. Bytes of later requests stay where they are, and
 * what does not fit stays with the client. Time is counted in sweeps.
 */
@Component(service = Operator.class, scope = ServiceScope.PROTOTYPE)
@OperatorType("http/read")
@Parameters(Settings.class)
@In(value = "IN", type = Connection.class)
@Out(value = "OUT", type = RawRequest.class)
public final class Read implements Polling, Timed, Stateful<Read.State> {
    private static final int BAD_REQUEST = 400;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int CONTENT_TOO_LARGE = 413;
    private static final int URI_TOO_LONG = 414;
    private static final int HEAD_TOO_LARGE = 431;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** State: the open connections, and how often they were swept. */
    record State(List<Connection> connections, long now) {}

    private final ByteBuffer thrownAway = ByteBuffer.allocate(16 * 1024);
    private Context context;
    private Settings settings;
    private Output<RawRequest> out;
    private Set<Connection> connections = new HashSet<>();
    private long now;
    private Lease untilAnswered;

    @Override
    public void open(Context context) {
        this.context = context;
        settings = context.parameters(Settings.class);
        out = context.output("OUT", RawRequest.class);
        context.receive("IN", Connection.class, this::receive);
    }

    @Override
    public void begin() {
        context.timer(settings.sweep(), "sweep");
    }

    @Override
    public State state() {
        return new State(List.copyOf(connections), now);
    }

    @Override
    public void restore(State state) {
        connections = new HashSet<>(state.connections());
        now = state.now();
    }

    /** How many connections are open. */
    @Override
    public long size() {
        return connections.size();
    }

    @Override
    public void discard() {
        connections.forEach(connection -> connection.close(new ClosedChannelException()));
    }

    /** No connection comes any more: the requests under way are answered, the other connections are closed. */
    @Override
    public void ended() {
        untilAnswered = context.lease();
        for (Connection connection : List.copyOf(connections)) {
            if (connection.phase() == Phase.BUSY || connection.phase() == Phase.BODY) {
                connection.exchange().closeAfter();
                goOn(connection, 0);
            } else if (connection.phase() != Phase.LINGERING) {
                close(connection, new ClosedChannelException());
            }
        }
        endIfNoneIsLeft();
    }

    private void receive(Connection connection) {
        if (connection.channel().isOpen()) {
            connections.add(connection);
            connection.watched(context.watch(connection.channel(), 0, connection), now);
            goOn(connection, 0);
        }
    }

    @Override
    public void ready(Object subject, int operations) {
        if (subject instanceof Feed feed) {
            feed.came();
            goOn(feed.connection(), SelectionKey.OP_WRITE);
        } else {
            goOn((Connection) subject, operations);
        }
    }

    /** Does what can be done for a connection now. */
    private void goOn(Connection connection, int operations) {
        if (connection.phase() == Phase.CLOSED) {
            return;
        }
        if (connection.broken() != null) {
            close(connection, connection.broken());
            return;
        }
        try {
            if ((operations & SelectionKey.OP_WRITE) != 0) {
                connection.outbox().flush();
            }
            takeCredit(connection);
            if ((operations & SelectionKey.OP_READ) != 0 || connection.transport().hasReceived()) {
                receiveBytes(connection);
            }
            while (emitNext(connection)) {
                takeCredit(connection);
                if (connection.transport().hasReceived()) {
                    receiveBytes(connection);
                }
            }
            if (connection.phase() != Phase.CLOSED) {
                Feed feed = connection.outbox().awaits();
                connection.interest(interest(connection, feed != null));
                if (feed != null) {
                    feed.await(connection, channel -> context.watch(channel, 0, feed));
                }
            }
        } catch (IOException reset) {
            close(connection, reset);
        }
    }

    /** Where the exchange under way has ended the connection is free for the next, or was for the last time. */
    private void takeCredit(Connection connection) throws IOException {
        if (connection.phase() != Phase.BUSY || !connection.exchange().ended()) {
            return;
        }
        Inbound inbound = connection.inbound();
        inbound.reuse();
        if (connection.exchange().isLast()) {
            connection.enter(Phase.LINGERING, now);
            connection.transport().shutdownOutput();
        } else {
            connection.enter(inbound.length() == 0 ? Phase.IDLE : Phase.HEAD, now);
        }
    }

    /** How many bytes came. */
    private int receiveBytes(Connection connection) throws IOException {
        if (connection.phase() == Phase.LINGERING) {
            int count = connection.transport().read(thrownAway.clear());
            connection.inbound().ended(count < 0);
            return count;
        }
        return connection.inbound().fill(connection.transport(), settings.maxHeadBytes());
    }

    /** Emits the next request, if it has come whole and it is its turn; whether the connection may have a credit again already. */
    private boolean emitNext(Connection connection) throws IOException {
        switch (connection.phase()) {
            case IDLE, HEAD -> lookForHead(connection);
            case LINGERING -> {
                if (connection.inbound().ended()) {
                    close(connection, new ClosedChannelException());
                }
            }
            case BUSY -> lookForBody(connection);
            case BODY -> readBody(connection);
            case CLOSED -> {}
        }
        return connection.phase() == Phase.BUSY && waitsForCredit(connection) && connection.exchange().awaitEnd();
    }

    private void lookForHead(Connection connection) {
        Inbound inbound = connection.inbound();
        int length = Heads.next(inbound);
        if (length > settings.maxHeadBytes() || length == 0 && inbound.length() >= settings.maxHeadBytes()) {
            refuse(connection, Heads.hasRequestLine(inbound) ? HEAD_TOO_LARGE : URI_TOO_LONG);
        } else if (length > 0) {
            out.emit(new RawRequest(begin(connection), inbound.take(length), 0));
        } else if (inbound.ended()) {
            close(connection, new ClosedChannelException());
        } else if (inbound.length() > 0 && connection.phase() == Phase.IDLE) {
            connection.enter(Phase.HEAD, now);
        }
    }

    /** Where somebody has said in the meantime that the request under way has a body, it is read. */
    private void lookForBody(Connection connection) throws IOException {
        Body body = connection.exchange().body();
        if (body != null && body.isAwaited()) {
            connection.enter(Phase.BODY, now);
            readBody(connection);
        }
    }

    /** Reads the body over. What follows it may be the next request, so that its end has to be certain. */
    private void readBody(Connection connection) throws IOException {
        Body body = connection.exchange().body();
        try {
            boolean whole = body.read(connection.inbound());
            while (!whole && connection.transport().hasReceived() && receiveBytes(connection) > 0) {
                whole = body.read(connection.inbound());
            }
            if (body.length() > settings.maxBodyBytes()) {
                refuseBody(connection, CONTENT_TOO_LARGE);
            } else if (!whole && connection.inbound().ended()) {
                refuseBody(connection, BAD_REQUEST);
            } else if (body.invite(connection.transport()) && whole) {
                connection.enter(Phase.BUSY, now);
                connection.exchange().received();
            }
        } catch (ProtocolException malformed) {
            refuseBody(connection, BAD_REQUEST);
        }
    }

    private void refuseBody(Connection connection, int status) {
        if (connection.exchange().body().isMidway()) {
            close(connection, new ClosedChannelException());
        } else {
            connection.enter(Phase.BUSY, now);
            connection.exchange().refuse(status);
        }
    }

    private Exchange begin(Connection connection) {
        Exchange exchange = connection.begin(now);
        exchange.began(context.begin());
        return exchange;
    }

    private static boolean waitsForCredit(Connection connection) {
        Inbound inbound = connection.inbound();
        return inbound.length() > 0 || connection.transport().hasReceived() || inbound.ended() || connection.exchange().isLast();
    }

    private void refuse(Connection connection, int status) {
        Exchange exchange = begin(connection);
        exchange.closeAfter();
        out.emit(new RawRequest(exchange, NOTHING, status));
    }

    private int interest(Connection connection, boolean awaitsFeed) {
        Inbound inbound = connection.inbound();
        boolean reads = !inbound.ended() && (connection.phase() == Phase.LINGERING || inbound.hasRoom(settings.maxHeadBytes()));
        boolean waits = switch (connection.phase()) {
            case BUSY -> !awaitsFeed && !connection.outbox().isEmpty();
            case BODY -> connection.exchange().body().isInviting();
            default -> false;
        };
        boolean writes = waits || connection.transport().hasToSend();
        return (reads ? SelectionKey.OP_READ : 0) | (writes ? SelectionKey.OP_WRITE : 0);
    }

    @Override
    public void expired(Object subject) {
        context.timer(settings.sweep(), "sweep");
        now++;
        List.copyOf(connections).forEach(this::sweep);
    }

    private void sweep(Connection connection) {
        goOn(connection, 0);
        long waited = now - connection.since();
        switch (connection.phase()) {
            case IDLE -> {
                connection.inbound().shed();
                if (settings.isOver(settings.idleTimeout(), waited)) {
                    close(connection, new ClosedChannelException());
                }
            }
            case HEAD -> {
                if (settings.isOver(settings.headTimeout(), waited)) {
                    refuse(connection, REQUEST_TIMEOUT);
                    goOn(connection, 0);
                }
            }
            case BODY -> {
                if (settings.isOver(settings.bodyTimeout(), waited)) {
                    refuseBody(connection, REQUEST_TIMEOUT);
                    goOn(connection, 0);
                }
            }
            case BUSY -> {
                long backlog = connection.outbox().remaining();
                if (backlog == 0 || backlog != connection.backlog()) {
                    connection.backlog(backlog);
                    connection.progressed(now);
                } else if (settings.isOver(settings.writeTimeout(), waited)) {
                    close(connection, new ClosedChannelException());
                }
            }
            case LINGERING -> {
                if (settings.isOver(settings.lingerTimeout(), waited)) {
                    close(connection, new ClosedChannelException());
                }
            }
            case CLOSED -> {}
        }
    }

    private void close(Connection connection, Throwable reason) {
        connection.enter(Phase.CLOSED, now);
        connection.watch().cancel();
        connection.close(reason);
        connections.remove(connection);
        endIfNoneIsLeft();
    }

    private void endIfNoneIsLeft() {
        if (untilAnswered != null && connections.isEmpty()) {
            untilAnswered.close();
        }
    }
}
