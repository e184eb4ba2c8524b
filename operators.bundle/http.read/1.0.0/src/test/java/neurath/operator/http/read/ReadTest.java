package neurath.operator.http.read;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import neurath.http.Admission;
import neurath.http.Answer;
import neurath.http.Body;
import neurath.http.Connection;
import neurath.http.Feed;
import neurath.http.Exchange;
import neurath.http.RawRequest;
import neurath.testing.SocketPair;
import neurath.testing.Workbench;
import neurath.http.Transport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReadTest {
    private static final String GET_A = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String GET_B = "GET /b HTTP/1.1\r\nHost: x\r\n\r\n";

    private final Workbench bench = new Workbench()
            .set("MAX_HEAD_BYTES", 100)
            .set("MAX_BODY_BYTES", 1000)
            .set("HEAD_TIMEOUT", "PT3S")
            .set("BODY_TIMEOUT", "PT4S")
            .set("IDLE_TIMEOUT", "PT6S")
            .set("WRITE_TIMEOUT", "PT6S")
            .set("LINGER_TIMEOUT", "PT2S")
            .set("SWEEP", "PT1S");
    private final Admission admission = new Admission();
    private Read read = new Read();
    private SocketPair sockets;
    private Connection connection;

    @BeforeEach
    void connect() throws Exception {
        read.open(bench);
        read.begin();
        sockets = SocketPair.open();
        admission.enter(1, null);
        connection = new Connection(sockets.server(), 1, admission);
        bench.send("IN", connection);
    }

    @AfterEach
    void disconnect() throws Exception {
        read.discard();
        sockets.close();
    }

    private void clientSays(String text) throws IOException {
        sockets.client().write(ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
    }

    private void readable() {
        read.ready(connection, SelectionKey.OP_READ);
    }

    private void sweep(int times) {
        for (int i = 0; i < times; i++) {
            read.expired(bench.dueTimer());
        }
    }

    private RawRequest emitted() {
        return bench.taken(RawRequest.class);
    }

    private static String head(RawRequest request) {
        return ISO_8859_1.decode(request.head().duplicate()).toString();
    }

    /** An answer of which the channel takes nothing until it is let go. */
    private static final class Slow implements Answer {
        boolean goes;
        long remaining = 10;
        Throwable failure;
        boolean ended;

        @Override
        public boolean write(Transport transport) {
            return goes;
        }

        @Override
        public long remaining() {
            return remaining;
        }

        @Override
        public void ended(Throwable failure) {
            this.failure = failure;
            ended = true;
        }
    }

    private static Slow answered() {
        Slow answer = new Slow();
        answer.goes = true;
        return answer;
    }

    /** An answer that waits for the client or for its feed. */
    private static final class Fed implements Answer {
        final Feed feed;
        boolean waitsForFeed = true;
        int writes;

        Fed(Feed feed) {
            this.feed = feed;
        }

        @Override
        public boolean write(Transport transport) {
            writes++;
            return false;
        }

        @Override
        public Feed awaits() {
            return waitsForFeed ? feed : null;
        }

        @Override
        public long remaining() {
            return 10;
        }

        @Override
        public void ended(Throwable failure) {}
    }

    @Test
    void an_answer_that_waits_for_its_feed_is_written_on_when_that_is_ready_and_not_when_the_client_is() throws Exception {
        Workbench.HandWatch client = bench.watch();
        clientSays(GET_A);
        readable();
        try (SocketPair other = SocketPair.open()) {
            var answer = new Fed(new Feed(other.server()));
            emitted().exchange().answer(answer);
            read.ready(connection, 0);
            Workbench.HandWatch feed = bench.watch();
            assertThat(feed).isNotSameAs(client);
            assertThat(feed.interest()).isEqualTo(SelectionKey.OP_READ);
            assertThat(client.interest() & SelectionKey.OP_WRITE).isZero();

            answer.waitsForFeed = false;
            read.ready(feed.subject(), SelectionKey.OP_READ);
            assertThat(answer.writes).isEqualTo(2);
            assertThat(feed.interest()).as("more of it is not wanted now").isZero();
            assertThat(client.interest() & SelectionKey.OP_WRITE).isNotZero();

            answer.waitsForFeed = true;
            read.ready(connection, SelectionKey.OP_WRITE);
            assertThat(answer.writes).isEqualTo(3);
            assertThat(bench.watch()).as("it is watched already").isSameAs(feed);
            assertThat(feed.interest()).isEqualTo(SelectionKey.OP_READ);
            answer.feed.over();
            assertThat(feed.isCancelled()).isTrue();
        }
    }

    @Test
    void a_head_is_emitted_when_it_has_come_whole() throws Exception {
        for (int i = 0; i < GET_A.length(); i++) {
            assertThat(emitted()).isNull();
            clientSays(GET_A.substring(i, i + 1));
            readable();
        }
        assertThat(head(emitted())).isEqualTo(GET_A);
        assertThat(emitted()).isNull();
    }

    @Test
    void a_request_begins_with_its_head_and_has_ended_when_its_answer_has() throws Exception {
        clientSays(GET_A + GET_B);
        readable();
        RawRequest first = emitted();
        assertThat(first.beginning()).isNotNull();
        assertThat(bench.requests()).isEqualTo(1);
        Slow slow = new Slow();
        first.exchange().answer(slow);
        assertThat(bench.requests()).as("its answer is on its way").isEqualTo(1);
        slow.goes = true;
        read.ready(connection, SelectionKey.OP_WRITE);
        assertThat(bench.requests()).as("the next has begun").isEqualTo(1);
        emitted().dropped(new IllegalStateException("lost"));
        assertThat(bench.requests()).isZero();
    }

    @Test
    void empty_lines_before_a_head_are_passed_over() throws Exception {
        clientSays("\r\n\n\r\n" + GET_A);
        readable();
        assertThat(head(emitted())).isEqualTo(GET_A);
    }

    @Test
    void the_next_request_waits_for_the_credit() throws Exception {
        clientSays(GET_A + GET_B);
        readable();
        RawRequest first = emitted();
        assertThat(emitted()).isNull();
        assertThat(bench.watch().wakes()).isZero();

        first.exchange().answer(answered());
        assertThat(bench.watch().wakes()).as("something waits, so the end wakes").isEqualTo(1);
        read.ready(connection, 0);
        assertThat(head(first)).as("taken in place, and not overwritten").isEqualTo(GET_A);
        assertThat(head(emitted())).isEqualTo(GET_B);
    }

    @Test
    void a_credit_that_nothing_waits_for_wakes_nobody() throws Exception {
        clientSays(GET_A);
        readable();
        emitted().exchange().answer(answered());
        assertThat(bench.watch().wakes()).isZero();
        clientSays(GET_B);
        readable();
        assertThat(head(emitted())).isEqualTo(GET_B);
    }

    @Test
    void bytes_that_do_not_fit_stay_with_the_client() throws Exception {
        clientSays(GET_A.repeat(20));
        for (int i = 0; i < 10 && (bench.watch().interest() & SelectionKey.OP_READ) != 0; i++) {
            readable();
        }
        assertThat(bench.watch().interest()).isZero();
        assertThat(connection.inbound().length()).isEqualTo(100);
        for (int i = 0; i < 20; i++) {
            RawRequest request = emitted();
            assertThat(head(request)).isEqualTo(GET_A);
            request.exchange().answer(answered());
            readable();
        }
        assertThat(emitted()).isNull();
    }

    @Test
    void a_request_line_without_end_is_refused_with_414() throws Exception {
        clientSays("GET /" + "a".repeat(200));
        readable();
        RawRequest request = emitted();
        assertThat(request.refusal()).isEqualTo(414);
        assertThat(request.exchange().isLast()).isTrue();
    }

    @Test
    void a_head_without_end_is_refused_with_431() throws Exception {
        clientSays("GET / HTTP/1.1\r\nX: " + "a".repeat(200));
        readable();
        assertThat(emitted().refusal()).isEqualTo(431);
    }

    @Test
    void a_head_as_long_as_the_limit_is_taken() throws Exception {
        String start = "GET / HTTP/1.1\r\nX: ";
        String whole = start + "a".repeat(100 - start.length() - 4) + "\r\n\r\n";
        clientSays(whole);
        readable();
        assertThat(head(emitted())).isEqualTo(whole);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void a_head_has_an_absolute_deadline(int drip) throws Exception {
        clientSays("GET / HTTP/1.1\r\n");
        readable();
        for (int second = 0; second < 3; second++) {
            clientSays("a".repeat(drip));
            readable();
            sweep(1);
            assertThat(emitted()).isNull();
        }
        sweep(1);
        RawRequest request = emitted();
        assertThat(request.refusal()).isEqualTo(408);
        assertThat(request.exchange().isLast()).isTrue();
    }

    @Test
    void an_idle_connection_is_closed() {
        sweep(6);
        assertThat(sockets.server().isOpen()).isTrue();
        sweep(1);
        assertThat(sockets.server().isOpen()).isFalse();
        assertThat(bench.watch().isCancelled()).isTrue();
        assertThat(admission.open()).isZero();
    }

    @Test
    void a_request_in_the_graph_is_not_idle() throws Exception {
        clientSays(GET_A);
        readable();
        sweep(100);
        assertThat(sockets.server().isOpen()).isTrue();
        emitted().exchange().answer(answered());
        sweep(6);
        assertThat(sockets.server().isOpen()).isTrue();
        sweep(3);
        assertThat(sockets.server().isOpen()).isFalse();
    }

    @Test
    void a_client_that_takes_no_byte_is_given_up_and_one_that_takes_some_is_not() throws Exception {
        clientSays(GET_A);
        readable();
        Slow answer = new Slow();
        emitted().exchange().answer(answer);
        read.ready(connection, 0);
        assertThat(bench.watch().interest()).isEqualTo(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        for (int i = 0; i < 5; i++) {
            answer.remaining--;
            sweep(5);
        }
        assertThat(answer.ended).isFalse();
        sweep(3);
        assertThat(answer.ended).isTrue();
        assertThat(answer.failure).isNotNull();
        assertThat(sockets.server().isOpen()).isFalse();
    }

    @Test
    void the_home_section_writes_on_when_the_channel_takes_more() throws Exception {
        clientSays(GET_A + GET_B);
        readable();
        Slow answer = new Slow();
        emitted().exchange().answer(answer);
        read.ready(connection, 0);
        assertThat(emitted()).isNull();
        answer.goes = true;
        read.ready(connection, SelectionKey.OP_WRITE);
        assertThat(answer.ended).isTrue();
        assertThat(head(emitted())).isEqualTo(GET_B);
        assertThat(bench.watch().interest() & SelectionKey.OP_WRITE).isZero();
    }

    @Test
    void after_the_last_answer_the_client_may_read_it_before_the_connection_goes() throws Exception {
        clientSays(GET_A + "more that nobody wants");
        readable();
        RawRequest request = emitted();
        request.exchange().closeAfter();
        request.exchange().answer(answered());
        read.ready(connection, 0);
        assertThat(sockets.receive(10)).as("the end, in order").isEmpty();
        assertThat(sockets.server().isOpen()).isTrue();
        sockets.client().close();
        readable();
        assertThat(sockets.server().isOpen()).isFalse();
        assertThat(emitted()).isNull();
    }

    @Test
    void a_client_that_does_not_close_after_the_last_answer_is_given_up() throws Exception {
        clientSays(GET_A);
        readable();
        RawRequest request = emitted();
        request.exchange().closeAfter();
        request.exchange().answer(answered());
        read.ready(connection, 0);
        sweep(3);
        assertThat(sockets.server().isOpen()).isFalse();
    }

    @Test
    void what_was_asked_before_a_half_close_is_answered() throws Exception {
        clientSays(GET_A + GET_B + "GET");
        sockets.client().shutdownOutput();
        readable();
        readable();
        RawRequest first = emitted();
        first.exchange().answer(answered());
        read.ready(connection, 0);
        RawRequest second = emitted();
        assertThat(head(second)).isEqualTo(GET_B);
        second.exchange().answer(answered());
        read.ready(connection, 0);
        assertThat(emitted()).isNull();
        assertThat(sockets.server().isOpen()).isFalse();
    }

    /** A request whose body nobody has looked for yet. */
    private Exchange post(String behindHead) throws IOException {
        clientSays("POST /a HTTP/1.1\r\n\r\n" + behindHead);
        readable();
        return emitted().exchange();
    }

    private String answeredBy(Exchange exchange, Answer answer) throws IOException {
        exchange.answer(answer);
        read.ready(connection, 0);
        return new String(sockets.receive(12), ISO_8859_1);
    }

    @Test
    void an_answer_waits_for_the_body_and_the_next_request_for_the_answer() throws Exception {
        Exchange exchange = post("hel");
        int wakes = bench.watch().wakes();
        exchange.expect(Body.ofLength(5, false));
        assertThat(bench.watch().wakes()).isEqualTo(wakes + 1);
        read.ready(connection, 0);
        assertThat(connection.phase()).isEqualTo(Connection.Phase.BODY);
        Slow answer = answered();
        exchange.answer(answer);
        read.ready(connection, 0);
        assertThat(answer.ended).isFalse();
        clientSays("lo" + GET_B);
        readable();
        assertThat(answer.ended).isTrue();
        assertThat(answer.failure).isNull();
        assertThat(head(emitted())).isEqualTo(GET_B);
    }

    @Test
    void a_body_waits_for_its_answer() throws Exception {
        Exchange exchange = post("5\r\nhello\r\n0\r\n\r\n" + GET_B);
        exchange.expect(Body.chunked(false));
        read.ready(connection, 0);
        assertThat(connection.phase()).isEqualTo(Connection.Phase.BUSY);
        assertThat(emitted()).isNull();
        Slow answer = answered();
        exchange.answer(answer);
        assertThat(answer.ended).isTrue();
        read.ready(connection, 0);
        assertThat(head(emitted())).isEqualTo(GET_B);
    }

    @Test
    void a_large_body_takes_the_room_of_a_head() throws Exception {
        Exchange exchange = post("");
        exchange.expect(Body.ofLength(1000, false));
        Slow answer = answered();
        exchange.answer(answer);
        for (int i = 0; i < 10; i++) {
            assertThat(answer.ended).isFalse();
            clientSays("x".repeat(100));
            for (int read = 0; read < 3; read++) {
                readable();
                assertThat(connection.inbound().length()).isZero();
            }
        }
        assertThat(answer.ended).isTrue();
    }

    @Test
    void a_client_that_waits_is_told_to_go_on() throws Exception {
        Exchange exchange = post("");
        exchange.expect(Body.ofLength(5, true));
        read.ready(connection, 0);
        assertThat(sockets.receive(100)).asString(ISO_8859_1).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        Slow answer = answered();
        exchange.answer(answer);
        assertThat(answer.ended).isFalse();
        clientSays("hello");
        readable();
        assertThat(answer.ended).isTrue();
    }

    @Test
    void a_client_that_does_not_wait_is_told_nothing() throws Exception {
        Exchange exchange = post("hello");
        exchange.expect(Body.ofLength(5, true));
        read.ready(connection, 0);
        exchange.fail(new IOException("tried"));
        assertThat(sockets.receive(12)).asString(ISO_8859_1).isEqualTo("HTTP/1.1 500");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_malformed_body_takes_the_place_of_the_answer(boolean answeredBefore) throws Exception {
        Exchange exchange = post("");
        exchange.expect(Body.chunked(false));
        Slow answer = answered();
        if (answeredBefore) {
            exchange.answer(answer);
        }
        clientSays("nonsense\r\n" + GET_B);
        readable();
        if (!answeredBefore) {
            exchange.answer(answer);
        }
        read.ready(connection, 0);
        assertThat(new String(sockets.receive(12), ISO_8859_1)).isEqualTo("HTTP/1.1 400");
        assertThat(answer.ended).isTrue();
        assertThat(answer.failure).isInstanceOf(ProtocolException.class);
        assertThat(emitted()).isNull();
        assertThat(connection.phase()).isEqualTo(Connection.Phase.LINGERING);
    }

    @Test
    void a_body_that_is_too_long_is_refused_before_it_comes() throws Exception {
        Exchange exchange = post("");
        exchange.expect(Body.ofLength(1001, true));
        read.ready(connection, 0);
        assertThat(answeredBy(exchange, answered())).isEqualTo("HTTP/1.1 413");
        assertThat(exchange.isLast()).isTrue();
    }

    @Test
    void a_body_that_becomes_too_long_is_refused() throws Exception {
        Exchange exchange = post("");
        exchange.expect(Body.chunked(false));
        for (int i = 0; i < 20 && connection.phase() != Connection.Phase.BUSY || i == 0; i++) {
            clientSays("32\r\n" + "x".repeat(50) + "\r\n");
            readable();
        }
        assertThat(answeredBy(exchange, answered())).isEqualTo("HTTP/1.1 413");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void a_body_has_an_absolute_deadline(int drip) throws Exception {
        Exchange exchange = post("");
        exchange.expect(Body.ofLength(100, false));
        read.ready(connection, 0);
        Slow answer = answered();
        exchange.answer(answer);
        for (int second = 0; second < 4; second++) {
            clientSays("a".repeat(drip));
            readable();
            sweep(1);
            assertThat(answer.ended).isFalse();
        }
        sweep(1);
        assertThat(sockets.receive(12)).asString(ISO_8859_1).isEqualTo("HTTP/1.1 408");
        assertThat(answer.ended).isTrue();
    }

    @Test
    void a_body_that_ends_early_is_refused() throws Exception {
        Exchange exchange = post("hel");
        exchange.expect(Body.ofLength(5, false));
        sockets.client().shutdownOutput();
        readable();
        assertThat(answeredBy(exchange, answered())).isEqualTo("HTTP/1.1 400");
    }

    @Test
    void an_answer_that_waits_for_a_body_ends_with_the_connection() throws Exception {
        Exchange exchange = post("");
        exchange.expect(Body.ofLength(5, false));
        Slow answer = answered();
        exchange.answer(answer);
        connection.close(new IOException("tried"));
        assertThat(answer.failure).hasMessage("tried");
    }

    @Test
    void an_answer_does_not_wait_for_a_body_of_a_closed_connection() throws Exception {
        Exchange exchange = post("");
        connection.close(new IOException("tried"));
        exchange.expect(Body.ofLength(5, false));
        Slow answer = answered();
        exchange.answer(answer);
        assertThat(answer.failure).hasMessage("tried");
    }

    @Test
    void a_successor_reads_on_in_the_body() throws Exception {
        Exchange exchange = post("5\r\nhe");
        exchange.expect(Body.chunked(false));
        read.ready(connection, 0);
        sweep(2);
        Read successor = new Read();
        successor.open(bench);
        successor.restore(read.state());
        read = successor;
        Slow answer = answered();
        exchange.answer(answer);
        clientSays("llo\r\n0\r\n\r\n" + GET_B);
        readable();
        assertThat(answer.ended).isTrue();
        assertThat(head(emitted())).isEqualTo(GET_B);
    }

    @Test
    void the_end_waits_for_the_body_under_way() throws Exception {
        Exchange exchange = post("he");
        exchange.expect(Body.ofLength(5, false));
        read.ready(connection, 0);
        read.ended();
        assertThat(bench.leases()).isEqualTo(1);
        Slow answer = answered();
        exchange.answer(answer);
        clientSays("llo");
        readable();
        assertThat(answer.ended).isTrue();
        assertThat(connection.phase()).isEqualTo(Connection.Phase.LINGERING);
    }

    @Test
    void an_answer_that_fails_closes_the_connection_and_emits_nothing_more() throws Exception {
        clientSays(GET_A + GET_B);
        readable();
        Slow answer = new Slow();
        emitted().exchange().answer(answer);
        connection.abort(new IOException("tried"));
        assertThat(answer.failure).hasMessage("tried");
        read.ready(connection, 0);
        assertThat(sockets.server().isOpen()).isFalse();
        assertThat(emitted()).isNull();
    }

    @Test
    void a_late_answer_to_a_closed_connection_ends_at_once() throws Exception {
        clientSays(GET_A);
        readable();
        RawRequest request = emitted();
        connection.abort(new IOException("tried"));
        read.ready(connection, 0);
        Slow answer = new Slow();
        request.exchange().answer(answer);
        assertThat(answer.failure).hasMessage("tried");
        read.ready(connection, 0);
    }

    @Test
    void a_successor_carries_on_with_the_connections() throws Exception {
        clientSays("GET /a HT");
        readable();
        sweep(2);
        Read successor = new Read();
        successor.open(bench);
        successor.restore(read.state());
        read = successor;
        clientSays("TP/1.1\r\n\r\n");
        readable();
        assertThat(head(emitted())).isEqualTo("GET /a HTTP/1.1\r\n\r\n");
    }

    @Test
    void a_lower_limit_of_a_successor_holds_for_connections_that_have_room_for_more() throws Exception {
        clientSays("GET /long HTTP/1.1\r\nX: " + "a".repeat(60) + "\r\n\r\n");
        readable();
        emitted().exchange().answer(answered());
        Read successor = new Read();
        successor.open(bench.set("MAX_HEAD_BYTES", "60"));
        successor.restore(read.state());
        read = successor;
        clientSays("GET /long HTTP/1.1\r\nX: " + "a".repeat(60) + "\r\n\r\n");
        readable();
        assertThat(emitted().refusal()).isEqualTo(431);
    }

    @Test
    void a_successor_carries_on_with_the_time_outs() {
        sweep(4);
        Read successor = new Read();
        successor.open(bench);
        successor.restore(read.state());
        read = successor;
        sweep(2);
        assertThat(sockets.server().isOpen()).isTrue();
        sweep(1);
        assertThat(sockets.server().isOpen()).isFalse();
    }

    @Test
    void the_end_waits_for_the_answers_under_way() throws Exception {
        clientSays(GET_A + GET_B);
        readable();
        RawRequest request = emitted();
        read.ended();
        assertThat(bench.leases()).isEqualTo(1);
        request.exchange().answer(answered());
        read.ready(connection, 0);
        assertThat(emitted()).isNull();
        sweep(3);
        assertThat(bench.leases()).isZero();
        assertThat(sockets.server().isOpen()).isFalse();
    }
}
