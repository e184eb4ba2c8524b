package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Lease;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Polling;
import neurath.api.Stateful;
import neurath.api.Timed;
import neurath.api.Watch;
import neurath.engine.Marker.Commit;
import neurath.engine.Operators.Sink;
import neurath.events.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Operators that wait for channels, timers and work outside. */
@Timeout(60)
class PollingTest {
    private final Queue<Object> out = new ConcurrentLinkedQueue<>();
    private final Pipe pipe = Loopback.pipe();

    @AfterEach
    void closePipe() throws Exception {
        pipe.source().close();
        pipe.sink().close();
    }

    private void write(int value) throws Exception {
        pipe.sink().write(ByteBuffer.wrap(new byte[] {(byte) value}));
    }

    record Shared(Pipe.SourceChannel source, Watch watch) {}

    /** Emits the bytes of a pipe with its version, and WAKE when it is woken. */
    @Out(value = "OUT", type = String.class)
    static class Bytes implements Polling, Stateful<Shared> {
        private final int version;
        private final Pipe.SourceChannel given;
        private final ByteBuffer buffer = ByteBuffer.allocate(1);
        private Context context;
        private Output<String> output;
        protected Pipe.SourceChannel source;
        protected volatile Watch watch;

        Bytes(int version, Pipe.SourceChannel given) {
            this.version = version;
            this.given = given;
        }

        @Override
        public void open(Context context) {
            this.context = context;
            output = context.output("OUT", String.class);
        }

        @Override
        public void begin() {
            source = given;
            watch = context.watch(source, SelectionKey.OP_READ, "pipe");
        }

        @Override
        public Shared state() {
            return new Shared(source, watch);
        }

        @Override
        public void restore(Shared state) {
            source = state.source();
            watch = state.watch();
        }

