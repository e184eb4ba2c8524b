package neurath.http.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static neurath.http.upstream.Exchanges.sent;
import static neurath.http.upstream.Exchanges.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import neurath.http.Answer;
import neurath.http.Transport;
import neurath.http.upstream.Forwarded.Phase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RelayTest {
    private Server server;
    private Backend backend;
    private Socket connection;
    private Forwarded request;
    private final Client client = new Client();

    /** A client that takes so many bytes and no more. */
    private static final class Client implements Transport {
        final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        int room = Integer.MAX_VALUE;

        String text() {
            return taken.toString(ISO_8859_1);
        }

        @Override
        public int write(ByteBuffer bytes) {
            int count = Math.min(room, bytes.remaining());
            byte[] some = new byte[count];
            bytes.get(some);
            taken.writeBytes(some);
            room -= count;
            return count;
        }

        @Override
        public long write(ByteBuffer[] parts, int offset, int length) {
            long sum = 0;
            for (int i = offset; i < offset + length; i++) {
                sum += write(parts[i]);
            }
            return sum;
        }

        @Override
        public long write(ByteBuffer[] parts) {
            return write(parts, 0, parts.length);
        }

        @Override
        public int read(ByteBuffer bytes) {
            return 0;
        }

        @Override
        public long transferFrom(FileChannel file, long position, long count) {
            throw new UnsupportedOperationException();
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
        public void shutdownOutput() {}

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    @BeforeEach
    void send() throws IOException {
        server = new Server();
        backend = new Backend(server.address(), new Backend.Limits(1, 16_384, Duration.ofMinutes(1)));
        request = until(sent(backend), Phase.AWAITED);
        connection = server.accept();
        Server.request(connection);
    }

    @AfterEach
    void stop() throws IOException {
        backend.close();
        server.close();
    }

    private Relay begun(String head) throws IOException {
        Server.say(connection, head);
        return until(request, Phase.ANSWERED).content();
    }

    private static Answer answer(Relay relay) {
        return relay.behind(ByteBuffer.wrap("head ".getBytes(ISO_8859_1)));
    }

    /** Writes on as the backend sends on, until all is written or the client takes no more; whether all is. */
    private boolean written(Answer answer) throws IOException {
        while (!answer.write(client)) {
            if (answer.awaits() == null && client.room == 0) {
                return false;
            } else if (answer.awaits() != null) {
                Exchanges.awaitReady(request.channel(), SelectionKey.OP_READ);
            }
        }
        return true;
    }

    @Test
    void what_came_with_the_head_needs_no_more_of_the_backend() throws IOException {
        Relay relay = begun("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nTrailer: x\r\n\r\n");
        assertThat(relay.length()).isEqualTo(7);
        Answer answer = answer(relay);
        assertThat(answer.remaining()).isEqualTo(12);
        assertThat(answer.write(client)).isTrue();
        assertThat(client.text()).isEqualTo("head abcdefg");
        assertThat(sent(backend).phase()).as("by the same connection").isEqualTo(Phase.AWAITED);
    }

    @Test
    void content_of_known_length_is_written_as_it_comes_and_the_connection_is_free_when_all_has_come() throws IOException {
        Relay relay = begun("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
        assertThat(relay.length()).isEqualTo(6);
        Answer answer = answer(relay);
        assertThat(answer.write(client)).isFalse();
        assertThat(client.text()).isEqualTo("head abc");
        assertThat(answer.awaits()).isNotNull();
        assertThat(answer.remaining()).isEqualTo(3);
        assertThat(sent(backend).phase()).as("it is not free").isEqualTo(Phase.WAITING);

        Server.say(connection, "def");
        client.room = 1;
        assertThat(written(answer)).isFalse();
        assertThat(answer.awaits()).as("it waits for the client").isNull();
        assertThat(sent(backend).phase()).as("the backend has said all").isEqualTo(Phase.AWAITED);
        client.room = 2;
        assertThat(answer.write(client)).isTrue();
        answer.ended(null);
        assertThat(client.text()).isEqualTo("head abcdef");
        assertThat(backend.open()).isEqualTo(1);
    }

    @Test
    void content_of_unknown_length_is_written_in_chunks() throws IOException {
        Relay relay = begun("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        assertThat(relay.length()).isEqualTo(-1);
        relay.writeInChunks();
        Answer answer = answer(relay);
        assertThat(answer.write(client)).isFalse();
        assertThat(client.text()).isEqualTo("head 3\r\nabc\r\n");
        long before = answer.remaining();
        Server.say(connection, "14\r\ndefghijklmnopqrstuvw\r\n");
        Exchanges.awaitReady(request.channel(), SelectionKey.OP_READ);
        assertThat(answer.write(client)).isFalse();
        assertThat(answer.remaining()).isLessThan(before);
        Server.say(connection, "0\r\n\r\n");
        assertThat(written(answer)).isTrue();
        assertThat(client.text()).isEqualTo("head 3\r\nabc\r\n14\r\ndefghijklmnopqrstuvw\r\n0\r\n\r\n");
        assertThat(sent(backend).phase()).as("by the same connection").isEqualTo(Phase.AWAITED);
    }

    @Test
    void content_that_ends_with_the_connection_is_whole_then() throws IOException {
        Answer answer = answer(begun("HTTP/1.1 200 OK\r\n\r\nabc"));
        assertThat(answer.write(client)).isFalse();
        Server.say(connection, "def");
        connection.close();
        assertThat(written(answer)).isTrue();
        assertThat(client.text()).isEqualTo("head abcdef");
        assertThat(backend.open()).isZero();
    }

    @Test
    void content_that_breaks_off_is_no_answer() throws IOException {
        for (String head : new String[] {"Content-Length: 6", "Transfer-Encoding: chunked"}) {
            Answer answer = answer(begun("HTTP/1.1 200 OK\r\n" + head + "\r\n\r\n3\r\n"));
            connection.close();
            Exchanges.awaitReady(request.channel(), SelectionKey.OP_READ);
            assertThatThrownBy(() -> written(answer)).isInstanceOfAny(EOFException.class, ProtocolException.class);
            answer.ended(new EOFException());
            assertThat(backend.open()).isZero();
            request = until(sent(backend), Phase.AWAITED);
            connection = server.accept();
            Server.request(connection);
        }
    }

    @Test
    void what_a_client_does_not_take_stays_with_the_backend() throws Exception {
        byte[] large = new byte[50 * 1024 * 1024];
        new Random(1).nextBytes(large);
        Relay relay = begun("HTTP/1.1 200 OK\r\nContent-Length: " + large.length + "\r\n\r\n");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            OutputStream out = connection.getOutputStream();
            Future<?> sender = threads.submit(() -> {
                out.write(large);
                return null;
            });
            Answer answer = answer(relay);
            client.room = 0;
            for (int i = 0; i < 1000; i++) {
                assertThat(answer.write(client)).isFalse();
            }
            assertThat(sender.isDone()).as("more has come than any buffer takes").isFalse();
            while (client.taken.size() < large.length + 5) {
                client.room = 1_000_003;
                written(answer);
            }
            sender.get();
        }
        byte[] all = client.taken.toByteArray();
        assertThat(Arrays.equals(all, 5, all.length, large, 0, large.length)).isTrue();
    }

    @Test
    void one_write_is_a_fair_share() throws Exception {
        byte[] large = new byte[8 * 1024 * 1024];
        Relay relay = begun("HTTP/1.1 200 OK\r\nContent-Length: " + large.length + "\r\n\r\n");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            OutputStream out = connection.getOutputStream();
            Future<?> sender = threads.submit(() -> {
                out.write(large);
                return null;
            });
            Answer answer = answer(relay);
            int before;
            do {
                before = client.taken.size();
                boolean whole = answer.write(client);
                assertThat(client.taken.size() - before).isLessThanOrEqualTo(1024 * 1024 + Relay.CAPACITY);
                if (whole) {
                    break;
                }
                if (answer.awaits() != null) {
                    Exchanges.awaitReady(request.channel(), SelectionKey.OP_READ);
                }
            } while (true);
            sender.get();
            assertThat(client.taken.size()).isEqualTo(large.length + 5);
        }
    }

    @Test
    void content_that_nobody_writes_closes_its_connection() throws IOException {
        begun("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc").release();
        assertThat(backend.open()).isZero();
        assertThat(connection.getInputStream().read()).isEqualTo(-1);
    }
}
