package neurath.operator.http.reply;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
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

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReplyTest {
    private final Workbench bench = new Workbench();
    private SocketPair sockets;
    private Connection connection;
    private Exchange exchange;

    @BeforeEach
    void connect() throws Exception {
        new Reply().open(bench);
        sockets = SocketPair.open();
        connection = new Connection(sockets.server(), 1, new Admission());
        exchange = new Exchange(connection);
    }

    @AfterEach
    void disconnect() throws Exception {
        sockets.close();
    }

    private Response response(ByteBuffer head, Content content) {
        return new Response(Request.refused(exchange, 200, "GET", HttpVersion.HTTP_1_1), 200, head, content);
    }

    private static ByteBuffer head(String text) {
        return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    }

    @Test
    void head_and_body_are_written_in_order_and_the_lease_is_given_back() throws Exception {
        bench.send("IN", response(head("head "),
                new Content.Bytes(head("body"))));
        assertThat(exchange.ended()).isTrue();
        assertThat(bench.leases()).isZero();
        assertThat(sockets.receive(100)).asString(ISO_8859_1).isEqualTo("head body");
    }

    @Test
    void a_client_that_reads_slowly_gets_every_byte() throws Exception {
        byte[] body = new byte[3_000_000];
        new Random(1).nextBytes(body);
        bench.send("IN", response(head("head "),
                new Content.Bytes(ByteBuffer.wrap(body))));
        assertThat(exchange.ended()).isFalse();
        assertThat(bench.leases()).isEqualTo(1);

        var received = new ByteArrayOutputStream();
        while (received.size() < 5 + body.length) {
            received.writeBytes(sockets.receive(1000 + received.size() % 7000));
            connection.outbox().flush();
        }
        assertThat(exchange.ended()).isTrue();
        assertThat(bench.leases()).isZero();
        assertThat(Arrays.copyOfRange(received.toByteArray(), 5, received.size())).isEqualTo(body);
    }

    @Test
    void parts_are_written_one_behind_the_other() throws Exception {
        byte[] body = new byte[300_000];
        new Random(2).nextBytes(body);
        bench.send("IN", response(head("head "), new Content.Parts(List.of(
                new Content.Bytes(head("first ")),
                new Content.Bytes(ByteBuffer.wrap(body, 1000, 250_000).slice()),
                new Content.Bytes(head("")),
                new Content.Bytes(head(" second ")),
                new Content.Bytes(ByteBuffer.wrap(body, 3, 4).slice()),
                new Content.Bytes(head(" end"))))));
        assertThat(exchange.ended()).isFalse();
        var received = new ByteArrayOutputStream();
        while (received.size() < 250_004 + 5 + 6 + 8 + 4) {
            received.writeBytes(sockets.receive(1000 + received.size() % 7000));
            connection.outbox().flush();
        }
        byte[] bytes = received.toByteArray();
        assertThat(Arrays.copyOfRange(bytes, 0, 11)).asString(ISO_8859_1).isEqualTo("head first ");
        assertThat(Arrays.copyOfRange(bytes, 11, 250_011)).isEqualTo(Arrays.copyOfRange(body, 1000, 251_000));
        assertThat(Arrays.copyOfRange(bytes, 250_011, 250_019)).asString(ISO_8859_1).isEqualTo(" second ");
        assertThat(Arrays.copyOfRange(bytes, 250_019, 250_023)).isEqualTo(Arrays.copyOfRange(body, 3, 7));
        assertThat(Arrays.copyOfRange(bytes, 250_023, bytes.length)).asString(ISO_8859_1).isEqualTo(" end");
        assertThat(exchange.ended()).isTrue();
        assertThat(bench.leases()).isZero();
    }

    @Test
    void the_content_is_left_as_it_was_for_others() throws Exception {
        ByteBuffer shared = head("body");
        bench.send("IN",
                response(head("head "), new Content.Bytes(shared)));
        assertThat(shared.remaining()).isEqualTo(4);
    }

    @Test
    void a_client_that_went_away_gives_the_lease_back() throws Exception {
        bench.send("IN", response(head("head "),
                new Content.Bytes(ByteBuffer.allocate(3_000_000))));
        connection.close(new java.io.IOException("tried"));
        assertThat(bench.leases()).isZero();
        assertThat(exchange.ended()).isTrue();
    }

    @Test
    void an_open_file_is_refused() {
        assertThatThrownBy(() -> bench.send("IN",
                response(head("head"),
                        new Content.FileRegion(null, 0, 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("writes from memory only");
        assertThat(bench.leases()).isZero();
    }
}
