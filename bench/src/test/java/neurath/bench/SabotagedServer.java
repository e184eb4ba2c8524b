package neurath.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A web server in this process that does something wrong on one request, for all the others have to wait that come meanwhile. */
final class SabotagedServer implements WebServer {
    static final Duration PAUSE = Duration.ofMillis(200);

    private final Path root;
    private final Deed deed;
    private final int victim;
    private final AtomicInteger requests = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    enum Deed {
        NONE, WRONG_BYTE, CLOSE, PAUSE_FOR_ALL
    }

    SabotagedServer(Path root, Deed deed, int victim) throws IOException {
        this.root = root;
        this.deed = deed;
        this.victim = victim;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.setExecutor(threads);
        server.start();
    }

    private void serve(HttpExchange exchange) throws IOException {
        byte[] page = Files.readAllBytes(root.resolve(exchange.getRequestURI().getPath().substring(1)));
        Deed now = requests.incrementAndGet() == victim ? deed : Deed.NONE;
        synchronized (this) {
            if (now == Deed.PAUSE_FOR_ALL) {
                Waiting.pass(PAUSE);
            }
        }
        if (now == Deed.WRONG_BYTE) {
            page[page.length / 2] ^= 1;
        }
        try (exchange) {
            exchange.sendResponseHeaders(200, page.length);
            if (now != Deed.CLOSE) {
                exchange.getResponseBody().write(page);
            }
        }
    }

    @Override
    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public ProcessHandle process() {
        return ProcessHandle.current();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
