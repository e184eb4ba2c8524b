package neurath.load;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A file server that does wrong, on one request among the many, what clients must not overlook. */
public final class Saboteur implements AutoCloseable {
    public enum Deed {
        NONE,
        CORRUPT_ONE_BYTE,
        ANSWER_500,
        ANSWER_500_AND_CLOSE,
        SEND_ANOTHER_PAGE,
        SHORTER_PAGE,
        BREAK_OFF,
        CLOSE_AFTERWARDS,
        DELAY,
        HANG
    }

    private static final int VICTIM = 25;

    private final Path root;
    private final Deed deed;
    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    public Saboteur(Path root, Deed deed) throws IOException {
        this.root = root;
        this.deed = deed;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.setExecutor(threads);
        server.start();
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void serve(HttpExchange exchange) throws IOException {
        String name = exchange.getRequestURI().getPath().substring(1);
        byte[] page = Files.readAllBytes(root.resolve(name));
        Deed now = requests.incrementAndGet() == VICTIM ? deed : Deed.NONE;
        try (exchange) {
            switch (now) {
                case NONE -> send(exchange, 200, page);
                case CORRUPT_ONE_BYTE -> {
                    page[page.length / 2] ^= 1;
                    send(exchange, 200, page);
                }
                case ANSWER_500 -> send(exchange, 500, page);
                case ANSWER_500_AND_CLOSE -> {
                    exchange.getResponseHeaders().set("Connection", "close");
                    send(exchange, 500, page);
                }
                case SEND_ANOTHER_PAGE -> {
                    new Content("no such page").fill(page, 0, page.length, 0);
                    send(exchange, 200, page);
                }
                case SHORTER_PAGE -> send(exchange, 200, new byte[page.length - 1]);
                case BREAK_OFF -> {
                    exchange.sendResponseHeaders(200, page.length);
                    exchange.getResponseBody().write(page, 0, page.length / 2);
                    exchange.getResponseBody().flush();
                }
                case CLOSE_AFTERWARDS -> {
                    exchange.getResponseHeaders().set("Connection", "close");
                    send(exchange, 200, page);
                }
                case DELAY -> {
                    end.await(300, TimeUnit.MILLISECONDS);
                    send(exchange, 200, page);
                }
                case HANG -> {
                    end.await();
                    send(exchange, 200, page);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] page) throws IOException {
        exchange.sendResponseHeaders(status, page.length);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(page);
        }
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
