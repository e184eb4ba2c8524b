package neurath.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * TLS over a socket. First the {@link #handshake}, whose caller does what it {@link Need needs} each time; then bytes are read and
 * written as ever.
 *
 * <p>Bytes that were taken are encrypted at once, and wait for the socket where it is full. A record is decrypted as a whole, and what
 * the reader has no room for waits here, though the socket is not readable. While nothing waits it holds no buffer.
 *
 * <p>The client's end is an end only where it was said by a {@code close_notify} (RFC 8446, 6.1); without one it is an exception, as
 * somebody else may have cut the connection. A client cannot negotiate again.
 */
@ProviderType
public final class SecureTransport implements Transport {
    /** What the handshake needs to go on. */
    public enum Need {
        /** Bytes from the client: the channel must become readable. */
        BYTES,
        /** The client to take bytes: the channel must become writable. */
        ROOM,
        /** A computation that takes a while, by {@link #compute}. */
        COMPUTATION,
        /** Nothing: it is over. */
        NOTHING
    }

    private static final ByteBuffer NONE = ByteBuffer.allocate(0);
    /** Records encrypted before the socket is asked, at most. */
    private static final int RECORDS = 4;
    private static final int FILE_CHUNK = RECORDS * 16 * 1024;
    private static final int FIRST_CONTENT_TYPE = 20;
    private static final int LAST_CONTENT_TYPE = 24;
    private static final byte[] PLAIN_REQUEST_REFUSED =
            """
            HTTP/1.1 400 Bad Request\r
            Server: neurath\r
            Content-Type: text/plain\r
            Content-Length: 43\r
            Connection: close\r
            \r
            This port speaks HTTPS; use https:// here.
            """.getBytes(StandardCharsets.US_ASCII);

    private final SocketChannel socket;
    private final SSLEngine engine;
    /** Around everything that touches the engine or a buffer: who reads may have to answer, too. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Encrypted, from the client; up to the position. */
    private ByteBuffer received = NONE;
    /** What was received is no whole record. */
    private boolean starved = true;
    /** Decrypted and not read yet; from the position on. */
    private ByteBuffer decrypted = NONE;
    /** Encrypted, for the client; up to the position. */
    private ByteBuffer sending = NONE;
    private boolean begun;
    private boolean inputEnded;
    private boolean outputEnds;
    private boolean outputShut;

    SecureTransport(SocketChannel socket, SSLEngine engine) throws SSLException {
        this.socket = socket;
        this.engine = engine;
        engine.setUseClientMode(false);
        engine.beginHandshake();
    }

    /** What was negotiated, for people: {@code TLSv1.3 TLS_AES_256_GCM_SHA384}. */
    public String description() {
        return engine.getSession().getProtocol() + ' ' + engine.getSession().getCipherSuite();
    }

    /**
     * Goes on with the handshake as far as it goes without waiting. For one thread at a time.
     *
     * @return what it needs to go on
     * @throws IOException if there will be no agreement; closing it tells the client why
     */
    public Need handshake() throws IOException {
        lock.lock();
        try {
            boolean asked = false;
            while (true) {
                if (!send()) {
                    return Need.ROOM;
                }
                switch (engine.getHandshakeStatus()) {
                    case NEED_TASK -> {
                        return Need.COMPUTATION;
                    }
                    case NEED_WRAP -> encrypt(NONE);
                    case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                        if (starved && (asked || !receiveHandshake())) {
                            return Need.BYTES;
                        }
                        asked = true;
                        decryptHandshake();
                    }
                    case NOT_HANDSHAKING, FINISHED -> {
                        return Need.NOTHING;
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Does one computation of the handshake. Like {@link #handshake}. */
    public void compute() {
        Runnable task = engine.getDelegatedTask();
        if (task != null) {
            task.run();
        }
    }

    private boolean receiveHandshake() throws IOException {
        int count = receive();
        if (count < 0) {
            throw new SSLException("the client has gone in the middle of the handshake");
        } else if (count > 0) {
            refusePlainText();
        }
        return count > 0;
    }

    private void decryptHandshake() throws IOException {
        if (decrypt(NONE).getStatus() == SSLEngineResult.Status.CLOSED) {
            throw new SSLException("the client does not want to go on with the handshake");
        }
    }

    /** Tells a client that speaks without TLS, as far as one can know what it speaks. */
    private void refusePlainText() throws IOException {
        if (begun) {
            return;
        }
        begun = true;
        byte first = received.get(0);
        if (first >= FIRST_CONTENT_TYPE && first <= LAST_CONTENT_TYPE) {
            return;
        }
        if (first >= 'A' && first <= 'Z') {
            socket.write(ByteBuffer.wrap(PLAIN_REQUEST_REFUSED));
            outputShut = true;
            socket.shutdownOutput();
        }
        throw new SSLException("the client does not speak TLS");
    }

    @Override
    public int read(ByteBuffer bytes) throws IOException {
        lock.lock();
        try {
            boolean asked = false;
            while (bytes.hasRemaining()) {
                if (decrypted.hasRemaining()) {
                    return drain(bytes);
                } else if (inputEnded) {
                    return -1;
                }
                if (starved && (asked || !receiveMore())) {
                    return 0;
                }
                asked = true;
                int before = bytes.position();
                decryptNext(bytes);
                if (bytes.position() > before) {
                    return bytes.position() - before;
                }
            }
            return 0;
        } finally {
            lock.unlock();
        }
    }

    private boolean receiveMore() throws IOException {
        int count = receive();
        if (count < 0) {
            throw new SSLException("the client has gone without saying so; what came may not be all that it has sent");
        }
        return count > 0;
    }

    private void decryptNext(ByteBuffer bytes) throws IOException {
        int record = engine.getSession().getApplicationBufferSize();
        SSLEngineResult result;
        if (bytes.remaining() >= record) {
            result = decrypt(bytes);
        } else {
            decrypted = ByteBuffer.allocate(record);
            try {
                result = decrypt(decrypted);
            } finally {
                decrypted = decrypted.position() == 0 ? NONE : decrypted.flip();
            }
        }
        inputEnded |= result.getStatus() == SSLEngineResult.Status.CLOSED;
        answerTheProtocol();
    }

    /** Says what the protocol wants to be said to what has come: a new key, the end of TLS 1.2. */
    private void answerTheProtocol() throws IOException {
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_WRAP -> {
                    if (encrypt(NONE).bytesProduced() == 0) {
                        return;
                    }
                }
                case NEED_TASK -> throw new SSLException("the client wants to negotiate again, which is refused; it may connect again");
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NOT_HANDSHAKING, FINISHED -> {
                    send();
                    return;
                }
            }
        }
    }

    private int drain(ByteBuffer bytes) {
        int count = Math.min(bytes.remaining(), decrypted.remaining());
        bytes.put(bytes.position(), decrypted, decrypted.position(), count).position(bytes.position() + count);
        decrypted.position(decrypted.position() + count);
        if (!decrypted.hasRemaining()) {
            decrypted = NONE;
        }
        return count;
    }

    /** Receives from the socket; there may be a whole record then. */
    private int receive() throws IOException {
        int record = engine.getSession().getPacketBufferSize();
        if (!received.hasRemaining()) {
            received = ByteBuffer.allocate(received.position() + record).put(received.flip());
        }
        int count = socket.read(received);
        if (received.position() == 0) {
            received = NONE;
        }
        starved = count <= 0;
        return count;
    }

    private SSLEngineResult decrypt(ByteBuffer into) throws SSLException {
        received.flip();
        SSLEngineResult result;
        try {
            result = engine.unwrap(received, into);
        } finally {
            received.compact();
        }
        starved = received.position() == 0 || result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW;
        if (received.position() == 0) {
            received = NONE;
        }
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
            throw new SSLException("the client has sent a record that is larger than was agreed upon");
        }
        return result;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        return (int) write(new ByteBuffer[] {bytes}, 0, 1);
    }

    @Override
    public long write(ByteBuffer[] parts) throws IOException {
        return write(parts, 0, parts.length);
    }

    @Override
    public long write(ByteBuffer[] parts, int offset, int length) throws IOException {
        lock.lock();
        try {
            long taken = 0;
            while (send() && remaining(parts, offset, length) > 0) {
                for (int i = 0; i < RECORDS && remaining(parts, offset, length) > 0; i++) {
                    taken += encrypt(parts, offset, length).bytesConsumed();
                }
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private static long remaining(ByteBuffer[] parts, int offset, int length) {
        long sum = 0;
        for (int i = offset; i < offset + length; i++) {
            sum += parts[i].remaining();
        }
        return sum;
    }

    @Override
    public long transferFrom(FileChannel file, long position, long count) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(FILE_CHUNK, count));
        long taken = 0;
        while (taken < count && flush()) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), count - taken));
            if (file.read(chunk, position + taken) <= 0) {
                break;
            }
            taken += write(chunk.flip());
            if (chunk.hasRemaining()) {
                break;
            }
        }
        return taken;
    }

    private SSLEngineResult encrypt(ByteBuffer... parts) throws IOException {
        return encrypt(parts, 0, parts.length);
    }

    /** Makes one record of what it can. */
    private SSLEngineResult encrypt(ByteBuffer[] parts, int offset, int length) throws IOException {
        int record = engine.getSession().getPacketBufferSize();
        if (sending.remaining() < record) {
            int records = Math.clamp(1 + remaining(parts, offset, length) / record, 1, RECORDS);
            sending = ByteBuffer.allocate(sending.position() + records * record).put(sending.flip());
        }
        SSLEngineResult result = engine.wrap(parts, offset, length, sending);
        if (result.bytesProduced() == 0 && remaining(parts, offset, length) > 0) {
            throw new ClosedChannelException();
        }
        return result;
    }

    @Override
    public boolean flush() throws IOException {
        lock.lock();
        try {
            return send();
        } finally {
            lock.unlock();
        }
    }

    private boolean send() throws IOException {
        if (sending.position() > 0) {
            sending.flip();
            try {
                socket.write(sending);
            } finally {
                sending.compact();
            }
        }
        if (sending.position() > 0) {
            return false;
        }
        sending = NONE;
        if (outputEnds && !outputShut) {
            outputShut = true;
            socket.shutdownOutput();
        }
        return true;
    }

    @Override
    public boolean hasToSend() {
        lock.lock();
        try {
            return sending.position() > 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean hasReceived() {
        return decrypted.hasRemaining() || !starved && !inputEnded;
    }

    @Override
    public void shutdownOutput() throws IOException {
        lock.lock();
        try {
            sayTheEnd();
            send();
        } finally {
            lock.unlock();
        }
    }

    /** Adds to what waits to be sent the end, or the alert that says why there was no agreement. */
    private void sayTheEnd() throws IOException {
        outputEnds = true;
        engine.closeOutbound();
        while (!engine.isOutboundDone()) {
            if (encrypt(NONE).bytesProduced() == 0) {
                return;
            }
        }
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    /** Closes the socket; the client is told before, if it takes that at once. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (socket.isOpen() && !outputShut) {
                sayTheEnd();
                send();
            }
        } catch (IOException e) {
            // the client has gone: nobody is left to be told
        } finally {
            lock.unlock();
            socket.close();
        }
    }
}
