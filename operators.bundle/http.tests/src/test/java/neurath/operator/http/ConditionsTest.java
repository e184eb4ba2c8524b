package neurath.operator.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import neurath.operator.http.Client.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients get that have something already, want a part, or take compressed content; from memory and from open files. */
@ParameterizedClass(name = "load and reply {0}")
@ValueSource(strings = {"1.0.0", "2.0.0", "2.1.0"})
class ConditionsTest {
    private static final FileTime MODIFIED = FileTime.fromMillis(1_700_000_000_000L);

    @TempDir
    Path root;

    private final String pair;
    private final byte[] large = new byte[3_000_000];
    private WebServer server;
    private Client client;

    ConditionsTest(String pair) {
        this.pair = pair;
    }

    @BeforeEach
    void start() throws Exception {
        new Random(1).nextBytes(large);
        write("large.bin", large);
        write("hello.txt", "hello\n".getBytes(StandardCharsets.UTF_8));
        server = new WebServer.Settings(root).pair(pair).start();
        client = new Client(server.address());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        List<String> failures = server.failures();
        server.close();
        assertThat(failures).isEmpty();
        assertThat(server.leases()).isZero();
    }

    private Path write(String name, byte[] bytes) throws Exception {
        return Files.setLastModifiedTime(Files.write(root.resolve(name), bytes), MODIFIED);
    }

    private Answer get(String target, String... fields) throws Exception {
        return client.send("GET " + target + " HTTP/1.1\r\nHost: x\r\n" + lines(fields) + "\r\n").answer();
    }

    private Answer head(String target, String... fields) throws Exception {
        return client.send("HEAD " + target + " HTTP/1.1\r\nHost: x\r\n" + lines(fields) + "\r\n").answer(false);
    }

    private static String lines(String... fields) {
        return String.join("", Arrays.stream(fields).map(field -> field + "\r\n").toList());
    }