        @Override
        public void ready(Object subject, int operations) throws Exception {
            if (operations == 0) {
                output.emit("wake " + subject + " v" + version);
                return;
            }
            assertThat(operations).isEqualTo(SelectionKey.OP_READ);
            buffer.clear();
            if (source.read(buffer) > 0) {
                byte value = buffer.flip().get();
                output.emit(value + " v" + version);
                if (value == 9) {
                    watch.interest(0);
                } else if (value == 8) {
                    watch.cancel();
                    watch = context.watch(source, SelectionKey.OP_READ, "again");
                }
            }
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Bytes start(Workshop shop) {
        var bytes = new Bytes(1, pipe.source());
        shop.fill("bytes", Bytes.class, () -> bytes);
        shop.fill("sink", Sink.class, () -> new Sink(out::add));
        shop.start("bytes.OUT -> sink.IN");
        return bytes;
    }

    private void awaitOut(String... packets) {
        await().atMost(Workshop.LONG).until(() -> out.size() >= packets.length);
        assertThat(out).containsExactly((Object[]) packets);
    }

    @Test
    void readiness_wakes_the_section_that_waits_in_its_selector() throws Exception {
        try (var shop = new Workshop(8)) {
            start(shop);
            write(1);
            awaitOut("1 v1");
            write(2);
            awaitOut("1 v1", "2 v1");
        }
    }

    @Test
    void a_wake_up_from_any_thread_is_told_without_operations() throws Exception {
        try (var shop = new Workshop(8)) {
            Bytes bytes = start(shop);
            bytes.watch.wake();
            awaitOut("wake pipe v1");
        }
    }

    @Test
    void without_interest_nothing_is_told_until_there_is_again() throws Exception {
        try (var shop = new Workshop(8)) {
            Bytes bytes = start(shop);
            write(9);
            awaitOut("9 v1");
            write(1);
            bytes.watch.wake();
            awaitOut("9 v1", "wake pipe v1");
        }
    }

    @Test
    void a_channel_can_be_watched_anew_as_soon_as_its_watch_was_cancelled() throws Exception {
        try (var shop = new Workshop(8)) {
            Bytes bytes = start(shop);
            write(8);
            awaitOut("8 v1");
            write(1);
            awaitOut("8 v1", "1 v1");
            bytes.watch.wake();
            awaitOut("8 v1", "1 v1", "wake again v1");
            assertThat(shop.events(Event.PacketFailed.class)).isEmpty();
        }
    }

    @Test
    void a_watch_outlives_the_instance_that_asked_for_it() throws Exception {
        try (var shop = new Workshop(8)) {
            Bytes first = start(shop);
            write(1);
            awaitOut("1 v1");
            shop.update(Commit.HOLD, Set.of("bytes"),
                    Map.of("bytes", shop.version("bytes", "2.0.0", Bytes.class, () -> new Bytes(2, pipe.source()))));
            write(2);
            awaitOut("1 v1", "2 v2");
            first.watch.wake();
            awaitOut("1 v1", "2 v2", "wake pipe v2");
        }
    }

    @Test
    void what_happens_while_a_node_is_held_is_told_afterwards() throws Exception {
        try (var shop = new Workshop(8)) {
            Bytes bytes = start(shop);
            shop.flow().hold("bytes", "a test holds it");
            await().atMost(Workshop.LONG).until(() -> shop.status("bytes").held() != null);
            bytes.watch.wake();
            bytes.watch.wake();
            write(5);
            assertThat(out).isEmpty();
            shop.flow().resume("bytes");
            await().atMost(Workshop.LONG).until(() -> out.size() == 2);
            assertThat(out).containsExactlyInAnyOrder("wake pipe v1", "5 v1");
        }
    }

    @Test
    void nodes_that_share_a_section_share_its_selector_and_one_that_is_held_keeps_no_mate_waiting() throws Exception {
        Pipe other = Loopback.pipe();
        try (var source = other.source(); var sink = other.sink(); var shop = new Workshop(8)) {
            shop.fill("held", Bytes.class, () -> new Bytes(1, pipe.source()));
            shop.fill("mate", Bytes.class, () -> new Bytes(2, source));
            shop.fill("sink", Sink.class, () -> new Sink(out::add));
            shop.start("held.OUT -> sink.IN", "mate.OUT -> sink.IN", "held mate in io");
            shop.flow().hold("held", "a test holds it");
            await().atMost(Workshop.LONG).until(() -> shop.status("held").held() != null);

            write(5);
            for (int i = 1; i <= 3; i++) {
                sink.write(ByteBuffer.wrap(new byte[] {(byte) i}));
                int told = i;
                await().atMost(Workshop.LONG).until(() -> out.contains(told + " v2"));
            }
            assertThat(out).containsExactly("1 v2", "2 v2", "3 v2");
            shop.flow().resume("held");
            awaitOut("1 v2", "2 v2", "3 v2", "5 v1");
        }
    }

    @Test
    void what_happens_while_a_node_waits_for_room_is_told_afterwards() throws Exception {
        var mayGoOn = new CountDownLatch(1);
        try (var shop = new Workshop(1)) {
            var bytes = new Bytes(1, pipe.source());
            shop.fill("bytes", Bytes.class, () -> bytes);
            shop.fill("a", Operators.Apply.class, () -> new Operators.Apply(n -> n));
            shop.fill("source", Operators.Numbers.class, () -> new Operators.Numbers(0));
            shop.fill("sink", Sink.class, () -> new Sink(packet -> {
                awaitLatch(mayGoOn);
                out.add(packet);
            }));
            shop.start("bytes.OUT -> sink.IN", "source.OUT -> a.IN", "bytes a in io");
            for (int i = 1; i <= 3; i++) {
                write(i);
            }
            await().atMost(Workshop.LONG).until(() -> shop.status("bytes").emitted() == 3);
            bytes.watch.wake();
            write(4);
            mayGoOn.countDown();
            await().atMost(Workshop.LONG).until(() -> out.size() == 5);
            assertThat(out).startsWith("1 v1", "2 v1", "3 v1").contains("wake pipe v1", "4 v1");
        }
    }

    /** Answers each connection with a greeting. */
    @Out(value = "OUT", type = SocketChannel.class)
    static final class Accept implements Polling, Stateful<Accept.Listening> {
        record Listening(ServerSocketChannel server) {}

        private ServerSocketChannel server;
        private Context context;
        private Output<SocketChannel> output;

        @Override
        public void open(Context context) {
            this.context = context;
            output = context.output("OUT", SocketChannel.class);
        }

        @Override
        public void begin() throws Exception {
            server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            server.configureBlocking(false);
            context.watch(server, SelectionKey.OP_ACCEPT, "server");
            context.note("port", Integer.toString(server.socket().getLocalPort()));
        }

        @Override
        public Listening state() {
            return new Listening(server);
        }

        @Override
        public void restore(Listening state) {
            server = state.server();
        }

        @Override
        public void discard() throws Exception {
            server.close();
        }

        @Override
        public void ready(Object subject, int operations) throws Exception {
            SocketChannel client = server.accept();
            if (client != null) {
                output.emit(client);
            }
        }
    }

    @In(value = "IN", type = SocketChannel.class)
    static final class Greet implements Operator {
        @Override
        public void open(Context context) {
            context.receive("IN", SocketChannel.class, client -> {
                try (client) {
                    client.write(ByteBuffer.wrap(new byte[] {42}));
                }
            });
        }
    }

    private static int greeting(Workshop shop) throws Exception {
        int port = Integer.parseInt(shop.status("accept").notes().get("port"));
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.getInputStream().read();
        }
    }

