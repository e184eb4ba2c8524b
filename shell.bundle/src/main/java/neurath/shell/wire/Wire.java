package neurath.shell.wire;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;

/** A connection that carries frames both ways. Any thread may send; one thread receives. */
public final class Wire implements Closeable {
    private static final int HEAD = 1 + Integer.BYTES;
    private static final int LONGEST_CONTENT = 16 << 20;

    private final SocketChannel channel;
    private final ReentrantLock sending = new ReentrantLock();

    /** @param channel connected, in blocking mode */
    public Wire(SocketChannel channel) {
        this.channel = channel;
    }

    public void send(Frame.Kind kind, byte[] bytes) throws IOException {
        send(kind, bytes, 0, bytes.length);
    }

    public void send(Frame.Kind kind, byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(HEAD + length);
        frame.put(kind.code()).putInt(length).put(bytes, offset, length).flip();
        sending.lock();
        try {
            while (frame.hasRemaining()) {
                channel.write(frame);
            }
        } finally {
            sending.unlock();
        }
    }

    /** The next frame; null if the other side has ended, orderly or not. */
    public Frame receive() throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        if (!fill(head)) {
            return null;
        }
        Frame.Kind kind = Frame.Kind.of(head.get());
        int length = head.getInt();
        if (length < 0 || length > LONGEST_CONTENT) {
            throw new IOException("this is no frame of the shell: its length is " + length);
        }
        ByteBuffer content = ByteBuffer.allocate(length);
        return fill(content) ? new Frame(kind, content.array()) : null;
    }

    private boolean fill(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                return false;
            }
        }
        buffer.flip();
        return true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
