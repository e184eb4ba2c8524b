package neurath.itests;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** A server that is no Neurath, and does to its clients what it is told. */
final class OtherServer implements AutoCloseable {
    /** What it does with a request. */
    enum Manner {
        /** Answers. */
        ANSWERING,
        /** Answers when it is let go. */
        WAITING,
        /** Resets the connection. */
        RESETTING,
        /** Begins an answer and resets the connection. */
        BREAKING_OFF
    }

    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private volatile ServerSocket listener;
    private volatile Manner manner = Manner.ANSWERING;
    private volatile CountDownLatch letGo = new CountDownLatch(1);
    private int port;

    OtherServer() throws IOException {
        open();
    }

    /** Listens, on the port it had before if it had one. */
    void open() throws IOException {
        listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        port = listener.getLocalPort();
        ServerSocket now = listener;
        Thread.ofVirtual().name("other server").start(() -> accept(now));
    }

    int port() {
        return port;
    }

    int connections() {
        return connections.size();
    }

    void be(Manner next) {
        letGo = new CountDownLatch(1);
        manner = next;
    }

    /** Answers those who wait. */
    void letGo() {
        letGo.countDown();
    }

    private void accept(ServerSocket from) {
        try {
            while (true) {
                Socket socket = from.accept();
                connections.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // It is over.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            while (skipHead(in)) {
                answer(socket);
            }
        } catch (IOException reset) {
            // The client has gone, or the server was killed.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(socket);
        }
    }

    private static boolean skipHead(InputStream in) throws IOException {
        for (int ends = 0; ends < 4;) {
            int b = in.read();
            if (b < 0) {
                return false;
            }
            ends = b == (ends % 2 == 0 ? '\r' : '\n') ? ends + 1 : 0;
        }
        return true;
    }

    private void answer(Socket socket) throws IOException, InterruptedException {
        switch (manner) {
            case ANSWERING -> say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother");
            case WAITING -> {
                letGo.await();
                say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate");
            }
            case RESETTING -> reset(socket);
            case BREAKING_OFF -> {
                say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf");
                reset(socket);
            }
        }
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Is gone, with all its connections, as a process that was killed. */
    void die() throws IOException {
        listener.close();
        for (Socket socket : connections) {
            try {
                reset(socket);
            } catch (SocketException closed) {
                // It was closed already.
            }
        }
        letGo();
    }

    @Override
    public void close() throws IOException {
        die();
    }
}