    @Test
    void a_listening_socket_passes_from_version_to_version_and_is_closed_with_the_flow() throws Exception {
        try (var shop = new Workshop(8)) {
            shop.fill("accept", Accept.class, Accept::new);
            shop.fill("greet", Greet.class, Greet::new);
            shop.start("accept.OUT -> greet.IN");
            assertThat(greeting(shop)).isEqualTo(42);
            for (int number = 2; number < 5; number++) {
                shop.update(Commit.HOLD, Set.of("accept"),
                        Map.of("accept", shop.version("accept", number + ".0.0", Accept.class, Accept::new)));
                assertThat(greeting(shop)).isEqualTo(42);
            }
            int port = Integer.parseInt(shop.status("accept").notes().get("port"));
            shop.flows.stop("test", Workshop.LONG);
            assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                    .isInstanceOf(java.net.ConnectException.class);
        }
    }

    @Test
    void a_state_begun_for_an_update_that_is_aborted_is_discarded() throws Exception {
        try (var shop = new Workshop(8)) {
            shop.fill("accept", Silent.class, Silent::new);
            shop.fill("greet", Greet.class, Greet::new);
            shop.start("accept.OUT -> greet.IN");
            var successor = new Accept();
            Workshop.Marking marking = shop.mark(Commit.HOLD, Set.of("accept"),
                    Map.of("accept", shop.version("accept", "2.0.0", Accept.class, () -> successor)));
            marking.marker().aligned().get(15, java.util.concurrent.TimeUnit.SECONDS);
            Handover.to(marking.successors().get("accept")).take();
            assertThat(successor.server.isOpen()).isTrue();
            marking.cancel();
            assertThat(successor.server.isOpen()).isFalse();
            assertThat(shop.status("accept").notes()).as("what an instance noted that never was in").isEmpty();
        }
    }

    @Test
    void what_an_instance_notes_while_it_is_out_is_not_shown() throws Exception {
        try (var shop = new Workshop(8)) {
            var first = new Accept();
            shop.fill("accept", Accept.class, () -> first);
            shop.fill("greet", Greet.class, Greet::new);
            shop.start("accept.OUT -> greet.IN");
            String port = shop.status("accept").notes().get("port");
            shop.update(Commit.HOLD, Set.of("accept"), Map.of("accept", shop.version("accept", "2.0.0", Accept.class, Accept::new)));
            first.context.note("port", "another");
            assertThat(shop.status("accept").notes()).containsEntry("port", port);
        }
    }

    /** An entrance that keeps no state. */
    @Out(value = "OUT", type = SocketChannel.class)
    static final class Silent implements Polling {
        @Override
        public void ready(Object subject, int operations) {
            throw new AssertionError("nothing is watched");
        }
    }

