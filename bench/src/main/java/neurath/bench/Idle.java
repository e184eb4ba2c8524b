package neurath.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Polling;
import neurath.api.Stateful;
import neurath.api.Step;
import neurath.api.Watch;

/** X14. */
final class Idle implements Experiment {
    private static final String NODE = "a node that nothing comes to";
    private static final String ACCEPTOR = "an acceptor that waits for clients";
    private static final String TIME = "from request to SWITCHED";
    private static final double ALLOWED_MILLIS = 100;
    private static final Duration STILL = Duration.ofMillis(5);

    @Override
    public String name() {
        return "x14";
    }

    @Override
    public String question() {
        return "how long an update takes without traffic, and of an acceptor nobody connects to";
    }

    @Override
    public String setUp() {
        return """
                Acceptor, one node, exit; no client connects while updates are made. In turn the node and the acceptor are replaced, which hands its
                listening socket on. After each repetition one client connects, and its connection must come out of the flow.""";
    }

    @Override
    public Duration expected(Scale scale) {
        return Duration.ofSeconds(scale.of(8, 4, 1));
    }

    @Override
    public void run(Lab lab) throws Exception {
        int updates = lab.scale().of(20, 10, 3);
        var connected = new LinkedBlockingQueue<SocketChannel>();
        try (ServerSocketChannel socket = ServerSocketChannel.open(); Rig rig = new Rig(Rig.ARC_CAPACITY)) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            socket.configureBlocking(false);
            rig.fill("accept", Accept.class, () -> new Accept(socket))
                    .fill("pass", Pass.class, Pass::new)
                    .fill("exit", Exit.class, () -> new Exit(connected));
            rig.start("accept(accept) OUT -> IN pass(pass) OUT -> IN exit(exit)");
            lab.interleaved(lab.scale().repetitions(), repetition -> {
                for (int i = 0; i < updates; i++) {
                    Waiting.pass(STILL);
                    add(lab, repetition, NODE, rig.replaced("pass", Pass.class, Pass::new));
                    Waiting.pass(STILL);
                    add(lab, repetition, ACCEPTOR, rig.replaced("accept", Accept.class, () -> new Accept(socket)));
                }
                connect((InetSocketAddress) socket.getLocalAddress(), connected);
            });
        }
        for (String subject : List.of(NODE, ACCEPTOR)) {
            double longest = lab.measurements().spread(subject, "idle", TIME).max();
            lab.goal("an update of " + subject + " takes less than 100 ms", "%.1f ms at most".formatted(longest), longest < ALLOWED_MILLIS);
        }
        lab.plot("idle", Plots.boxesOfTimes("Updates without traffic", lab.measurements(), TIME, List.of(NODE, ACCEPTOR)));
    }

    private static void add(Lab lab, int repetition, String subject, long nanos) {
        lab.measurements().add(subject, "idle", repetition, TIME, nanos / 1e6, "ms");
    }

    private static void connect(InetSocketAddress address, BlockingQueue<SocketChannel> connected)
            throws IOException, InterruptedException {
        try (SocketChannel client = SocketChannel.open(address); SocketChannel server = connected.poll(10, TimeUnit.SECONDS)) {
            if (server == null || !server.getRemoteAddress().equals(client.getLocalAddress())) {
                throw new IllegalStateException("after the updates a client's connection did not come out of the flow");
            }
        }
    }

    /** The listening socket and its watch. */
    record Listening(ServerSocketChannel socket, Watch watch) {}

    /** Emits connections. */
    @Out(value = "OUT", type = SocketChannel.class)
    private static final class Accept implements Polling, Stateful<Listening> {
        private ServerSocketChannel socket;
        private Context context;
        private Output<SocketChannel> out;
        private Watch watch;

        Accept(ServerSocketChannel socket) {
            this.socket = socket;
        }

        @Override
        public void open(Context context) {
            this.context = context;
            out = context.output("OUT", SocketChannel.class);
        }

        @Override
        public void begin() {
            watch = context.watch(socket, SelectionKey.OP_ACCEPT, "socket");
        }

        @Override
        public Listening state() {
            return new Listening(socket, watch);
        }

        @Override
        public void restore(Listening state) {
            socket = state.socket();
            watch = state.watch();
        }

        @Override
        public void ready(Object subject, int operations) throws IOException {
            SocketChannel channel = socket.accept();
            if (channel != null) {
                out.emit(channel);
            }
            watch.interest(SelectionKey.OP_ACCEPT);
        }
    }

    private static final class Pass implements Step<SocketChannel, SocketChannel> {
        @Override
        public SocketChannel apply(SocketChannel channel) {
            return channel;
        }
    }

    @In(value = "IN", type = SocketChannel.class)
    private static final class Exit implements Operator {
        private final BlockingQueue<SocketChannel> connected;

        Exit(BlockingQueue<SocketChannel> connected) {
            this.connected = connected;
        }

        @Override
        public void open(Context context) {
            context.receive("IN", SocketChannel.class, connected::add);
        }
    }
}
