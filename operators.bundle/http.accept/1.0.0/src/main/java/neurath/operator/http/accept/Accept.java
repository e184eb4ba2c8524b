package neurath.operator.http.accept;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
 * <p>The listening socket is its state. Where the next instance is to listen elsewhere it opens a socket of its own before the switch, and
 * accepts from the former one, too, until the overlap is over and nobody waits in its backlog. While too many connections are open it
 * accepts none: clients wait in the backlog.
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
     * @param overlap how long the former address is served after HOST or PORT was changed
     * @param scheme what clients speak there, {@code http} or {@code https}; the address is told with it
     */
    record Settings(
            @Default("127.0.0.1") String host,
            @Default("8080") int port,
            @Default("1024") int backlog,
            @Default("10000") int maxConnections,
            @Default("PT5S") Duration overlap,
            @Default("http") String scheme) {
        Settings {
            if (!scheme.equals("http") && !scheme.equals("https")) {
                throw new IllegalArgumentException("SCHEME is '" + scheme + "'; give http, or https if TLS comes next");
            }
        }
    }

    /** A listening socket and its watch. */
    record Door(ServerSocketChannel socket, Watch watch) {}

    /** State: where it listens, who is inside, the number of the last connection, and where it has listened before and still does. */
    record State(Door door, Admission admission, long accepted, List<Door> former) {}

    /** How far it has come at a door. */
    private enum Progress {
        /** Nobody waits there. */
        NOBODY_WAITS,
        /** Others may want their turn. */
        ENOUGH,
        /** Too many are inside. */
        FULL
    }

    private Context context;
    private Settings settings;
    private Output<Connection> out;
    private InetSocketAddress address;
    private Door door;
    private List<Door> former = new ArrayList<>();
    /** A door that no other instance knows of. */
    private Door own;
    private Admission admission;
    private long accepted;

    @Override
    public void open(Context context) {
        this.context = context;
        settings = context.parameters(Settings.class);
        out = context.output("OUT", Connection.class);
        address = new InetSocketAddress(settings.host(), settings.port());
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(context.node() + ".HOST: there is no host '" + settings.host()
                    + "'; give the name or the address of this one");
        }
    }

    @Override
    public void begin() throws IOException {
        door = listen();
        admission = new Admission();
        noteAddress();
    }

    private Door listen() throws IOException {
        ServerSocketChannel socket = ServerSocketChannel.open();
        try {
            socket.bind(address, settings.backlog());
            socket.configureBlocking(false);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw new IOException(
                    context.node() + ": cannot listen on " + address + ", " + e.getMessage() + "; choose another HOST or PORT", e);
        }
        own = new Door(socket, context.watch(socket, SelectionKey.OP_ACCEPT, socket));
        return own;
    }

    private void noteAddress() throws IOException {
        var bound = (InetSocketAddress) door.socket().getLocalAddress();
        String host = bound.getAddress().getHostAddress();
        context.note("address", settings.scheme() + "://" + (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':' + bound.getPort());
    }

    @Override
    public State state() {
        own = null;
        return new State(door, admission, accepted, List.copyOf(former));
    }

    @Override
    public void restore(State state) throws IOException {
        closeOwn();
        admission = state.admission();
        accepted = state.accepted();
        former = new ArrayList<>(state.former());
        Door found = firstWanted(state);
        if (found == null || !found.equals(state.door())) {
            former.remove(found);
            former.add(state.door());
            context.timer(settings.overlap(), state.door().socket());
        }
        door = found == null ? listen() : found;
        noteAddress();
    }

    /** Where this instance has listened before, if it was kept; or else one of the doors that are open. */
    private Door firstWanted(State state) throws IOException {
        var candidates = new ArrayList<Door>();
        state.former().stream().filter(each -> each.equals(door)).forEach(candidates::add);
        candidates.add(state.door());
        candidates.addAll(state.former());
        for (Door each : candidates) {
            if (isWanted(each)) {
                return each;
            }
        }
        return null;
    }

    /** Whether it listens where this instance is to. */
    private boolean isWanted(Door candidate) throws IOException {
        var bound = (InetSocketAddress) candidate.socket().getLocalAddress();
        boolean isHost = bound.getAddress().equals(address.getAddress())
                || bound.getAddress().isAnyLocalAddress() && address.getAddress().isAnyLocalAddress();
        return isHost && (address.getPort() == 0 || address.getPort() == bound.getPort());
    }

    /** It was not put in, and what it has opened is not needed. */
    @Override
    public void close() throws IOException {
        closeOwn();
    }

    private void closeOwn() throws IOException {
        if (own != null) {
            own.watch().cancel();
            own.socket().close();
            own = null;
        }
    }

    @Override
    public void discard() throws IOException {
        for (Door each : doors()) {
            each.socket().close();
        }
    }

    private List<Door> doors() {
        var doors = new ArrayList<>(former);
        if (door != null) {
            doors.add(door);
        }
        return doors;
    }

    @Override
    public void ready(Object subject, int operations) throws IOException {
        for (Door each : doors()) {
            if ((operations == 0 || each.socket().equals(subject)) && acceptAt(each) == Progress.FULL) {
                interest(0);
                return;
            }
        }
        interest(SelectionKey.OP_ACCEPT);
    }

    private void interest(int operations) {
        doors().forEach(each -> each.watch().interest(operations));
    }

    private Progress acceptAt(Door at) throws IOException {
        for (int i = 0; i < BATCH; i++) {
            if (!admission.enter(settings.maxConnections(), at.watch())) {
                return Progress.FULL;
            }
            SocketChannel channel = acceptOne(at.socket());
            if (channel == null) {
                return Progress.NOBODY_WAITS;
            }
            out.emit(new Connection(channel, ++accepted, admission));
        }
        return Progress.ENOUGH;
    }

    private SocketChannel acceptOne(ServerSocketChannel socket) throws IOException {
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
            interest(0);
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
    public void expired(Object subject) throws IOException {
        if (subject instanceof ServerSocketChannel socket) {
            for (Door each : List.copyOf(former)) {
                if (each.socket().equals(socket)) {
                    leave(each);
                }
            }
        } else {
            interest(SelectionKey.OP_ACCEPT);
        }
    }

    /** Lets those in who wait at a former door, and closes it; while there is no room they go on waiting. */
    private void leave(Door at) throws IOException {
        switch (acceptAt(at)) {
            case NOBODY_WAITS -> {
                former.remove(at);
                at.watch().cancel();
                at.socket().close();
            }
            case ENOUGH, FULL -> context.timer(PAUSE, at.socket());
        }
    }
}
