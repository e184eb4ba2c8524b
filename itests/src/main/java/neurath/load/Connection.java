package neurath.load;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** One keep-alive connection to the server. Asking and receiving may be done by two threads, each by one. */
final class Connection implements Closeable {
    private static final int MAX_HEAD = 16 * 1024;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final String host;
    private final byte[] buffer;
    private int next;
    private int limit;

    private Connection(Socket socket, int bufferSize) throws IOException {
        this.socket = socket;
        in = socket.getInputStream();
        out = socket.getOutputStream();
        host = socket.getInetAddress().getHostAddress() + ":" + socket.getPort();
        buffer = new byte[bufferSize];
    }

    /**
     * Connects.
     *
     * @param patience how long a single read may stay without a byte
     * @param window bytes to read at once, and what the kernel is asked to take in beforehand; 0 for the kernel's choice
     */
    static Connection open(InetSocketAddress server, Duration patience, int window) throws IOException {
        Socket socket = new Socket();
        try {
            if (window > 0) {
                socket.setReceiveBufferSize(window);
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
            socket.connect(server, Math.toIntExact(patience.toMillis()));
            return new Connection(socket, window > 0 ? Math.max(window, MAX_HEAD) : 64 * 1024);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    void ask(Page page) throws IOException {
        byte[] request = ("GET /" + page.name() + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        try {
            out.write(request);
        } catch (IOException e) {
            throw new ClosedByServer("before the request", e);
        }
    }

    /**
     * Reads the answer to the oldest request that has none yet and compares it with the page.
     *
     * @throws WrongAnswer if it is another one
     * @throws ClosedByServer if the connection ended first
     * @throws SocketTimeoutException if the server stayed silent for longer than the patience
     */
    Head receive(Page page, Pace pace) throws IOException {
        Head head = head();
        long length = head.contentLength();
        if (head.status() != 200) {
            skip(length);
            throw new WrongAnswer("status " + head.status(), head);
        }
        if (length != page.length()) {
            skip(length);
            throw new WrongAnswer("Content-Length " + length + " where the page has " + page.length(), head);
        }
        body(page, pace, head);
        return head;
    }

    /**
     * Whether the connection is still there and silent, as it must be between requests.
     *
     * @throws WrongAnswer if bytes came that nobody asked for
     */
    boolean idle() throws IOException {
        socket.setSoTimeout(1);
        try {
            if (next == limit) {
                fill("between two requests");
            }
        } catch (SocketTimeoutException silent) {
            return true;
        } catch (ClosedByServer closed) {
            return false;
        }
        throw new WrongAnswer("bytes that nobody asked for");
    }

    private Head head() throws IOException {
        var text = new StringBuilder(256);
        while (!endsWithEmptyLine(text)) {
            if (next == limit) {
                fill(text.isEmpty() ? "before the answer" : "within the head of the answer");
            }
            text.append((char) (buffer[next++] & 0xFF));
            if (text.length() > MAX_HEAD) {
                throw new WrongAnswer("a head of more than " + MAX_HEAD + " bytes");
            }
        }
        return Head.parse(text.substring(0, text.length() - 4));
    }

    private static boolean endsWithEmptyLine(StringBuilder text) {
        int end = text.length();
        return end >= 4
                && text.charAt(end - 1) == '\n'
                && text.charAt(end - 2) == '\r'
                && text.charAt(end - 3) == '\n'
                && text.charAt(end - 4) == '\r';
    }

    private void body(Page page, Pace pace, Head head) throws IOException {
        Content content = page.content();
        String wrong = null;
        for (long offset = 0; offset < page.length();) {
            int length = available(page.length() - offset, offset);
            if (wrong == null) {
                int difference = content.firstDifference(buffer, next, next + length, offset);
                wrong = difference < 0 ? null : "wrong byte at offset " + (offset + difference - next);
            }
            next += length;
            offset += length;
            pace.took(length);
        }
        if (wrong != null) {
            throw new WrongAnswer(wrong, head);
        }
    }

    private void skip(long length) throws IOException {
        for (long offset = 0; offset < length;) {
            int part = available(length - offset, offset);
            next += part;
            offset += part;
        }
    }

    private int available(long wanted, long offset) throws IOException {
        if (next == limit) {
            fill("at offset " + offset + " of the answer");
        }
        return (int) Math.min(limit - next, wanted);
    }

    private void fill(String when) throws IOException {
        int read;
        try {
            read = in.read(buffer);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            throw new ClosedByServer(when, e);
        }
        if (read < 0) {
            throw new ClosedByServer(when);
        }
        next = 0;
        limit = read;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