    @Test
    void a_file_that_has_not_changed_is_not_sent_again() throws Exception {
        Answer first = get("/hello.txt");
        String tag = first.fields().get("etag");
        String modified = first.fields().get("last-modified");
        assertThat(get("/hello.txt", "If-None-Match: " + tag).status()).isEqualTo(304);
        assertThat(get("/hello.txt", "If-Modified-Since: " + modified).status()).isEqualTo(304);
        assertThat(head("/hello.txt", "If-None-Match: " + tag).status()).isEqualTo(304);
        assertThat(get("/hello.txt").text()).as("nothing of a body came between").isEqualTo("hello\n");

        Files.writeString(root.resolve("hello.txt"), "world\n");
        Answer second = get("/hello.txt", "If-None-Match: " + tag);
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.text()).isEqualTo("world\n");
        assertThat(second.fields().get("etag")).isNotEqualTo(tag);
        assertThat(get("/hello.txt", "If-Match: " + tag).status()).isEqualTo(412);
        assertThat(get("/hello.txt", "If-Unmodified-Since: " + modified).status()).isEqualTo(412);
    }

    @Test
    void a_file_comes_range_by_range() throws Exception {
        var whole = new ByteArrayOutputStream();
        String tag = get("/hello.txt").fields().get("etag");
        for (int first = 0; first < large.length; first += 700_001) {
            Answer answer = get("/large.bin", "Range: bytes=" + first + "-" + (first + 700_000));
            int last = Math.min(large.length - 1, first + 700_000);
            assertThat(answer.status()).isEqualTo(206);
            assertThat(answer.fields()).containsEntry("content-range", "bytes " + first + "-" + last + "/" + large.length);
            whole.writeBytes(answer.body());
        }
        assertThat(whole.toByteArray()).isEqualTo(large);
        assertThat(get("/hello.txt", "Range: bytes=-3", "If-Range: " + tag).text()).isEqualTo("lo\n");
        assertThat(get("/hello.txt", "Range: bytes=-3", "If-Range: \"other\"").text()).isEqualTo("hello\n");
    }

    @Test
    void several_ranges_come_in_parts() throws Exception {
        Answer answer = get("/large.bin", "Range: bytes=-5,1000000-2499999,3-6");
        assertThat(answer.status()).isEqualTo(206);
        String boundary = answer.fields().get("content-type").replace("multipart/byteranges; boundary=", "");
        var expected = new ByteArrayOutputStream();
        for (int[] range : new int[][] {{large.length - 5, large.length}, {1_000_000, 2_500_000}, {3, 7}}) {
            expected.writeBytes(((expected.size() == 0 ? "" : "\r\n") + "--" + boundary + "\r\nContent-Type: application/octet-stream\r\n"
                    + "Content-Range: bytes " + range[0] + "-" + (range[1] - 1) + "/" + large.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            expected.write(large, range[0], range[1] - range[0]);
        }
        expected.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.ISO_8859_1));
        assertThat(answer.body()).isEqualTo(expected.toByteArray());
        assertThat(get("/hello.txt").text()).isEqualTo("hello\n");
    }

    @Test
    void what_is_no_range_of_the_file_is_refused_and_what_is_too_much_is_ignored() throws Exception {
        Answer answer = get("/hello.txt", "Range: bytes=6-");
        assertThat(answer.status()).isEqualTo(416);
        assertThat(answer.fields()).containsEntry("content-range", "bytes */6");
        assertThat(get("/hello.txt", "Range: bytes=" + "0-0,2-2,".repeat(1500)).status()).isEqualTo(200);
        assertThat(get("/hello.txt", "Range: lines=0-1").status()).isEqualTo(200);
        assertThat(head("/hello.txt", "Range: bytes=0-1").status()).isEqualTo(200);
        assertThat(get("/none", "Range: bytes=0-1").status()).isEqualTo(404);
    }

    @Test
    void a_client_gets_the_coding_it_likes_best() throws Exception {
        var compressed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write("hello\n".getBytes(StandardCharsets.UTF_8));
        }
        write("hello.txt.gz", compressed.toByteArray());
        write("hello.txt.br", new byte[] {11, 2, -128, 'h', 'e', 'l', 'l', 'o', 10, 3});

        Answer gzip = get("/hello.txt", "Accept-Encoding: gzip");
        assertThat(gzip.body()).isEqualTo(compressed.toByteArray());
        assertThat(gzip.fields())
                .containsEntry("content-encoding", "gzip")
                .containsEntry("content-type", "text/plain;charset=utf-8")
                .containsEntry("vary", "Accept-Encoding");
        Answer brotli = get("/hello.txt", "Accept-Encoding: gzip, deflate, br, zstd");
        assertThat(brotli.fields()).containsEntry("content-encoding", "br");
        assertThat(brotli.body()).hasSize(10);
        Answer plain = get("/hello.txt");
        assertThat(plain.text()).isEqualTo("hello\n");
        assertThat(plain.fields()).doesNotContainKey("content-encoding").containsEntry("vary", "Accept-Encoding");
        assertThat(get("/hello.txt", "Accept-Encoding: br;q=0, gzip;q=0.1, identity;q=0.5").fields()).doesNotContainKey("content-encoding");

        Set<String> tags = new HashSet<>(List.of(gzip.fields().get("etag"), brotli.fields().get("etag"), plain.fields().get("etag")));
        assertThat(tags).as("each coding is a content of its own").hasSize(3);
        assertThat(get("/hello.txt", "Accept-Encoding: gzip", "If-None-Match: " + gzip.fields().get("etag")).status()).isEqualTo(304);
        assertThat(get("/hello.txt", "Accept-Encoding: gzip", "If-None-Match: " + plain.fields().get("etag")).status()).isEqualTo(200);
        assertThat(get("/hello.txt", "Accept-Encoding: gzip", "Range: bytes=0-1").body())
                .as("a range of what is sent").isEqualTo(Arrays.copyOf(compressed.toByteArray(), 2));
        assertThat(head("/hello.txt", "Accept-Encoding: gzip").fields())
                .containsEntry("content-encoding", "gzip")
                .containsEntry("content-length", String.valueOf(compressed.size()));
    }

    @Test
    void a_client_that_takes_nothing_that_is_there_is_told() throws Exception {
        assertThat(get("/hello.txt", "Accept-Encoding: gzip, identity;q=0").status()).isEqualTo(406);
        assertThat(get("/hello.txt", "Accept-Encoding: gzip").text()).isEqualTo("hello\n");
    }

    @Test
    void HEAD_says_what_GET_says() throws Exception {
        List<String[]> asked = new ArrayList<>();
        asked.add(new String[] {"/large.bin"});
        asked.add(new String[] {"/large.bin", "Accept-Encoding: gzip"});
        asked.add(new String[] {"/none"});
        asked.add(new String[] {"/hello.txt", "If-None-Match: *"});
        asked.add(new String[] {"/hello.txt", "If-Match: \"other\""});
        for (String[] request : asked) {
            String[] fields = Arrays.copyOfRange(request, 1, request.length);
            Answer get = get(request[0], fields);
            Answer head = head(request[0], fields);
            assertThat(head.status()).isEqualTo(get.status());
            get.fields().remove("date");
            head.fields().remove("date");
            assertThat(head.fields()).isEqualTo(get.fields());
        }
    }
}
