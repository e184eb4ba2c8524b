package neurath.operator.http.accept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
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
            accept.ready(bench.watch().subject(), SelectionKey.OP_ACCEPT);
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
            accept.ready(bench.watch().subject(), SelectionKey.OP_ACCEPT);
            Connection first = bench.taken(Connection.class);
            Connection second = bench.taken(Connection.class);
            assertThat(bench.taken(Connection.class)).isNull();
            assertThat(bench.watch().interest()).isZero();
            assertThat(bench.watch().wakes()).isZero();

            first.close(new IOException("tried"));
            assertThat(bench.watch().wakes()).isEqualTo(1);
            accept.ready(bench.watch().subject(), 0);
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
            accept.ready(bench.watch().subject(), SelectionKey.OP_ACCEPT);
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

    /** The next instance, with other parameters, put in. */
    private Accept successor(String parameter, Object value) throws Exception {
        Accept successor = new Accept();
        successor.open(bench.set(parameter, value));
        successor.restore(accept.state());
        accept.close();
        accept = successor;
        return successor;
    }

    @Test
    void the_address_is_told_as_clients_have_to_ask_for_it() throws Exception {
        InetSocketAddress before = address();
        assertThat(bench.notes().get("address")).startsWith("http://127.0.0.1:");
        successor("SCHEME", "https");
        assertThat(bench.notes().get("address")).startsWith("https://127.0.0.1:");
        assertThat(address()).isEqualTo(before);
        assertThatThrownBy(() -> successor("SCHEME", "ftp")).hasStackTraceContaining("SCHEME is 'ftp'; give http, or https");
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void another_port_is_served_and_the_former_one_until_nobody_waits_there() throws Exception {
        InetSocketAddress before = address();
        int port = freePort();
        Object formerDoor = bench.watch().subject();
        successor("PORT", port);
        assertThat(address().getPort()).isEqualTo(port);
        try (SocketChannel late = SocketChannel.open(before); SocketChannel next = client()) {
            accept.ready(bench.watch().subject(), SelectionKey.OP_ACCEPT);
            Connection first = bench.taken(Connection.class);
            assertThat(first.channel().getRemoteAddress()).isEqualTo(next.getLocalAddress());
            first.close(new IOException("tried"));

            Object timer = bench.dueTimer();
            assertThat(timer).isSameAs(formerDoor);
            accept.expired(timer);
            Connection second = bench.taken(Connection.class);
            assertThat(second.channel().getRemoteAddress()).isEqualTo(late.getLocalAddress());
            assertThatThrownBy(() -> SocketChannel.open(before)).isInstanceOf(ConnectException.class);
            assertThat(second.number()).isEqualTo(2);
            assertThat(accept.state().former()).isEmpty();
        }
    }

    @Test
    void the_former_address_is_served_during_the_overlap() throws Exception {
        InetSocketAddress before = address();
        Object formerDoor = bench.watch().subject();
        successor("PORT", freePort());
        try (SocketChannel client = SocketChannel.open(before)) {
            accept.ready(formerDoor, SelectionKey.OP_ACCEPT);
            assertThat(bench.taken(Connection.class).channel().getRemoteAddress()).isEqualTo(client.getLocalAddress());
        }
    }

    @Test
    void a_former_door_is_not_closed_before_there_is_room_for_those_who_wait_at_it() throws Exception {
        InetSocketAddress before = address();
        successor("PORT", freePort());
        successor("MAX_CONNECTIONS", 1);
        try (SocketChannel inside = client(); SocketChannel waits = SocketChannel.open(before)) {
            accept.ready(bench.watch().subject(), SelectionKey.OP_ACCEPT);
            Connection first = bench.taken(Connection.class);
            assertThat(first.channel().getRemoteAddress()).isEqualTo(inside.getLocalAddress());
            accept.expired(bench.dueTimer());
            assertThat(bench.taken(Connection.class)).isNull();
            first.close(new IOException("tried"));
            accept.expired(bench.dueTimer());
            assertThat(bench.taken(Connection.class).channel().getRemoteAddress()).isEqualTo(waits.getLocalAddress());
        }
    }

    @Test
    void the_way_back_takes_the_former_socket_again() throws Exception {
        InetSocketAddress before = address();
        Accept first = accept;
        Accept second = new Accept();
        int port = freePort();
        second.open(bench.set("PORT", port));
        second.restore(first.state());
        accept = second;
        first.restore(second.state());
        second.close();
        accept = first;
        assertThat(address()).isEqualTo(before);
        try (SocketChannel client = client()) {
            accept.ready(accept.state().door().socket(), SelectionKey.OP_ACCEPT);
            assertThat(bench.taken(Connection.class).channel().getRemoteAddress()).isEqualTo(client.getLocalAddress());
        }
        assertThat(accept.state().former()).hasSize(1);
    }

    @Test
    void a_port_in_use_leaves_the_running_one_as_it_is() throws Exception {
        InetSocketAddress before = address();
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Accept successor = new Accept();
            successor.open(bench.set("PORT", taken.getLocalPort()));
            Accept.State state = accept.state();
            assertThatThrownBy(() -> successor.restore(state))
                    .hasMessageContaining("cannot listen on")
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()))
                    .hasMessageContaining("choose another HOST or PORT");
            successor.close();
        }
        try (SocketChannel client = SocketChannel.open(before)) {
            accept.ready(bench.watch().subject(), SelectionKey.OP_ACCEPT);
            assertThat(bench.taken(Connection.class).channel().getRemoteAddress()).isEqualTo(client.getLocalAddress());
        }
    }

    @Test
    void what_it_opened_in_vain_is_closed() throws Exception {
        int port = freePort();
        Accept successor = new Accept();
        successor.open(bench.set("PORT", port));
        successor.restore(accept.state());
        successor.close();
        assertThat(bench.watch().isCancelled()).isTrue();
        assertThatThrownBy(() -> SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)))
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void any_free_port_is_the_one_it_has() throws Exception {
        InetSocketAddress before = address();
        successor("PORT", before.getPort());
        successor("PORT", 0);
        assertThat(address()).isEqualTo(before);
        assertThat(accept.state().former()).isEmpty();
    }

    @Test
    void an_unknown_host_is_named() {
        assertThatThrownBy(() -> new Accept().open(new Workbench().set("HOST", "host.invalid")))
                .hasMessageContaining("workbench/node.HOST")
                .hasMessageContaining("'host.invalid'");
    }
}
