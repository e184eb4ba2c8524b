package neurath.http.upstream;

import static neurath.http.upstream.Exchanges.SCRATCH;
import static neurath.http.upstream.Exchanges.sent;
import static neurath.http.upstream.Exchanges.until;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import neurath.api.Watch;
import neurath.http.upstream.Forwarded.Phase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ForwardedTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private Server server;
    private Backend backend;

    @BeforeEach
    void start() throws IOException {
        server = new Server();
        backend = backend(Duration.ofMinutes(1));
    }

    @AfterEach
    void stop() throws IOException {
        backend.close();
        server.close();
    }

    private Backend backend(Duration idle) {
        return new Backend(server.address(), new Backend.Limits(2, 1000, idle));
    }

    private static void answered(Forwarded request, String answer, Socket by) throws IOException {
        assertThat(Server.request(by)).startsWith(request.request().method() + " / HTTP/1.1\r\n");
        Server.say(by, answer);
        until(request, Phase.ANSWERED);
    }

    private static final class Bell implements Watch {
        final AtomicInteger rung = new AtomicInteger();

        @Override
        public void interest(int operations) {}

        @Override
        public void wake() {
            rung.incrementAndGet();
        }

        @Override
        public void cancel() {}
    }

    @Test
    void the_next_request_goes_by_the_same_connection_when_the_answer_has_come_whole() throws IOException {
        Forwarded first = until(sent(backend), Phase.AWAITED);
        Socket connection = server.accept();
        SocketChannel channel = first.channel();
        answered(first, OK, connection);
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.reason()).isEqualTo("OK");
        assertThat(first.hasContent()).isTrue();
        assertThat(first.content().length()).isEqualTo(2);

        Forwarded second = sent(backend);
        assertThat(first.status()).as("the first answer's, still").isEqualTo(200);
        assertThat(second.phase()).as("sent at once").isEqualTo(Phase.AWAITED);
        assertThat(second.channel()).isSameAs(channel);
        answered(second, OK, connection);
        assertThat(backend.open()).isEqualTo(1);
    }

    @Test
    void a_connection_that_the_backend_has_closed_meanwhile_is_not_used() throws IOException {
        Forwarded first = until(sent(backend), Phase.AWAITED);
        Socket connection = server.accept();
        SocketChannel channel = first.channel();
        answered(first, OK, connection);
        connection.close();
        Exchanges.awaitReady(channel, SelectionKey.OP_READ);

        Forwarded second = sent(backend);
        answered(until(second, Phase.AWAITED), OK, server.accept());
        assertThat(channel.isOpen()).isFalse();
        assertThat(backend.open()).isEqualTo(1);
    }

    @Test
    void a_connection_that_was_kept_for_too_long_is_not_used() throws IOException {
        backend = backend(Duration.ZERO);
        Forwarded first = until(sent(backend), Phase.AWAITED);
        SocketChannel channel = first.channel();
        answered(first, OK, server.accept());
        answered(until(sent(backend), Phase.AWAITED), OK, server.accept());
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void where_a_used_connection_breaks_before_a_byte_of_the_answer_the_request_is_sent_once_more_on_a_new_one() throws IOException {
        Forwarded first = until(sent(backend), Phase.AWAITED);
        Socket connection = server.accept();
        answered(first, OK, connection);
        Forwarded second = sent(backend);
        Server.request(connection);
        connection.close();

        Exchanges.awaitReady(second);
        assertThat(second.goOn(SCRATCH)).isIn(Phase.CONNECTING, Phase.AWAITED);
        Socket fresh = server.accept();
        answered(until(second, Phase.AWAITED), OK, fresh);
        assertThat(backend.open()).isEqualTo(1);

        Forwarded third = sent(backend);
        Server.request(fresh);
        Server.say(fresh, "HTTP/1.1 200 OK\r\nContent-Le");
        Server.reset(fresh);
        until(third, Phase.FAILED);
        assertThat(backend.open()).as("a byte of the answer had come").isZero();
    }

    @Test
    void a_new_connection_that_breaks_is_not_tried_again() throws IOException {
        Forwarded request = until(sent(backend), Phase.AWAITED);
        Socket connection = server.accept();
        Server.request(connection);
        connection.close();
        until(request, Phase.FAILED);
        assertThat(request.failure()).hasMessageContaining("before it answered");
        assertThat(backend.open()).isZero();
    }

    @Test
    void a_backend_that_is_not_there_fails_the_request() throws IOException {
        server.close();
        Forwarded request = sent(backend);
        if (request.phase() != Phase.FAILED) {
            until(request, Phase.FAILED);
        }
        assertThat(request.failure()).isNotNull();
        assertThat(backend.open()).isZero();
    }

    @Test
    void what_is_no_http_fails_the_request() throws IOException {
        for (String nonsense : new String[] {
            "what?\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: " + "x".repeat(2000) + "\r\n\r\n"
        }) {
            Forwarded request = until(sent(backend), Phase.AWAITED);
            Socket connection = server.accept();
            Server.request(connection);
            Server.say(connection, nonsense);
            until(request, Phase.FAILED);
            assertThat(request.failure()).hasMessageContaining("the backend");
            assertThat(backend.open()).isZero();
        }
    }

    @Test
    void answers_that_only_announce_another_are_passed_over() throws IOException {
        Forwarded request = until(sent(backend), Phase.AWAITED);
        answered(request, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK, server.accept());
        assertThat(request.status()).isEqualTo(200);
        assertThat(request.fields().contains("Link")).isFalse();
        assertThat(request.content().length()).isEqualTo(2);
    }

    @Test
    void an_answer_without_content_frees_its_connection_at_once() throws IOException {
        Forwarded head = until(sent(backend, "HEAD"), Phase.AWAITED);
        Socket connection = server.accept();
        answered(head, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", connection);
        assertThat(head.hasContent()).isFalse();
        assertThat(head.length()).isEqualTo(1000);
        for (String status : new String[] {"204 No Content", "304 Not Modified"}) {
            Forwarded next = sent(backend);
            answered(next, "HTTP/1.1 " + status + "\r\nETag: \"a\"\r\n\r\n", connection);
            assertThat(next.hasContent()).isFalse();
        }
        assertThat(backend.open()).isEqualTo(1);
    }

    @Test
    void a_connection_on_which_more_has_come_than_the_answer_is_not_used_again() throws IOException {
        Forwarded request = until(sent(backend), Phase.AWAITED);
        answered(request, OK + "HTTP/1.1 200 OK\r\n\r\n", server.accept());
        assertThat(backend.open()).isZero();
    }

    @Test
    void a_connection_that_the_backend_is_to_close_is_not_used_again() throws IOException {
        Forwarded request = until(sent(backend), Phase.AWAITED);
        answered(request, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", server.accept());
        assertThat(backend.open()).isZero();
    }

    @Test
    void where_all_connections_are_taken_requests_wait_and_the_first_goes_first() throws IOException {
        Forwarded one = until(sent(backend), Phase.AWAITED);
        Socket first = server.accept();
        Forwarded two = until(sent(backend), Phase.AWAITED);
        Forwarded three = sent(backend);
        Forwarded four = sent(backend);
        assertThat(three.phase()).isEqualTo(Phase.WAITING);
        var bell = new Bell();
        assertThat(three.waitInTurn(bell)).isTrue();
        assertThat(four.waitInTurn(bell)).isTrue();

        answered(one, OK, first);
        assertThat(bell.rung).hasValue(1);
        assertThat(four.goOn(SCRATCH)).as("it is not its turn").isEqualTo(Phase.WAITING);
        assertThat(sent(backend).phase()).as("nor that of who comes later").isEqualTo(Phase.WAITING);
        assertThat(three.goOn(SCRATCH)).isEqualTo(Phase.AWAITED);

        two.abandon();
        assertThat(four.waitInTurn(bell)).as("a connection is free already").isFalse();
        assertThat(four.goOn(SCRATCH)).isNotEqualTo(Phase.WAITING);
    }

    @Test
    void who_gives_up_waiting_leaves_the_turn_to_the_next() throws IOException {
        until(sent(backend), Phase.AWAITED);
        Forwarded two = until(sent(backend), Phase.AWAITED);
        Forwarded three = sent(backend);
        Forwarded four = sent(backend);
        var bell = new Bell();
        three.waitInTurn(bell);
        four.waitInTurn(bell);
        two.abandon();
        assertThat(bell.rung).hasValue(1);
        three.abandon();
        assertThat(bell.rung).hasValue(2);
        assertThat(four.goOn(SCRATCH)).isNotEqualTo(Phase.WAITING);
        assertThat(backend.open()).isEqualTo(2);
    }

    @Test
    void a_closed_backend_keeps_no_connection() throws IOException {
        Forwarded one = until(sent(backend), Phase.AWAITED);
        Socket first = server.accept();
        Forwarded two = until(sent(backend), Phase.AWAITED);
        answered(one, OK, first);
        backend.close();
        assertThat(backend.open()).as("the idle one is closed").isEqualTo(1);
        answered(two, OK, server.accept());
        assertThat(backend.open()).isZero();
    }
}
