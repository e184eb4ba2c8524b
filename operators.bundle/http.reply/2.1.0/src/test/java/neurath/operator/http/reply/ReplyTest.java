package neurath.operator.http.reply;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import neurath.http.Admission;
import neurath.http.Connection;
import neurath.http.Content;
import neurath.http.Exchange;
import neurath.http.Request;
import neurath.http.Response;
import neurath.testing.SocketPair;
import neurath.testing.Workbench;
import org.eclipse.jetty.http.HttpVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReplyTest {
    @TempDir
    Path folder;

    private final Workbench bench = new Workbench();
    private final byte[] body = new byte[3_000_000];
    private Path file;
    private FileChannel channel;
    private SocketPair sockets;
    private Connection connection;
    private Exchange exchange;

    @BeforeEach
    void connect() throws Exception {
        new Reply().open(bench);
        new Random(1).nextBytes(body);
        file = Files.write(folder.resolve("file"), body);
        channel = FileChannel.open(file, StandardOpenOption.READ);
        sockets = SocketPair.open();
        connection = new Connection(sockets.server(), 1, new Admission());
        exchange = new Exchange(connection);
    }

    @AfterEach
    void disconnect() throws Exception {
        channel.close();
        sockets.close();
    }

    private Response response(ByteBuffer head, Content content) {
        return new Response(Request.refused(exchange, 200, "GET", HttpVersion.HTTP_1_1), 200, head, content);
    }

    private static ByteBuffer head(String text) {
        return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    }

    private void reply(long position, long length) throws Exception {
        bench.send("IN", response(head("head "),
                new Content.FileRegion(channel, position, length)));
    }

    private byte[] receiveAll(int length) throws Exception {
        var received = new ByteArrayOutputStream();
        while (received.size() < length) {
            received.writeBytes(sockets.receive(1000 + received.size() % 7000));
            connection.outbox().flush();
        }
        return received.toByteArray();
    }

    @Test
    void a_region_is_written_behind_the_head_and_the_file_is_closed() throws Exception {
        reply(10, 100);
        assertThat(exchange.ended()).isTrue();
        assertThat(channel.isOpen()).isFalse();
        assertThat(bench.leases()).isZero();
        assertThat(Arrays.copyOfRange(receiveAll(105), 5, 105)).isEqualTo(Arrays.copyOfRange(body, 10, 110));
    }

    @Test
    void a_client_that_reads_slowly_gets_every_byte() throws Exception {
        reply(0, body.length);
        assertThat(exchange.ended()).isFalse();
        assertThat(bench.leases()).isEqualTo(1);
        byte[] received = receiveAll(5 + body.length);
        assertThat(exchange.ended()).isTrue();
        assertThat(channel.isOpen()).isFalse();
        assertThat(bench.leases()).isZero();
        assertThat(Arrays.copyOfRange(received, 5, received.length)).isEqualTo(body);
    }

    @Test
    void an_empty_file_is_the_head_alone() throws Exception {
        reply(0, 0);
        assertThat(exchange.ended()).isTrue();
        assertThat(receiveAll(5)).asString(ISO_8859_1).isEqualTo("head ");
    }

    @Test
    void parts_of_a_file_are_written_with_what_stands_between_them() throws Exception {
        bench.send("IN", response(head("head "), new Content.Parts(List.of(
                new Content.Bytes(head("first ")),
                new Content.FileRegion(channel, 2_000_000, 1_000_000),
                new Content.Bytes(head(" second ")),
                new Content.FileRegion(channel, 10, 20),
                new Content.Bytes(head(" end"))))));
        assertThat(exchange.ended()).isFalse();
        byte[] received = receiveAll(1_000_020 + 5 + 6 + 8 + 4);
        assertThat(Arrays.copyOfRange(received, 0, 11)).asString(ISO_8859_1).isEqualTo("head first ");
        assertThat(Arrays.copyOfRange(received, 11, 1_000_011)).isEqualTo(Arrays.copyOfRange(body, 2_000_000, 3_000_000));
        assertThat(Arrays.copyOfRange(received, 1_000_019, 1_000_039)).isEqualTo(Arrays.copyOfRange(body, 10, 30));
        assertThat(Arrays.copyOfRange(received, 1_000_039, received.length)).asString(ISO_8859_1).isEqualTo(" end");
        assertThat(exchange.ended()).isTrue();
        assertThat(bench.leases()).isZero();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void a_file_that_became_shorter_ends_the_connection() throws Exception {
        reply(0, body.length);
        try (FileChannel shrinking = FileChannel.open(file, StandardOpenOption.WRITE)) {
            shrinking.truncate(1_000_000);
        }
        while (connection.broken() == null) {
            sockets.receive(10_000);
            connection.outbox().flush();
        }
        assertThat(connection.broken()).isInstanceOf(EOFException.class);
        assertThat(channel.isOpen()).isFalse();
        assertThat(bench.leases()).isZero();
    }

    @Test
    void a_client_that_went_away_gives_file_and_lease_back() throws Exception {
        reply(0, body.length);
        connection.close(new java.io.IOException("tried"));
        assertThat(bench.leases()).isZero();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void a_response_without_content_is_its_head() throws Exception {
        bench.send("IN", response(head("head "), Content.None.EMPTY));
        assertThat(exchange.ended()).isTrue();
        assertThat(bench.leases()).isZero();
        assertThat(receiveAll(5)).asString(ISO_8859_1).isEqualTo("head ");
    }

    @Test
    void bytes_are_written_behind_the_head_and_left_as_they_were_for_others() throws Exception {
        ByteBuffer shared = ByteBuffer.wrap(body).asReadOnlyBuffer();
        bench.send("IN", response(head("head "), new Content.Bytes(shared)));
        assertThat(bench.leases()).isEqualTo(1);
        byte[] received = receiveAll(5 + body.length);
        assertThat(exchange.ended()).isTrue();
        assertThat(bench.leases()).isZero();
        assertThat(Arrays.copyOfRange(received, 5, received.length)).isEqualTo(body);
        assertThat(shared.remaining()).isEqualTo(body.length);
    }

    @Test
    void parts_in_memory_are_written_in_order_and_left_as_they_were() throws Exception {
        ByteBuffer shared = ByteBuffer.wrap(body).asReadOnlyBuffer();
        bench.send("IN", response(head("head "), new Content.Parts(List.of(new Content.Bytes(head("one ")),
                new Content.Bytes(shared.slice(10, 20)), new Content.Bytes(head(" end"))))));
        assertThat(exchange.ended()).isTrue();
        assertThat(bench.leases()).isZero();
        byte[] received = receiveAll(33);
        assertThat(Arrays.copyOfRange(received, 0, 9)).asString(ISO_8859_1).isEqualTo("head one ");
        assertThat(Arrays.copyOfRange(received, 9, 29)).isEqualTo(Arrays.copyOfRange(body, 10, 30));
        assertThat(shared.remaining()).isEqualTo(body.length);
    }
}
