package neurath.operator.http.accept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import neurath.http.Connection;
import neurath.testing.Workbench;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AcceptTest {
    private final Workbench bench = new Workbench().set("PORT", 0).set("MAX_CONNECTIONS", 2);
    private Accept accept;

    @BeforeEach
    void listen() throws Exception {
        accept = new Accept();
        accept.open(bench);
        accept.begin();
    }

    @AfterEach
    void stop() throws Exception {
        accept.discard();
    }

    private InetSocketAddress address() {
        URI uri = URI.create(bench.notes().get("address"));
        return new InetSocketAddress(uri.getHost(), uri.getPort());
    }

    /** A connection is in the backlog as soon as the client's connect returns. */
    private SocketChannel client() throws IOException {
        return SocketChannel.open(address());
    }

    @Test
    void connections_are_numbered_and_ready_for_a_poller() throws Exception {
        try (SocketChannel one = client(); SocketChannel two = client()) {
            accept.ready("door", SelectionKey.OP_ACCEPT);
            Connection first = bench.taken(Connection.class);
            Connection second = bench.taken(Connection.class);
            assertThat(first.number()).isEqualTo(1);
            assertThat(second.number()).isEqualTo(2);
            assertThat(first.channel().isBlocking()).isFalse();
            assertThat(first.channel().getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
            assertThat(first.channel().getRemoteAddress()).isEqualTo(one.getLocalAddress());
            assertThat(second.channel().getRemoteAddress()).isEqualTo(two.getLocalAddress());
            first.close(new IOException("tried"));
            second.close(new IOException("tried"));
        }
    }

    @Test
    void while_too_many_are_open_none_is_accepted_and_one_that_leaves_lets_the_next_in() throws Exception {
        try (SocketChannel one = client(); SocketChannel two = client(); SocketChannel three = client()) {
            accept.ready("door", SelectionKey.OP_ACCEPT);
            Connection first = bench.taken(Connection.class);
            Connection second = bench.taken(Connection.class);
            assertThat(bench.taken(Connection.class)).isNull();
            assertThat(bench.watch().interest()).isZero();
            assertThat(bench.watch().wakes()).isZero();

            first.close(new IOException("tried"));
            assertThat(bench.watch().wakes()).isEqualTo(1);
            accept.ready("door", 0);
            Connection third = bench.taken(Connection.class);
            assertThat(third.channel().getRemoteAddress()).isEqualTo(three.getLocalAddress());
            second.close(new IOException("tried"));
            third.close(new IOException("tried"));
            assertThat(one.isOpen() && two.isOpen()).isTrue();
        }
    }

    @Test
    void a_successor_accepts_on_the_same_socket() throws Exception {
        InetSocketAddress before = address();
        Accept successor = new Accept();
        successor.open(bench);
        successor.restore(accept.state());
        accept.close();
        accept = successor;
        try (SocketChannel client = client()) {
            accept.ready("door", SelectionKey.OP_ACCEPT);
            assertThat(bench.taken(Connection.class).channel().getRemoteAddress()).isEqualTo(client.getLocalAddress());
            assertThat(client.getRemoteAddress()).isEqualTo(before);
        }
    }

    @Test
    void a_port_in_use_is_named() throws Exception {
        Accept second = new Accept();
        second.open(new Workbench().set("PORT", address().getPort()));
        assertThatThrownBy(second::begin).hasMessageContaining("cannot listen on").hasMessageContaining("choose another");
        second.discard();
    }

    @Test
    void another_port_cannot_be_taken_over() throws Exception {
        Accept successor = new Accept();
        successor.open(new Workbench().set("PORT", 1));
        Accept.State state = accept.state();
        assertThatThrownBy(() -> successor.restore(state)).hasMessageContaining("stop the flow");
    }
}
