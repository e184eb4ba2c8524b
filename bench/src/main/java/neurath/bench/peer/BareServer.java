package neurath.bench.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpVersion;

/**
 * The least that a web server in Java does: one thread, one selector, Jetty's parser, and transfer from files. It knows no request but
 * GET for a file that is there, and nothing of what a server must refuse. Answers {@code port}.
 */
public final class BareServer {
    private static final int INPUT = 8 * 1024;

    private final Path root;
    private final Selector selector;

    private BareServer(Path root) throws IOException {
        this.root = root;
        this.selector = Selector.open();
    }

    /**
     * Serves until its input ends.
     *
     * @param args the folder
     */
    public static void main(String[] args) throws Exception {
        var server = new BareServer(Path.of(args[0]));
        ServerSocketChannel door = ServerSocketChannel.open();
        door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        door.configureBlocking(false);
        door.register(server.selector, SelectionKey.OP_ACCEPT);
        Thread.ofPlatform().daemon().name("bare").start(server::serve);
        Conversation.hold(
                line -> line.equals("port") ? Integer.toString(door.socket().getLocalPort()) : Conversation.unknown(line));
    }

    private void serve() {
        try {
            while (true) {
                selector.select(this::ready);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.channel() instanceof ServerSocketChannel door) {
                accept(door);
            } else {
                ((Connection) key.attachment()).ready();
            }
        } catch (IOException e) {
            close(key);
        }
    }

    private static void close(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocketChannel door) throws IOException {
        for (SocketChannel socket = door.accept(); socket != null; socket = door.accept()) {
            socket.configureBlocking(false);
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            SelectionKey key = socket.register(selector, SelectionKey.OP_READ);
            key.attach(new Connection(socket, key));
        }
    }

    /** One keep-alive connection: a request is read, then its answer written. */
    private final class Connection implements HttpParser.RequestHandler {
        private final SocketChannel socket;
        private final SelectionKey key;
        private final HttpParser parser = new HttpParser(this);
        private final ByteBuffer input = ByteBuffer.allocateDirect(INPUT).limit(0);
        private String path;
        private boolean asked;
        private ByteBuffer head;
        private FileChannel file;
        private long position;
        private long end;

        Connection(SocketChannel socket, SelectionKey key) {
            this.socket = socket;
            this.key = key;
        }

        void ready() throws IOException {
            while (file == null ? read() : write()) {
                // one after the other, as far as it goes
            }
        }

        /** Whether a request has come. */
        private boolean read() throws IOException {
            if (!input.hasRemaining()) {
                input.clear();
                int taken = socket.read(input);
                input.flip();
                if (taken < 0) {
                    throw new IOException("the client has ended the connection");
                }
                if (taken == 0) {
                    return false;
                }
            }
            parser.parseNext(input);
            if (asked) {
                asked = false;
                parser.reset();
                open();
            }
            return true;
        }

        private void open() throws IOException {
            file = FileChannel.open(root.resolve(path.substring(1)), StandardOpenOption.READ);
            position = 0;
            end = file.size();
            head = ByteBuffer.wrap(("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: " + end + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        }

        /** Whether the answer is written. */
        private boolean write() throws IOException {
            if (head.hasRemaining()) {
                socket.write(head);
            }
            if (!head.hasRemaining() && position < end) {
                position += file.transferTo(position, end - position, socket);
            }
            boolean done = position == end;
            if (done) {
                file.close();
                file = null;
            }
            int interest = done ? SelectionKey.OP_READ : SelectionKey.OP_WRITE;
            if (key.interestOps() != interest) {
                key.interestOps(interest);
            }
            return done;
        }

        @Override
        public void startRequest(String method, String uri, HttpVersion version) {
            path = uri;
        }

        @Override
        public void parsedHeader(HttpField field) {}

        @Override
        public boolean headerComplete() {
            return false;
        }

        @Override
        public boolean content(ByteBuffer content) {
            return false;
        }

        @Override
        public boolean contentComplete() {
            return false;
        }

        @Override
        public boolean messageComplete() {
            asked = true;
            return true;
        }

        @Override
        public void earlyEOF() {}
    }
}
