package neurath.operator.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A client that says exactly what it is told, and reads one answer at a time. */
final class Client implements AutoCloseable {
    private static final int PATIENCE_MS = 10_000;

    final Socket socket;
    private final InputStream in;

    /** An answer: status, fields with names in lower case, body. */
    record Answer(int status, Map<String, String> fields, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    Client(InetSocketAddress server) throws IOException {
        this(server, 0);
    }

    /** @param receiveBuffer size of the socket's buffer, or 0 for the system's choice */
    Client(InetSocketAddress server, int receiveBuffer) throws IOException {
        this(server, receiveBuffer, null);
    }

    /** Behind TLS. */
    Client(InetSocketAddress server, SSLContext trust) throws IOException {
        this(server, 0, trust);
    }

    /**
     * @param receiveBuffer size of the socket's buffer, or 0 for the system's choice
     * @param trust for TLS, or null to do without
     */
    Client(InetSocketAddress server, int receiveBuffer, SSLContext trust) throws IOException {
        Socket plain = new Socket();
        if (receiveBuffer > 0) {
            plain.setReceiveBufferSize(receiveBuffer);
        }
        plain.connect(server, PATIENCE_MS);
        plain.setSoTimeout(PATIENCE_MS);
        plain.setTcpNoDelay(true);
        socket = trust == null ? plain : agree(plain, server, trust);
        in = socket.getInputStream();
    }

    private static Socket agree(Socket plain, InetSocketAddress server, SSLContext trust) throws IOException {
        var secure = (SSLSocket) trust.getSocketFactory().createSocket(plain, server.getHostString(), server.getPort(), true);
        secure.startHandshake();
        return secure;
    }

    Client send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    Client ask(String target) throws IOException {
        return send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    Answer get(String target) throws IOException {
        return ask(target).answer();
    }

    Answer answer() throws IOException {
        return answer(true);
    }

    /** @param hasBody false for the answer to HEAD */
    Answer answer(boolean hasBody) throws IOException {
        String[] lines = head().split("\r\n");
        var fields = new TreeMap<String, String>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            fields.put(lines[i].substring(0, colon).toLowerCase(Locale.ROOT), lines[i].substring(colon + 1).strip());
        }
        int length = Integer.parseInt(fields.getOrDefault("content-length", "0"));
        byte[] body = hasBody ? in.readNBytes(length) : new byte[0];
        if (hasBody && body.length < length) {
            throw new EOFException("the body ended after " + body.length + " of " + length + " bytes");
        }
        return new Answer(Integer.parseInt(lines[0].split(" ")[1]), fields, body);
    }

    private String head() throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("closed by the server after '" + head + "'");
            }
            head.write(b);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    InputStream in() {
        return in;
    }

    /** Waits for the server to close, with a reset or in order; whether it came without another byte before. */
    boolean isClosedByServer() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
