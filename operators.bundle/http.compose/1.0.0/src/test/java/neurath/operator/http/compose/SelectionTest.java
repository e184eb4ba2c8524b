package neurath.operator.http.compose;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectionTest {
    private static final String MODIFIED = "Fri, 02 Jan 2026 03:04:05 GMT";
    private static final String EARLIER = "Fri, 02 Jan 2026 03:04:04 GMT";
    private static final String LATER = "Fri, 02 Jan 2026 03:04:06 GMT";
    private static final HttpFields RESOURCE = HttpFields.from(
            new HttpField(HttpHeader.ETAG, "\"a\""),
            new HttpField(HttpHeader.LAST_MODIFIED, MODIFIED),
            new HttpField(HttpHeader.ACCEPT_RANGES, "bytes"),
            new HttpField(HttpHeader.CONTENT_ENCODING, "gzip"),
            new HttpField(HttpHeader.VARY, "Accept-Encoding"),
            new HttpField(HttpHeader.CACHE_CONTROL, "max-age=5"));

    @TempDir
    Path folder;

    private final Compose compose = new Compose();
    private final Exchange exchange = new Exchange(new Connection(null, 1, new Admission()));

    @BeforeEach
    void open() {
        compose.open(new Workbench().set("MAX_RANGES", 3));
    }

    /** @param conditions lines of fields, such as {@code Range: bytes=0-1} */
    private Response ask(String method, String conditions, Content content) throws Exception {
        HttpFields.Mutable fields = HttpFields.build().add(HttpHeader.HOST, "x");
        for (String line : conditions.split(" & ")) {
            String[] field = line.split(": ", 2);
            fields.add(field[0], field[1]);
        }
        Request request = new Request(exchange, 0, method, HttpURI.from("/a"), "/a", HttpVersion.HTTP_1_1, fields, List.of("identity"));
        return compose.apply(new Loaded(request, 200, "a.txt", RESOURCE, content));
    }

    private Response get(String conditions) throws Exception {
        return ask("GET", conditions, new Content.Bytes(bytes("0123456789")));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(("..." + text).getBytes(ISO_8859_1), 3, text.length());
    }

    private static String text(ByteBuffer buffer) {
        return ISO_8859_1.decode(buffer.duplicate()).toString();
    }

    private static String text(Content content) {
        var text = new StringBuilder();
        switch (content) {
            case Content.Bytes memory -> text.append(text(memory.bytes()));
            case Content.Parts parts -> parts.contents().forEach(part -> text.append(text(part)));
            case Content.None none -> {}
            case Content.Streamed streamed -> text.append(streamed);
            case Content.FileRegion file -> text.append(file.position()).append('+').append(file.length());
        }
        return text.toString();
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "If-Match: \"a\"                                         | 200",
                "If-Match: \"b\", \"a\"                                  | 200",
                "If-Match: \"b\" & If-Match: \"a\"                       | 200",
                "If-Match: *                                             | 200",
                "If-Match: \"b\"                                         | 412",
                "If-Match: W/\"a\"                                       | 412",
                "If-Match: a                                             | 412",
                "If-Unmodified-Since: MODIFIED                           | 200",
                "If-Unmodified-Since: LATER                              | 200",
                "If-Unmodified-Since: EARLIER                            | 412",
                "If-Unmodified-Since: yesterday                          | 200",
                "If-Match: \"a\" & If-Unmodified-Since: EARLIER          | 200",
                "If-None-Match: \"a\"                                    | 304",
                "If-None-Match: W/\"a\"                                  | 304",
                "If-None-Match: \"b,\", \"a\"                            | 304",
                "If-None-Match: *                                        | 304",
                "If-None-Match: \"b\"                                    | 200",
                "If-None-Match: \"A\"                                    | 200",
                "If-None-Match: \"b\", \"a                              | 200",
                "If-None-Match: \"                                       | 200",
                "If-None-Match: \"a\\\", \"a\"                            | 304",
                "If-Match: W/\"a\", \"a\"                                | 200",
                "If-Modified-Since: MODIFIED                             | 304",
                "If-Modified-Since: LATER                                | 304",
                "If-Modified-Since: EARLIER                              | 200",
                "If-Modified-Since: Friday, 02-Jan-26 03:04:05 GMT       | 304",
                "If-Modified-Since: Fri Jan  2 03:04:05 2026             | 304",
                "If-Modified-Since: 2026-01-02                           | 200",
                "If-Modified-Since: MODIFIED & If-Modified-Since: MODIFIED | 200",
                "If-None-Match: \"b\" & If-Modified-Since: LATER         | 200",
                "If-Match: \"b\" & If-None-Match: \"a\"                  | 412",
                "If-Match: \"a\" & If-None-Match: \"a\"                  | 304",
                "If-Unmodified-Since: EARLIER & If-None-Match: \"a\"     | 412",
                "If-Unmodified-Since: MODIFIED & If-Modified-Since: MODIFIED | 304",
                "If-None-Match: \"a\" & Range: bytes=0-1                 | 304",
                "If-Match: \"b\" & Range: bytes=0-1                      | 412",
                "If-None-Match: \"b\" & Range: bytes=0-1                 | 206",
                "Range: bytes=0-1 & If-Range: \"a\"                      | 206",
                "Range: bytes=0-1 & If-Range: \"b\"                      | 200",
                "Range: bytes=0-1 & If-Range: W/\"a\"                    | 200",
                "Range: bytes=0-1 & If-Range: MODIFIED                   | 206",
                "Range: bytes=0-1 & If-Range: LATER                      | 200",
                "Range: bytes=0-1 & If-Range: yesterday                  | 200",
                "Range: bytes=20- & If-Range: \"b\"                      | 200",
                "If-Range: \"a\"                                         | 200",
                "Range: bytes=20-                                        | 416",
                "Range: lines=0-1                                        | 200",
                "Range: bytes=0-1 & Range: bytes=3-4                     | 200",
                "Range: bytes=0-0,2-2,4-4,6-6                            | 200",
            },
            delimiter = '|',
            quoteCharacter = '`')
    void conditions_are_evaluated_in_the_order_of_the_standard(String conditions, int status) throws Exception {
        String dated = conditions.replace("MODIFIED", MODIFIED).replace("EARLIER", EARLIER).replace("LATER", LATER);
        Response response = get(dated);
        assertThat(response.status()).isEqualTo(status);
        assertThat(text(response.head())).startsWith("HTTP/1.1 " + status + " ");
        Response toHead = ask("HEAD", dated, new Content.None(10));
        assertThat(toHead.status()).isEqualTo(status == 206 || status == 416 ? 200 : status);
        assertThat(toHead.content()).isInstanceOf(Content.None.class);
        assertThat(text(toHead.head())).endsWith("\r\n\r\n");
    }

    @Test
    void what_the_client_has_is_not_sent_again() throws Exception {
        Response response = get("If-None-Match: \"a\"");
        assertThat(response.content().length()).isZero();
        assertThat(text(response.head()))
                .startsWith("HTTP/1.1 304 Not Modified\r\n")
                .contains("ETag: \"a\"\r\n", "Vary: Accept-Encoding\r\n", "Cache-Control: max-age=5\r\n", "Date: ")
                .doesNotContain("Content-", "Last-Modified", "Transfer-Encoding", "<h1>")
                .endsWith("\r\n\r\n");
    }

    @Test
    void a_condition_that_failed_is_explained_by_a_page() throws Exception {
        assertThat(text(get("If-Match: \"b\"").head()))
                .contains("Content-Type: text/html;charset=utf-8\r\n", "412 Precondition Failed")
                .doesNotContain("Content-Encoding", "ETag");
    }

    @Test
    void one_range_is_sent_as_it_is() throws Exception {
        Response response = get("Range: bytes=2-4");
        assertThat(text(response.content())).isEqualTo("234");
        assertThat(text(response.head()))
                .contains("206 Partial Content\r\n", "Content-Range: bytes 2-4/10\r\n", "Content-Length: 3\r\n")
                .contains("Content-Type: text/plain;charset=utf-8\r\n", "ETag: \"a\"\r\n", "Content-Encoding: gzip\r\n");
    }

    @Test
    void several_ranges_are_sent_with_heads_of_their_own() throws Exception {
        Response response = get("Range: bytes=-2,0-1");
        String body = text(response.content());
        String boundary = body.substring(2, body.indexOf("\r\n"));
        assertThat(body).isEqualTo(
                """
                --B\r
                Content-Type: text/plain;charset=utf-8\r
                Content-Range: bytes 8-9/10\r
                \r
                89\r
                --B\r
                Content-Type: text/plain;charset=utf-8\r
                Content-Range: bytes 0-1/10\r
                \r
                01\r
                --B--\r
                """.replace("B", boundary).replace(boundary + "ytes", "bytes"));
        assertThat(text(response.head()))
                .contains("206 Partial Content\r\n", "Content-Length: " + body.length() + "\r\n")
                .containsOnlyOnce("Content-Type: multipart/byteranges; boundary=" + boundary + "\r\n")
                .doesNotContain("Content-Range");
    }

    @Test
    void a_range_that_is_not_there_is_refused_with_the_length() throws Exception {
        Response response = get("Range: bytes=10-");
        assertThat(response.content().length()).isZero();
        assertThat(text(response.head()))
                .contains("416 ", "Content-Range: bytes */10\r\n")
                .doesNotContain("Content-Encoding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"If-None-Match: \"a\"", "If-Match: \"b\"", "Range: bytes=10-"})
    void a_file_of_which_nothing_is_sent_is_closed(String conditions) throws Exception {
        try (FileChannel channel = FileChannel.open(Files.writeString(folder.resolve("file"), "0123456789"))) {
            ask("GET", conditions, new Content.FileRegion(channel, 0, 10));
            assertThat(channel.isOpen()).isFalse();
        }
    }

    @Test
    void ranges_of_a_file_are_regions_of_it() throws Exception {
        try (FileChannel channel = FileChannel.open(Files.writeString(folder.resolve("file"), "...0123456789"))) {
            assertThat(ask("GET", "Range: bytes=2-4", new Content.FileRegion(channel, 3, 10)).content())
                    .isEqualTo(new Content.FileRegion(channel, 5, 3));
            Content parts = ask("GET", "Range: bytes=2-4,9-", new Content.FileRegion(channel, 3, 10)).content();
            assertThat(text(parts)).contains("\r\n\r\n5+3\r\n--", "\r\n\r\n12+1\r\n--");
            assertThat(channel.isOpen()).isTrue();
            parts.release();
            assertThat(channel.isOpen()).isFalse();
        }
    }

    @Test
    void conditions_of_one_request_are_forgotten_with_it() throws Exception {
        assertThat(get("If-None-Match: \"a\"").status()).isEqualTo(304);
        assertThat(get("Range: bytes=0-1").status()).isEqualTo(206);
        assertThat(get("Accept: text/plain").status()).isEqualTo(200);
    }

    @Test
    void what_was_not_found_is_not_found_on_whatever_condition() throws Exception {
        HttpFields fields = HttpFields.from(new HttpField(HttpHeader.IF_NONE_MATCH, "*"));
        Request request =
                new Request(exchange, 0, "GET", HttpURI.from("/a"), "/a", HttpVersion.HTTP_1_1, fields, List.of("identity"));
        assertThat(compose.apply(Loaded.without(request, 404)).status()).isEqualTo(404);
    }
}
