package neurath.operator.http.log;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import neurath.http.Admission;
import neurath.http.Answer;
import neurath.http.Connection;
import neurath.http.Content;
import neurath.http.Exchange;
import neurath.http.Request;
import neurath.http.Response;
import neurath.http.Transport;
import neurath.testing.SocketPair;
import neurath.testing.Workbench;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTest {
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n";

    @TempDir
    Path folder;

    private Path path;
    private SocketPair sockets;
    private Connection connection;
    private Workbench bench;
    private Log log;

    /** An answer of so many bytes, of which the client takes a part. */
    private static final class Sent implements Answer {
        private final long takes;
        private long remaining;

        Sent(long length, long takes) {
            remaining = length;
            this.takes = takes;
        }

        @Override
        public boolean write(Transport transport) throws IOException {
            boolean all = takes >= remaining;
            remaining -= Math.min(remaining, takes);
            if (!all) {
                throw new EOFException("gone");
            }
            return true;
        }

        @Override
        public long remaining() {
            return remaining;
        }

        @Override
        public void ended(Throwable failure) {
            remaining = 0; // as one that releases what it holds
        }
    }

    @BeforeEach
    void open() throws Exception {
        path = folder.resolve("access.log");
        sockets = SocketPair.open();
        connection = new Connection(sockets.server(), 1, new Admission());
        bench = new Workbench();
        log = opened(path, "common");
    }

    private Log opened(Path file, String format) throws Exception {
        Log opened = new Log();
        opened.open(bench.set("FILE", file).set("FORMAT", format));
        return opened;
    }

    @AfterEach
    void close() throws Exception {
        log.close();
        sockets.close();
    }

    private static Request request(Exchange exchange, String target, HttpFields fields) {
        return new Request(exchange, 0, "GET", HttpURI.from(target), "/", HttpVersion.HTTP_1_1, fields, List.of());
    }

    /** Lets a response pass; what comes out. */
    private Response passes(String target) throws Exception {
        return passes(request(new Exchange(connection), target, HttpFields.EMPTY), HEAD);
    }

    private Response passes(Request request, String head) throws Exception {
        bench.send("IN", new Response(request, 200, ByteBuffer.wrap(head.getBytes(US_ASCII)), Content.None.EMPTY));
        return bench.taken(Response.class);
    }

    private static void answer(Response response, int content) {
        response.exchange().answer(new Sent(HEAD.length() + content, HEAD.length() + content));
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(path);
    }

    private void flushes() throws Exception {
        log.expired(bench.dueTimer());
    }

    @Test
    void a_line_is_written_when_the_exchange_has_ended_and_not_before() throws Exception {
        Response response = passes("/a?b=c");
        assertThat(bench.leases()).isEqualTo(1);
        flushes();
        assertThat(lines()).isEmpty();
        answer(response, 100);
        assertThat(bench.leases()).isZero();
        flushes();
        assertThat(lines()).singleElement().asString().matches(
                "127\\.0\\.0\\.1 - - \\[\\d\\d/[A-Z][a-z][a-z]/20\\d\\d:\\d\\d:\\d\\d:\\d\\d [+-]\\d{4}] \"GET /a\\?b=c HTTP/1\\.1\" 200 100");
        assertThatThrownBy(() -> bench.dueTimer()).as("nothing to do").isInstanceOf(RuntimeException.class);
    }

    @Test
    void what_was_really_sent_counts() throws Exception {
        Response cut = passes("/cut");
        cut.exchange().answer(new Sent(HEAD.length() + 100, HEAD.length() + 30));
        flushes();
        assertThat(lines()).singleElement().asString().endsWith("\"GET /cut HTTP/1.1\" 200 30");
    }

    @Test
    void without_content_a_dash_stands_for_the_bytes() throws Exception {
        answer(passes("/"), 0);
        passes("/gone").exchange().answer(new Sent(1000, 10));
        flushes();
        assertThat(lines()).hasSize(2).allMatch(line -> line.endsWith(" 200 -"));
    }

    @Test
    void a_request_that_fails_behind_the_log_is_a_500() throws Exception {
        passes("/").dropped(new IllegalStateException("tried"));
        flushes();
        assertThat(lines()).singleElement().asString().endsWith("\" 500 -");
    }

    @Test
    void a_refused_request_has_the_line_that_is_known() throws Exception {
        for (String method : new String[] {null, "BREW"}) {
            answer(passes(Request.refused(new Exchange(connection), 400, method, HttpVersion.HTTP_1_1), HEAD), 1);
        }
        flushes();
        assertThat(lines()).satisfiesExactly(
                line -> assertThat(line).contains(" \"-\" 200 1"),
                line -> assertThat(line).contains(" \"BREW - HTTP/1.1\" 200 1"));
    }

    @Test
    void the_longer_format_quotes_what_clients_say() throws Exception {
        log.close();
        log = opened(path, "combined");
        HttpFields fields = HttpFields.build()
                .add(HttpHeader.REFERER, "http://x/\" 200 1")
                .add(HttpHeader.USER_AGENT, "back\\slash é\u0007")
                .asImmutable();
        answer(passes(request(new Exchange(connection), "/", fields), HEAD), 5);
        answer(passes("/"), 5);
        flushes();
        assertThat(lines()).satisfiesExactly(
                line -> assertThat(line).endsWith("\" 200 5 \"http://x/\\\" 200 1\" \"back\\\\slash \\xc3\\xa9\\x07\""),
                line -> assertThat(line).endsWith("\" 200 5 \"-\" \"-\""));
    }

    @Test
    void the_time_is_written_as_the_format_wants_it() {
        Clock clock = Clock.fixed(Instant.parse("2000-10-10T20:55:36Z"), ZoneId.of("America/Los_Angeles"));
        Line line = new Line(clock, Settings.Format.COMMON);
        assertThat(line.beginning("127.0.0.1", request(null, "/apache_pb.gif", HttpFields.EMPTY)) + Line.outcome(200, 2326))
                .isEqualTo("127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] \"GET /apache_pb.gif HTTP/1.1\" 200 2326");
    }

    @Test
    void the_head_ends_where_the_page_that_explains_begins() {
        ByteBuffer head = ByteBuffer.wrap(("xx" + HEAD + "page\r\n\r\n").getBytes(US_ASCII)).position(2);
        assertThat(Line.headLength(head)).isEqualTo(HEAD.length());
    }

    @Test
    void what_waits_is_written_when_it_is_closed() throws Exception {
        answer(passes("/"), 1);
        log.close();
        assertThat(lines()).hasSize(1);
        log = opened(path, "common");
        answer(passes("/"), 1);
        flushes();
        flushes();
        assertThat(lines()).as("a successor adds to what is there").hasSize(2);
    }

    @Test
    void a_successor_does_not_take_the_timer_of_the_one_before_for_its_own() throws Exception {
        Response slow = passes("/slow");
        Object timer = bench.dueTimer();
        Log successor = opened(path, "common");
        answer(passes("/"), 1);
        successor.expired(timer);
        assertThat(lines()).isEmpty();
        successor.close();
        answer(slow, 1);
        assertThat(lines()).hasSize(1);
    }

    @Test
    void a_file_that_was_moved_away_is_begun_anew() throws Exception {
        answer(passes("/first"), 1);
        flushes();
        Path moved = Files.move(path, folder.resolve("access.log.1"));
        answer(passes("/second"), 1);
        flushes();
        assertThat(lines()).singleElement().asString().contains("/second");
        assertThat(Files.readAllLines(moved)).singleElement().asString().contains("/first");
        Files.delete(path);
        answer(passes("/third"), 1);
        flushes();
        assertThat(lines()).singleElement().asString().contains("/third");
    }

    @Test
    void a_full_disk_is_told_once_and_no_line_is_lost_that_there_is_room_for() throws Exception {
        Path full = Path.of("/dev/full");
        log.close();
        Files.delete(path);
        Files.createSymbolicLink(path, full);
        log = opened(path, "common");
        answer(passes("/first"), 1);
        assertThatThrownBy(this::flushes).hasMessageContaining("workbench/node: the access log").hasMessageContaining("cannot be written");
        answer(passes("/second"), 1);
        flushes();
        Files.delete(path);
        flushes();
        assertThat(lines()).hasSize(2);
        String large = "/" + "x".repeat(100_000);
        Files.delete(path);
        Files.createSymbolicLink(path, full);
        for (int i = 0; i < 20; i++) {
            answer(passes(large), 1);
        }
        assertThatThrownBy(this::flushes).as("once more, as it is trouble anew").hasMessageContaining("cannot be written");
        answer(passes("/lost"), 1);
        Files.delete(path);
        flushes();
        assertThat(lines().getLast()).matches("# \\d+ lines are lost here.*");
        assertThat(lines()).hasSizeLessThan(20);
    }

    @Test
    void a_file_that_cannot_be_is_refused_before_anything_runs() {
        assertThatThrownBy(() -> opened(folder.resolve("none").resolve("access.log"), "common"))
                .hasMessageContaining("workbench/node.FILE")
                .hasMessageContaining("there is no such folder");
    }
}
