package neurath.operator.http.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import neurath.http.SecureTransport;
import neurath.http.Transport;
import neurath.testing.Identity;
import neurath.testing.Workbench;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link SecureTransport} between real sockets, with the JDK's client on the other side. */
class SecureTransportTest {
    private static final long PATIENCE = 10;

    @TempDir
    static Path folder;

    private static Identity identity;
    private static SSLContext trust;
    private static final byte[] LARGE = new byte[1_000_000];

    private Server server;
    private Transport transport;

    @BeforeAll
    static void make() throws Exception {
        identity = Identity.make(folder, "server");
        trust = Identity.trusting(identity);
        new Random(1).nextBytes(LARGE);
    }

    private void agree(String... protocols) throws Exception {
        Workbench bench = new Workbench().set("KEY_STORE", identity.keyStore()).set("PASSWORD_FILE", identity.passwordFile());
        server = Server.agreed(bench, trust, protocols);
        transport = server.transport();
    }

    @AfterEach
    void close() throws Exception {
        server.close();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    private CompletableFuture<byte[]> clientReads(int count) {
        var received = new CompletableFuture<byte[]>();
        var _ = Server.beside(() -> received.complete(server.client.getInputStream().readNBytes(count))).exceptionally(failure -> {
            received.completeExceptionally(failure);
            return null;
        });
        return received;
    }

    private CompletableFuture<Void> clientWrites(byte[] bytes) {
        return Server.beside(() -> {
            OutputStream out = server.client.getOutputStream();
            out.write(bytes);
            out.flush();
        });
    }

    /** Reads as an operator does: when the channel is ready, or the transport says that there is more. */
    private byte[] read(int count, int room) throws Exception {
        var all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(room);
        while (all.size() < count) {
            if (!transport.hasReceived()) {
                server.await(SelectionKey.OP_READ);
            }
            int before = all.size();
            int read = transport.read(buffer.clear());
            if (read < 0) {
                break;
            }
            all.write(buffer.array(), 0, read);
            assertThat(all.size()).isEqualTo(before + read);
        }
        return all.toByteArray();
    }

    private void write(ByteBuffer... parts) throws Exception {
        while (parts[parts.length - 1].hasRemaining() || !transport.flush()) {
            boolean isToTake = parts[parts.length - 1].hasRemaining();
            if (transport.write(parts) == 0 && isToTake) {
                assertThat(transport.hasToSend()).isTrue();
            }
            if (transport.hasToSend()) {
                server.await(SelectionKey.OP_WRITE);
            }
        }
        assertThat(transport.hasToSend()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void a_slow_client_gets_every_byte_in_order(String protocol) throws Exception {
        agree(protocol);
        CompletableFuture<byte[]> received = clientReads(5 + LARGE.length);
        write(bytes("head "), ByteBuffer.wrap(LARGE));
        ByteBuffer expected = ByteBuffer.allocate(5 + LARGE.length).put(bytes("head ")).put(LARGE);
        assertThat(received.get(PATIENCE, TimeUnit.SECONDS)).isEqualTo(expected.array());
    }

    @Test
    void while_nobody_reads_it_takes_little_and_says_that_it_has_to_send() throws Exception {
        agree();
        ByteBuffer large = ByteBuffer.wrap(LARGE);
        int sum = 0;
        for (int i = 0; i < 100; i++) {
            sum += transport.write(large);
        }
        assertThat(sum).isPositive().isEqualTo(large.position()).isLessThan(LARGE.length);
        assertThat(transport.flush()).isFalse();
        assertThat(transport.hasToSend()).isTrue();
        CompletableFuture<byte[]> received = clientReads(LARGE.length);
        write(large);
        assertThat(received.get(PATIENCE, TimeUnit.SECONDS)).isEqualTo(LARGE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 700, 100_000})
    void what_the_reader_has_no_room_for_waits_though_the_socket_is_not_readable(int room) throws Exception {
        agree();
        byte[] sent = Arrays.copyOf(LARGE, 40_000);
        CompletableFuture<Void> client = clientWrites(sent);
        assertThat(read(sent.length, room)).isEqualTo(sent);
        client.get(PATIENCE, TimeUnit.SECONDS);
        assertThat(transport.hasReceived()).isFalse();
    }

    @Test
    void a_part_of_a_file_is_sent() throws Exception {
        agree();
        Path path = Files.write(folder.resolve("file"), LARGE);
        try (FileChannel file = FileChannel.open(path)) {
            CompletableFuture<byte[]> received = clientReads(LARGE.length - 100);
            long position = 50;
            while (position < LARGE.length - 50 || !transport.flush()) {
                long sent = transport.transferFrom(file, position, LARGE.length - 50 - position);
                position += sent;
                if (sent == 0 && transport.hasToSend()) {
                    server.await(SelectionKey.OP_WRITE);
                }
            }
            assertThat(received.get(PATIENCE, TimeUnit.SECONDS)).isEqualTo(Arrays.copyOfRange(LARGE, 50, LARGE.length - 50));
            assertThat(transport.transferFrom(file, LARGE.length, 10)).as("behind the end").isZero();
        }
    }

    @Test
    void the_clients_end_is_an_end_if_it_says_so_and_it_can_still_be_answered() throws Exception {
        agree();
        server.client.getOutputStream().write(1);
        server.client.shutdownOutput();
        assertThat(read(100, 100)).containsExactly(1);
        assertThat(transport.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        CompletableFuture<byte[]> received = clientReads(2);
        write(bytes("ok"));
        assertThat(received.get(PATIENCE, TimeUnit.SECONDS)).asString(US_ASCII).isEqualTo("ok");
    }

    @Test
    void under_the_older_protocol_the_clients_end_is_the_end_of_both() throws Exception {
        agree("TLSv1.2");
        server.client.getOutputStream().write(1);
        CompletableFuture<Void> closed = Server.beside(server.client::close);
        assertThat(read(100, 100)).containsExactly(1);
        assertThatThrownBy(() -> transport.write(bytes("late"))).isInstanceOf(ClosedChannelException.class);
        closed.get(PATIENCE, TimeUnit.SECONDS);
    }

    @Test
    void a_connection_that_is_cut_off_is_no_end() throws Exception {
        agree();
        server.client.getOutputStream().write(1);
        server.sockets.client().shutdownOutput();
        assertThat(read(1, 100)).containsExactly(1);
        assertThatThrownBy(() -> read(1, 100)).isInstanceOf(SSLException.class).hasMessageContaining("without saying so");
    }

    @Test
    void a_byte_that_was_tampered_with_is_refused_and_the_client_is_told() throws Exception {
        agree();
        server.sockets.client()
                .write(ByteBuffer.wrap(new byte[] {23, 3, 3, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,
                    18, 19, 20}));
        assertThatThrownBy(() -> read(1, 100)).isInstanceOf(SSLException.class);
        CompletableFuture<byte[]> received = clientReads(1);
        transport.close();
        assertThatThrownBy(() -> received.get(PATIENCE, TimeUnit.SECONDS)).hasMessageContaining("bad_record_mac");
    }

    @Test
    void the_servers_end_comes_behind_what_it_has_sent() throws Exception {
        agree();
        CompletableFuture<byte[]> received = clientReads(LARGE.length + 1);
        ByteBuffer large = ByteBuffer.wrap(LARGE);
        while (large.hasRemaining()) {
            if (transport.write(large) == 0) {
                server.await(SelectionKey.OP_WRITE);
            }
        }
        transport.shutdownOutput();
        while (transport.hasToSend()) {
            server.await(SelectionKey.OP_WRITE);
            transport.flush();
        }
        assertThat(received.get(PATIENCE, TimeUnit.SECONDS)).as("and no exception").isEqualTo(LARGE);
    }

    @Test
    void to_the_client_of_these_tests_the_end_of_a_socket_is_no_end() throws Exception {
        agree();
        CompletableFuture<byte[]> received = clientReads(1);
        server.sockets.server().shutdownOutput();
        assertThatThrownBy(() -> received.get(PATIENCE, TimeUnit.SECONDS)).hasCauseInstanceOf(SSLException.class);
    }

    @Test
    void closing_says_so_too() throws Exception {
        agree();
        CompletableFuture<byte[]> received = clientReads(1);
        server.connection.close(new ClosedChannelException());
        assertThat(received.get(PATIENCE, TimeUnit.SECONDS)).isEmpty();
        assertThat(transport.isOpen()).isFalse();
    }

    @Test
    void a_client_that_negotiates_again_is_refused() throws Exception {
        agree("TLSv1.2");
        CompletableFuture<Void> again = Server.beside(() -> {
            server.client.startHandshake();
            server.client.getInputStream().read();
        });
        assertThatThrownBy(() -> read(1, 100)).isInstanceOf(SSLException.class).hasMessageContaining("negotiate again");
        transport.close();
        assertThatThrownBy(() -> again.get(PATIENCE, TimeUnit.SECONDS)).hasCauseInstanceOf(SSLException.class);
    }

    @Test
    void a_client_may_change_its_keys() throws Exception {
        agree("TLSv1.3");
        CompletableFuture<Void> client = Server.beside(() -> {
            server.client.startHandshake();
            server.client.getOutputStream().write("again".getBytes(US_ASCII));
        });
        assertThat(read(5, 100)).asString(US_ASCII).isEqualTo("again");
        client.get(PATIENCE, TimeUnit.SECONDS);
        CompletableFuture<byte[]> received = clientReads(2);
        write(bytes("ok"));
        assertThat(received.get(PATIENCE, TimeUnit.SECONDS)).asString(US_ASCII).isEqualTo("ok");
    }
}
