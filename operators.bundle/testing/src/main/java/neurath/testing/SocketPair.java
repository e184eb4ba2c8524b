package neurath.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Two ends of one connection, with small buffers between them.
 *
 * @param server in non-blocking mode
 * @param client in blocking mode
 */
public record SocketPair(SocketChannel server, SocketChannel client) implements AutoCloseable {
    private static final int SMALL = 4096;

    public static SocketPair open() throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketChannel client = SocketChannel.open();
            client.setOption(StandardSocketOptions.SO_RCVBUF, SMALL);
            client.connect(listener.getLocalAddress());
            SocketChannel server = listener.accept();
            server.setOption(StandardSocketOptions.SO_SNDBUF, SMALL);
            server.configureBlocking(false);
            return new SocketPair(server, client);
        }
    }

    /** What has come to the client's end, {@code most} bytes at most; waits for the first. */
    public byte[] receive(int most) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(most);
        client.read(bytes);
        byte[] received = new byte[bytes.flip().remaining()];
        bytes.get(received);
        return received;
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
    }
}
