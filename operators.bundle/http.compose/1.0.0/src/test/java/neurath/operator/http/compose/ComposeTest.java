package neurath.operator.http.compose;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import neurath.http.Admission;
import neurath.http.Connection;
import neurath.http.Content;
import neurath.http.Exchange;
import neurath.http.Loaded;
import neurath.http.Request;
import neurath.http.Response;
import neurath.testing.Workbench;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComposeTest {
    private final Compose compose = new Compose();
    private final Exchange exchange = new Exchange(new Connection(null, 1, new Admission()));

    @BeforeEach
    void open() {
        compose.open(new Workbench());
    }

    private Request request(String method, HttpVersion version) {
        return new Request(exchange, 0, method, HttpURI.from("/a"), "/a", version, HttpFields.EMPTY, List.of("identity"));
    }

    private String head(Loaded loaded) throws Exception {
        Response response = compose.apply(loaded);
        assertThat(response.exchange()).isSameAs(exchange);
        assertThat(response.content()).isSameAs(loaded.content());
        return ISO_8859_1.decode(response.head()).toString();
    }

    private static Loaded file(Request request, String name, Content content) {
        return new Loaded(request, 200, name, HttpFields.EMPTY, content);
    }

    private static Content bytes(int length) {
        return new Content.Bytes(ByteBuffer.allocate(length));
    }

    @Test
    void a_file_gets_its_length_and_type() throws Exception {
        assertThat(head(file(request("GET", HttpVersion.HTTP_1_1), "a.txt", bytes(50_000))))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("Content-Length: 50000\r\n", "Content-Type: text/plain;charset=utf-8\r\n", "Server: neurath\r\n", "Date: ")
                .doesNotContain("Connection:", "Transfer-Encoding")
                .endsWith("\r\n\r\n");
    }

    @Test
    void an_empty_file_has_length_zero() throws Exception {
        assertThat(head(file(request("GET", HttpVersion.HTTP_1_1), "a.txt", bytes(0)))).contains("Content-Length: 0\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "a.html, text/html;charset=utf-8",
        "a.HTML, text/html;charset=utf-8",
        "a.css, text/css;charset=utf-8",
        "a.js, text/javascript;charset=utf-8",
        "a.json, application/json",
        "a.png, image/png",
        "a.svg, image/svg+xml",
        "a.tar.gz, application/gzip",
        "a.unknown, application/octet-stream",
        "html, application/octet-stream",
    })
    void the_type_goes_by_the_name(String name, String type) throws Exception {
        assertThat(head(file(request("GET", HttpVersion.HTTP_1_1), name, bytes(1)))).contains("Content-Type: " + type + "\r\n");
    }

    @Test
    void HEAD_is_told_the_length_and_sent_nothing() throws Exception {
        assertThat(head(file(request("HEAD", HttpVersion.HTTP_1_1), "a.txt", new Content.None(50_000))))
                .contains("Content-Length: 50000\r\n")
                .endsWith("\r\n\r\n");
    }

    @Test
    void a_status_without_content_is_explained_by_a_page_in_the_head() throws Exception {
        String head = head(Loaded.without(request("GET", HttpVersion.HTTP_1_1), 404));
        int body = head.indexOf("\r\n\r\n") + 4;
        assertThat(head).startsWith("HTTP/1.1 404 Not Found\r\n").contains("Content-Type: text/html;charset=utf-8\r\n");
        assertThat(head.substring(body)).contains("404 Not Found");
        assertThat(head).contains("Content-Length: " + (head.length() - body) + "\r\n");
    }

    @Test
    void a_page_is_not_sent_to_HEAD() throws Exception {
        assertThat(head(Loaded.without(request("HEAD", HttpVersion.HTTP_1_1), 404)))
                .doesNotContain("Content-Length: 0\r\n")
                .endsWith("\r\n\r\n");
    }

    @Test
    void a_refused_method_is_told_which_are_allowed() throws Exception {
        assertThat(head(Loaded.without(Request.refused(exchange, 405, "POST", HttpVersion.HTTP_1_1), 405)))
                .contains("Allow: GET, HEAD, OPTIONS\r\n");
    }

    @Test
    void options_are_told_without_content() throws Exception {
        assertThat(head(Loaded.without(Request.refused(exchange, 204, "OPTIONS", HttpVersion.HTTP_1_1), 204)))
                .startsWith("HTTP/1.1 204 No Content\r\n")
                .contains("Allow: GET, HEAD, OPTIONS\r\n")
                .doesNotContain("Content-", "Transfer-Encoding")
                .endsWith("\r\n\r\n");
    }

    @Test
    void a_request_refused_before_it_was_read_is_answered() throws Exception {
        exchange.closeAfter();
        assertThat(head(Loaded.without(Request.refused(exchange, 431, null, null), 431)))
                .startsWith("HTTP/1.1 431 ")
                .contains("Connection: close\r\n");
    }

    @Test
    void the_connection_is_spoken_of_where_the_version_does_not_say_it() throws Exception {
        assertThat(head(file(request("GET", HttpVersion.HTTP_1_0), "a.txt", bytes(1)))).containsOnlyOnce("Connection: keep-alive\r\n");
        exchange.closeAfter();
        assertThat(head(file(request("GET", HttpVersion.HTTP_1_1), "a.txt", bytes(1)))).containsOnlyOnce("Connection: close\r\n");
        assertThat(head(file(request("GET", HttpVersion.HTTP_1_0), "a.txt", bytes(1)))).containsOnlyOnce("Connection: close\r\n");
    }

    @Test
    void a_long_location_has_room() throws Exception {
        String location = "/" + "a".repeat(20_000) + "/";
        HttpFields fields = HttpFields.from(new HttpField(HttpHeader.LOCATION, location));
        Loaded moved = new Loaded(request("GET", HttpVersion.HTTP_1_1), 301, null, fields, Content.None.EMPTY);
        assertThat(head(moved)).contains("Location: " + location + "\r\n").contains("301 Moved Permanently");
    }
}
