package neurath.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import neurath.load.Page;

/** Keep-alive connections that have asked for one page each and are silent since. */
final class IdleConnections implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final String END_OF_HEAD = "\r\n\r\n";

    private final List<Socket> sockets = new ArrayList<>();

    /**
     * Opens them, one after the other.
     *
     * @throws IOException if one is not answered
     */
    static IdleConnections open(InetSocketAddress server, int number, Page page) throws IOException {
        var connections = new IdleConnections();
        try {
            for (int i = 0; i < number; i++) {
                connections.openOne(server, page);
            }
            return connections;
        } catch (IOException e) {
            connections.close();
            throw e;
        }
    }

    private void openOne(InetSocketAddress server, Page page) throws IOException {
        var socket = new Socket();
        sockets.add(socket);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(server, PATIENCE_MILLIS);
        String request = "GET /" + page.name() + " HTTP/1.1\r\nHost: " + server.getHostString() + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        read(socket.getInputStream(), page.length());
    }

    private static void read(InputStream answer, long length) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf(END_OF_HEAD) < 0) {
            int next = answer.read();
            if (next < 0) {
                throw new IOException("the server ended the connection after: " + head);
            }
            head.append((char) next);
        }
        if (!head.toString().startsWith("HTTP/1.1 200")) {
            throw new IOException("the server answered: " + head);
        }
        answer.skipNBytes(length);
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