    @Out(value = "OUT", type = String.class)
    static final class Clock implements Timed, Polling {
        private Context context;
        private Output<String> output;
        private Context.Timer never;

        @Override
        public void open(Context context) {
            this.context = context;
            output = context.output("OUT", String.class);
            context.timer(Duration.ofMillis(20), "late");
            context.timer(Duration.ofMillis(1), "early");
            never = context.timer(Duration.ofMillis(5), "never");
        }

        @Override
        public void expired(Object subject) {
            output.emit((String) subject);
            if (subject.equals("early")) {
                never.cancel();
            } else if (subject.equals("late")) {
                context.timer(Duration.ofMillis(1), "last");
            }
        }

        @Override
        public void ready(Object subject, int operations) {}
    }

    /** The same in a section without a selector. */
    @Out(value = "OUT", type = String.class)
    static final class ParkedClock implements Timed {
        private Output<String> output;

        @Override
        public void open(Context context) {
            output = context.output("OUT", String.class);
            context.timer(Duration.ofMillis(1), "parked");
        }

        @Override
        public void expired(Object subject) {
            output.emit((String) subject);
        }
    }

    @Test
    void timers_expire_in_order_and_a_cancelled_one_never() throws Exception {
        try (var shop = new Workshop(8)) {
            shop.fill("clock", Clock.class, Clock::new);
            shop.fill("parked", ParkedClock.class, ParkedClock::new);
            shop.fill("sink", Sink.class, () -> new Sink(out::add));
            shop.fill("other", Sink.class, () -> new Sink(packet -> out.add("parked")));
            shop.start("clock.OUT -> sink.IN", "parked.OUT -> other.IN");
            await().atMost(Workshop.LONG).until(() -> out.size() == 4);
            assertThat(out).contains("parked").containsSubsequence("early", "late", "last");
        }
    }

    /** A later version of an entrance that waits for nothing any more. */
    @Out(value = "OUT", type = String.class)
    static final class Content implements Stateful<Shared> {
        private Shared shared;

        @Override
        public Shared state() {
            return shared;
        }

        @Override
        public void restore(Shared state) {
            shared = state;
        }
    }

    @Test
    void readiness_and_timers_of_a_version_before_are_put_away_by_one_that_takes_none() throws Exception {
        try (var shop = new Workshop(8)) {
            Bytes first = start(shop);
            write(1);
            awaitOut("1 v1");
            shop.update(Commit.HOLD, Set.of("bytes"), Map.of("bytes", shop.version("bytes", "2.0.0", Content.class, Content::new)));
            write(2);
            await().atMost(Workshop.LONG).until(() -> shop.status("bytes").dropped() == 1);
            first.watch.wake();
            write(3);
            shop.update(Commit.HOLD, Set.of("bytes"), Map.of("bytes", shop.version("bytes", "3.0.0", Content.class, Content::new)));
            assertThat(shop.events(Event.PacketFailed.class)).isEmpty();
            assertThat(shop.status("bytes").dropped()).as("the watch has ended").isEqualTo(1);
        }
    }

    @Out(value = "OUT", type = String.class)
    static final class AsksForTimersItIsNotToldOf implements Operator {
        @Override
        public void open(Context context) {
            context.timer(Duration.ofMillis(1), "subject");
        }
    }

    @Out(value = "OUT", type = String.class)
    static final class WatchesWhatItIsNotToldOf implements Operator {
        private final Pipe.SourceChannel source;

        WatchesWhatItIsNotToldOf(Pipe.SourceChannel source) {
            this.source = source;
        }

        @Override
        public void open(Context context) {
            context.watch(source, SelectionKey.OP_READ, "subject");
        }
    }

    @Test
    void timers_and_watches_are_refused_to_operators_that_could_not_be_told() throws Exception {
        try (var shop = new Workshop(8)) {
            shop.fill("sink", Sink.class, () -> new Sink(out::add));
            shop.fill("a", AsksForTimersItIsNotToldOf.class, AsksForTimersItIsNotToldOf::new);
            assertThatThrownBy(() -> shop.start("a.OUT -> sink.IN")).hasMessageContaining("test/a: a@1.0.0")
                    .hasMessageContaining("implement Timed");
            shop.fill("a", WatchesWhatItIsNotToldOf.class, () -> new WatchesWhatItIsNotToldOf(pipe.source()));
            assertThatThrownBy(() -> shop.start("a.OUT -> sink.IN")).hasMessageContaining("test/a: a@1.0.0")
                    .hasMessageContaining("implement Polling");
        }
    }

