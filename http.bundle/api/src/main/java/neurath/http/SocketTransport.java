package neurath.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;

/** A socket, bare. What it takes is the system's, so that nothing waits here. */
record SocketTransport(SocketChannel socket) implements Transport {
    @Override
    public int read(ByteBuffer bytes) throws IOException {
        return socket.read(bytes);
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        return socket.write(bytes);
    }

    @Override
    public long write(ByteBuffer[] parts) throws IOException {
        return socket.write(parts);
    }

    @Override
    public long write(ByteBuffer[] parts, int offset, int length) throws IOException {
        return socket.write(parts, offset, length);
    }

    @Override
    public long transferFrom(FileChannel file, long position, long count) throws IOException {
        return file.transferTo(position, count, socket);
    }

    @Override
    public boolean flush() {
        return true;
    }

    @Override
    public boolean hasToSend() {
        return false;
    }

    @Override
    public boolean hasReceived() {
        return false;
    }

    @Override
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
