package neurath.operator.http.tls;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import neurath.http.Admission;
import neurath.http.Connection;
import neurath.http.Transport;
import neurath.testing.SocketPair;
import neurath.testing.Workbench;

/** One connection at the operator, whose readiness the test tells, and its client on a thread of its own. */
final class Server implements AutoCloseable {
    private static final long PATIENCE_MS = 10_000;

    final Workbench bench;
    final SocketPair sockets = SocketPair.open();
    final Connection connection = new Connection(sockets.server(), 1, new Admission());
    final SSLSocket client;
    Tls tls;
    Workbench.HandWatch watch;
    private final Selector selector = Selector.open();
    private final SelectionKey key;
    private int wakes;

    /** What a client does. */
    interface Doing {
        void run() throws Exception;
    }

    Server(Workbench bench, SSLContext trust, String... protocols) throws Exception {
        this(bench, new Tls(), trust, protocols);
        tls.open(bench);
        tls.begin();
        accept();
    }

    /** One more connection at an operator. */
    Server(Server first, SSLContext trust) throws Exception {
        this(first.bench, first.tls, trust);
        accept();
    }

    private Server(Workbench bench, Tls tls, SSLContext trust, String... protocols) throws Exception {
        this.bench = bench;
        this.tls = tls;
        client = (SSLSocket) trust.getSocketFactory().createSocket(sockets.client().socket(), "localhost", 1, true);
        client.setUseClientMode(true);
        if (protocols.length > 0) {
            client.setEnabledProtocols(protocols);
        }
        key = sockets.server().register(selector, 0);
    }

    private void accept() throws Exception {
        bench.send("IN", connection);
        watch = bench.watch();
    }

    /** The connection with both sides agreed. */
    static Server agreed(Workbench bench, SSLContext trust, String... protocols) throws Exception {
        Server server = new Server(bench, trust, protocols);
        server.shakeHands();
        return server;
    }

    void shakeHands() throws Exception {
        CompletableFuture<Void> agreed = beside(client::startHandshake);
        until(this::isHandedOn);
        agreed.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
    }

    /** Has a client do something on a thread of its own. */
    static CompletableFuture<Void> beside(Doing doing) {
        var result = new CompletableFuture<Void>();
        Thread.ofVirtual().start(() -> {
            try {
                doing.run();
                result.complete(null);
            } catch (Throwable t) {
                result.completeExceptionally(t);
            }
        });
        return result;
    }

    Transport transport() {
        return connection.transport();
    }

    boolean isHandedOn() {
        return watch.isCancelled() && sockets.server().isOpen();
    }

    /** Tells the operator what it waits for until something holds. */
    void until(BooleanSupplier holds) throws IOException {
        while (!holds.getAsBoolean()) {
            if (watch.wakes() > wakes) {
                wakes++;
                tls.ready(connection, 0);
            } else {
                tls.ready(connection, await(watch.interest()));
            }
        }
    }

    /** Waits for the server's side of the socket; what it is ready for. */
    int await(int operations) throws IOException {
        key.interestOps(operations);
        selector.selectedKeys().clear();
        if (selector.select(PATIENCE_MS) == 0) {
            throw new IllegalStateException("the socket was not ready for " + operations + " within the time");
        }
        return key.readyOps();
    }

    @Override
    public void close() throws Exception {
        try (sockets; selector) {
            tls.discard();
        }
    }
}
