package neurath.operator.http.send;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import neurath.http.Admission;
import neurath.http.Connection;
import neurath.http.Exchange;
import neurath.http.Request;
import neurath.http.upstream.Forwarded;
import neurath.testing.SocketPair;
import neurath.testing.Workbench;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SendTest {
    private SocketPair sockets;
    private Exchange exchange;

    @BeforeEach
    void connect() throws IOException {
        sockets = SocketPair.open();
        exchange = new Exchange(new Connection(sockets.server(), 1, new Admission()));
    }

    @AfterEach
    void disconnect() throws IOException {
        sockets.close();
    }

    private String head(Request request) throws IOException {
        return ISO_8859_1.decode(new RequestHead("backend:9000").of(request)).toString();
    }

    private Request request(String target, String path, HttpFields fields) {
        return new Request(exchange, 0, "GET", HttpURI.from(target), path, HttpVersion.HTTP_1_1, fields, List.of());
    }

    @Test
    void fields_about_one_connection_stay_and_the_others_go_on() throws IOException {
        HttpFields fields = HttpFields.build()
                .add("Host", "example.org")
                .add("Connection", "keep-alive, X-Private")
                .add("Keep-Alive", "timeout=5")
                .add("X-Private", "1")
                .add("TE", "trailers")
                .add("Expect", "100-continue")
                .add("Transfer-Encoding", "chunked")
                .add("Content-Length", "5")
                .add("Upgrade", "h2c")
                .add("Range", "bytes=0-1")
                .add("If-None-Match", "\"a\"")
                .add("X-Forwarded-For", "10.0.0.1")
                .add("Via", "1.1 front");
        assertThat(head(request("/a", "/a", fields))).isEqualTo(
                """
                GET /a HTTP/1.1\r
                Host: example.org\r
                Range: bytes=0-1\r
                If-None-Match: "a"\r
                X-Forwarded-For: 10.0.0.1, 127.0.0.1\r
                Via: 1.1 front\r
                Via: 1.1 neurath\r
                \r
                """);
    }

    @Test
    void the_path_that_was_routed_is_asked_for_with_the_query_as_it_came() throws IOException {
        assertThat(head(request("http://example.org/x/../a%20b//c?q=%2F+1", "/a b/c", HttpFields.EMPTY)))
                .startsWith("GET /a%20b/c?q=%2F+1 HTTP/1.1\r\nHost: backend:9000\r\n");
    }

    @Test
    void a_request_is_on_its_way_when_it_leaves() throws Exception {
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var bench = new Workbench().set("BACKEND", "127.0.0.1:" + server.getLocalPort());
            var send = new Send();
            send.open(bench);
            assertThat(bench.notes()).containsEntry("backend", "http://127.0.0.1:" + server.getLocalPort());
            Forwarded sent = send.apply(request("/a", "/a", HttpFields.EMPTY));
            assertThat(sent.phase()).isIn(Forwarded.Phase.CONNECTING, Forwarded.Phase.AWAITED);
            assertThat(sent.backend().open()).isEqualTo(1);
            sent.abandon();
            send.close();
        }
    }

    @Test
    void a_backend_that_is_none_is_refused_with_what_to_give() {
        for (String wrong : new String[] {"", "9000", "http://a:1", "a:b", "a", "a:1/path"}) {
            assertThatThrownBy(() -> new Send().open(new Workbench().set("BACKEND", wrong))).as(wrong)
                    .hasMessageContaining("workbench/node: BACKEND is " + wrong + "; give a host and a port");
        }
    }

    @Test
    void no_connections_at_all_are_refused() {
        assertThatThrownBy(() -> new Send().open(new Workbench().set("MAX_CONNECTIONS", 0)))
                .hasRootCauseMessage("MAX_CONNECTIONS is 0; give a number above zero");
    }
}