    @Test
    void a_channel_that_cannot_be_watched_keeps_the_flow_from_starting() throws Exception {
        try (var shop = new Workshop(8)) {
            shop.fill("bytes", Bytes.class, () -> new Bytes(1, pipe.source()));
            shop.fill("sink", Sink.class, () -> new Sink(out::add));
            pipe.source().configureBlocking(true);
            assertThatThrownBy(() -> shop.start("bytes.OUT -> sink.IN")).hasMessageContaining("test/bytes")
                    .hasMessageContaining("blocking mode");
            pipe.source().close();
            assertThatThrownBy(() -> shop.start("bytes.OUT -> sink.IN")).hasMessageContaining("test/bytes").hasMessageContaining("closed");
        }
    }

    /** Takes numbers and goes on with each outside, until a test says that it is done. */
    @In(value = "IN", type = Integer.class)
    static final class Lender implements Operator {
        final List<Lease> leases = new CopyOnWriteArrayList<>();

        @Override
        public void open(Context context) {
            context.receive("IN", Integer.class, packet -> leases.add(context.lease()));
        }
    }

    @Test
    void a_retired_instance_is_closed_when_its_last_lease_is_given_back() throws Exception {
        var feed = new Operators.Feed();
        var lender = new Lender();
        try (var shop = new Workshop(8)) {
            shop.fill("feed", Operators.Feed.class, () -> feed);
            Versions first = shop.fill("a", Lender.class, () -> lender);
            shop.start("feed.OUT -> a.IN");
            feed.feed(1);
            feed.feed(2);
            await().atMost(Workshop.LONG).until(() -> lender.leases.size() == 2);
            shop.update(Commit.STREAM, Set.of("a"), Map.of("a", shop.version("a", "2.0.0", Lender.class, Lender::new)));

            assertThat(shop.flow().retirement().retiring()).singleElement().extracting(Instance::leases).isEqualTo(2);
            lender.leases.get(0).close();
            lender.leases.get(0).close();
            assertThat(shop.flow().retirement().retiring()).singleElement().extracting(Instance::leases).isEqualTo(1);
            assertThat(first.alive).hasValue(1);
            lender.leases.get(1).close();
            await().atMost(Workshop.LONG).until(() -> first.alive.get() == 0 && shop.flow().retirement().retiring().isEmpty());
        }
    }

    @Test
    void a_flow_that_ends_waits_for_the_leases_of_all_instances_within_its_grace() throws Exception {
        var feed = new Operators.Feed();
        var lender = new Lender();
        var successor = new Lender();
        var shop = new Workshop(8);
        shop.fill("feed", Operators.Feed.class, () -> feed);
        Versions first = shop.fill("a", Lender.class, () -> lender);
        shop.start("feed.OUT -> a.IN");
        feed.feed(1);
        await().atMost(Workshop.LONG).until(() -> lender.leases.size() == 1);
        Versions second = shop.version("a", "2.0.0", Lender.class, () -> successor);
        shop.update(Commit.STREAM, Set.of("a"), Map.of("a", second));
        feed.feed(2);
        await().atMost(Workshop.LONG).until(() -> successor.leases.size() == 1);
        Flow flow = shop.flow();
        Thread stopper = Thread.ofPlatform().start(() -> {
            try {
                shop.close();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        successor.leases.getFirst().close();
        await().atMost(Workshop.LONG).until(() -> second.alive.get() == 0);
        assertThat(first.alive).as("the retired instance still has work in hand").hasValue(1);
        lender.leases.getFirst().close();
        await().atMost(Workshop.LONG).until(() -> !stopper.isAlive());
        assertThat(first.alive).hasValue(0);
        assertThat(flow.retirement().retiring()).isEmpty();
    }
}
