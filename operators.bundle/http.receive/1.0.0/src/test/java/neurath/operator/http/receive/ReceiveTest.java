package neurath.operator.http.receive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import neurath.http.Admission;
import neurath.http.Connection;
import neurath.http.Content;
import neurath.http.Exchange;
import neurath.http.Request;
import neurath.http.Response;
import neurath.http.upstream.Backend;
import neurath.http.upstream.Forwarded;
import neurath.http.upstream.Forwarded.Phase;
import neurath.testing.SocketPair;
import neurath.testing.Workbench;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReceiveTest {
    private final Workbench bench = new Workbench();
    private final Receive receive = new Receive();
    private SocketPair sockets;
    private Exchange exchange;
    private ServerSocket server;
    private Socket connection;
    private Backend backend;
    private HttpVersion version = HttpVersion.HTTP_1_1;

    @BeforeEach
    void start() throws Exception {
        sockets = SocketPair.open();
        exchange = new Exchange(new Connection(sockets.server(), 1, new Admission()));
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        backend = new Backend((InetSocketAddress) server.getLocalSocketAddress(), new Backend.Limits(1, 16_384, Duration.ofMinutes(1)));
        receive.open(bench);
    }

    @AfterEach
    void stop() throws Exception {
        receive.close();
        backend.close();
        server.close();
        if (connection != null) {
            connection.close();
        }
        sockets.close();
    }

    private Forwarded forwarded(String method) {
        var request = new Request(exchange, 0, method, HttpURI.from("/a"), "/a", version, HttpFields.EMPTY, List.of());
        return new Forwarded(request, backend, ByteBuffer.wrap((method + " /a HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(ISO_8859_1)));
    }

    /** A request that the backend has. */
    private Forwarded sent(String method) throws Exception {
        Forwarded request = forwarded(method);
        request.goOn(ByteBuffer.allocate(0));
        bench.send("IN", request);
        connection = server.accept();
        while (request.phase() != Phase.AWAITED) {
            ready(request);
        }
        return request;
    }

    private void ready(Forwarded request) throws Exception {
        try (Selector selector = Selector.open()) {
            SelectionKey key = request.channel().register(selector, request.phase().interest());
            assertThat(selector.select(10_000)).isEqualTo(1);
            key.cancel();
        }
        receive.ready(request, request.phase().interest());
    }

    private Response answered(Forwarded request, String answer) throws Exception {
        connection.getOutputStream().write(answer.getBytes(ISO_8859_1));
        ready(request);
        return bench.taken(Response.class);
    }

    private static String head(Response response) {
        return ISO_8859_1.decode(response.head().duplicate()).toString();
    }

    @Test
    void an_answer_is_handed_on_with_the_fields_that_are_about_more_than_one_connection() throws Exception {
        Forwarded request = sent("GET");
        assertThat(bench.leases()).as("a marker waits").isEqualTo(1);
        Response response = answered(request,
                "HTTP/1.1 206 Some\r\nDate: today\r\nServer: other\r\nConnection: X\r\nX: 1\r\nETag: \"a\"\r\nContent-Length: 2\r\n\r\nok");
        assertThat(head(response)).isEqualTo(
                "HTTP/1.1 206 Some\r\nDate: today\r\nServer: other\r\nETag: \"a\"\r\nVia: 1.1 neurath\r\nContent-Length: 2\r\n\r\n");
        assertThat(response.status()).isEqualTo(206);
        assertThat(response.content().length()).isEqualTo(2);
        assertThat(response.exchange()).isSameAs(exchange);
        assertThat(bench.leases()).isZero();
        assertThat(bench.watch().isCancelled()).isTrue();
    }

    @Test
    void content_of_unknown_length_goes_on_in_chunks() throws Exception {
        Response response = answered(sent("GET"), "HTTP/1.1 200 OK\r\nDate: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n");
        assertThat(head(response)).isEqualTo("HTTP/1.1 200 OK\r\nDate: x\r\nVia: 1.1 neurath\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertThat(response.content().length()).isEqualTo(-1);
        assertThat(bench.leases()).as("no marker waits for the content").isZero();
        response.content().release();
    }

    @Test
    void a_client_that_knows_no_chunks_gets_it_until_the_end_of_the_connection() throws Exception {
        version = HttpVersion.HTTP_1_0;
        Response response = answered(sent("GET"), "HTTP/1.1 200 OK\r\nDate: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n");
        assertThat(head(response)).isEqualTo("HTTP/1.0 200 OK\r\nDate: x\r\nVia: 1.1 neurath\r\nConnection: close\r\n\r\n");
        assertThat(exchange.isLast()).isTrue();
        response.content().release();
    }

    @Test
    void the_answer_to_HEAD_keeps_its_length_and_has_no_content() throws Exception {
        Response response = answered(sent("HEAD"), "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 1000\r\n\r\n");
        assertThat(head(response)).isEqualTo("HTTP/1.1 200 OK\r\nDate: x\r\nVia: 1.1 neurath\r\nContent-Length: 1000\r\n\r\n");
        assertThat(response.content()).isEqualTo(new Content.None(1000));
        assertThat(backend.open()).as("the connection can be used again").isEqualTo(1);
    }

    @Test
    void a_backend_that_breaks_off_is_a_bad_gateway() throws Exception {
        Forwarded request = sent("GET");
        connection.close();
        ready(request);
        Response response = bench.taken(Response.class);
        assertThat(response.status()).isEqualTo(502);
        assertThat(head(response)).startsWith("HTTP/1.1 502 Bad Gateway\r\n").endsWith("<h1>502 Bad Gateway</h1>\n");
        assertThat(exchange.isLast()).as("the client's connection goes on").isFalse();
        assertThat(bench.notes().get("last failure")).startsWith(backend + ": ").contains("before it answered");
        assertThat(bench.leases()).isZero();
    }

    @Test
    void a_backend_that_is_not_there_is_a_bad_gateway() throws Exception {
        server.close();
        Forwarded request = forwarded("HEAD");
        request.goOn(ByteBuffer.allocate(0));
        bench.send("IN", request);
        if (request.phase() == Phase.CONNECTING) {
            ready(request);
        }
        Response response = bench.taken(Response.class);
        assertThat(head(response)).startsWith("HTTP/1.1 502 Bad Gateway\r\n").endsWith("\r\n\r\n");
    }

    @Test
    void a_backend_that_does_not_answer_in_time_is_a_gateway_timeout() throws Exception {
        Forwarded request = sent("GET");
        assertThat(bench.dueTimer()).isSameAs(request);
        receive.expired(request);
        Response response = bench.taken(Response.class);
        assertThat(response.status()).isEqualTo(504);
        assertThat(backend.open()).as("its connection is closed").isZero();
        assertThat(bench.notes()).containsEntry("last failure", backend + ": no answer in time");
        assertThat(bench.leases()).isZero();
        receive.ready(request, SelectionKey.OP_READ);
        receive.expired(request);
        assertThat(bench.taken(Response.class)).as("another answer").isNull();
    }

    @Test
    void an_answer_in_time_takes_the_timer_away() throws Exception {
        answered(sent("GET"), "HTTP/1.1 204 No Content\r\n\r\n");
        assertThatThrownBy(bench::dueTimer).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void a_request_without_a_connection_waits_until_the_door_is_opened() throws Exception {
        Workbench.HandWatch door = bench.watch();
        Forwarded first = sent("GET");
        Forwarded second = forwarded("GET");
        second.goOn(ByteBuffer.allocate(0));
        bench.send("IN", second);
        assertThat(second.phase()).isEqualTo(Phase.WAITING);
        assertThat(door.wakes()).isZero();
        answered(first, "HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(door.wakes()).isEqualTo(1);
        receive.ready(door.subject(), 0);
        assertThat(second.phase()).isEqualTo(Phase.AWAITED);
        assertThat(answered(second, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").status()).isEqualTo(200);
    }
}
