package neurath.operator.http.redis;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A connection to a Redis, as far as a cache needs its protocol, RESP2. A call takes no longer than the time-out, whatever the other side
 * does. Where one fails the connection is not to be used any more.
 */
final class Wire implements AutoCloseable {
    /** No value is longer, says Redis. */
    private static final int LONGEST = 512 * 1024 * 1024;
    private static final int LONGEST_LINE = 1000;
    private static final byte[] END_OF_LINE = {'\r', '\n'};

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final Duration timeout;
    private final ByteBuffer in = ByteBuffer.allocate(64 * 1024).flip();
    private long deadline;

    /** Connects. */
    Wire(InetSocketAddress server, Duration timeout) throws IOException {
        this.timeout = timeout;
        if (server.isUnresolved()) {
            throw new UnknownHostException("there is no host of that name");
        }
        channel = SocketChannel.open();
        selector = Selector.open();
        boolean isConnected = false;
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            key = channel.register(selector, 0);
            begin();
            isConnected = channel.connect(server);
            while (!isConnected) {
                await(SelectionKey.OP_CONNECT);
                isConnected = channel.finishConnect();
            }
        } finally {
            if (!isConnected) {
                close();
            }
        }
    }

    private void begin() {
        deadline = System.nanoTime() + timeout.toNanos();
    }

    private void await(int operation) throws IOException {
        long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        key.interestOps(operation);
        if (left <= 0 || selector.select(left) == 0) {
            throw new SocketTimeoutException("it did not answer within " + timeout.toMillis() + " ms");
        }
        selector.selectedKeys().clear();
    }

    /** Sends a command and takes its answer; {@code null} for nothing, and for a word that says that it was done. */
    byte[] call(byte[]... command) throws IOException {
        begin();
        send(line('*', command.length));
        for (byte[] argument : command) {
            send(line('$', argument.length), ByteBuffer.wrap(argument), ByteBuffer.wrap(END_OF_LINE));
        }
        return answer();
    }

    private static ByteBuffer line(char kind, int number) {
        return ByteBuffer.wrap((kind + Integer.toString(number) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void send(ByteBuffer... parts) throws IOException {
        while (parts[parts.length - 1].hasRemaining()) {
            if (channel.write(parts) == 0) {
                await(SelectionKey.OP_WRITE);
            }
        }
    }

    private byte[] answer() throws IOException {
        byte kind = next();
        String line = line();
        return switch (kind) {
            case '+', ':' -> null;
            case '$' -> value(length(line));
            case '-' -> throw new IOException("it says " + line);
            default -> throw new IOException("it answers with '" + (char) kind + line + "', which is no answer of a Redis");
        };
    }

    private byte next() throws IOException {
        while (!in.hasRemaining()) {
            receive();
        }
        return in.get();
    }

    private void receive() throws IOException {
        in.clear();
        int count;
        try {
            count = channel.read(in);
        } finally {
            in.flip();
        }
        if (count < 0) {
            throw new EOFException("it closed the connection");
        }
        if (count == 0) {
            await(SelectionKey.OP_READ);
        }
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (byte next = next(); next != '\n'; next = next()) {
            if (line.length() == LONGEST_LINE) {
                throw new IOException("it answers with a line that does not end");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    private static int length(String line) throws IOException {
        try {
            int length = Integer.parseInt(line);
            if (length >= -1 && length <= LONGEST) {
                return length;
            }
        } catch (NumberFormatException e) {
            throw new IOException("it answers with a length of '" + line + "'", e);
        }
        throw new IOException("it answers with a length of " + line);
    }

    private byte[] value(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] value = new byte[length];
        for (int have = 0; have < length;) {
            if (!in.hasRemaining()) {
                receive();
            }
            int count = Math.min(in.remaining(), length - have);
            in.get(value, have, count);
            have += count;
        }
        line();
        return value;
    }

    @Override
    public void close() {
        try {
            channel.close();
            selector.close();
        } catch (IOException leftAlone) {
            return; // nothing is lost
        }
    }
}
