package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import neurath.api.Context;
import neurath.api.Droppable;
import neurath.api.In;
import neurath.api.Lease;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Polling;
import neurath.api.Stateful;
import neurath.api.Watch;
import neurath.engine.Marker.Commit;
import neurath.engine.Operators.Apply;
import neurath.engine.Operators.Feed;
import neurath.engine.Operators.Numbers;
import neurath.engine.Operators.Sink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What still comes to a node whose inputs have ended: markers, wake-ups, readiness. */
@Timeout(60)
class EndedNodeTest {
    private final Queue<Object> out = new ConcurrentLinkedQueue<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();

    private static void awaitQuiet(Workshop shop) {
        await().atMost(Workshop.LONG).until(() -> shop.threads.alive.get() == 0);
    }

    @Test
    void an_update_of_a_node_that_has_ended_completes_and_leaves_no_instance() throws Exception {
        for (Commit commit : Commit.values()) {
            try (var shop = new Workshop(8)) {
                shop.fill("source", Numbers.class, () -> new Numbers(3));
                Versions first = shop.fill("a", Apply.class, () -> new Apply(n -> n));
                shop.fill("sink", Sink.class, () -> new Sink(out::add));
                shop.start("source.OUT -> a.IN", "a.OUT -> sink.IN");
                awaitQuiet(shop);
                Versions second = shop.version("a", "2.0.0", Apply.class, () -> new Apply(n -> -n));
                shop.update(commit, Set.of("a", "sink"), Map.of("a", second));

                assertThat(first.alive).hasValue(0);
                await().atMost(Workshop.LONG).untilAsserted(() -> assertThat(second.alive).hasValue(0));
            }
        }
    }

    record Nothing() {}

    @In(value = "IN", type = Object.class)
    static final class Keeper implements Stateful<Nothing> {
        private final String name;
        private final List<String> calls;

        Keeper(String name, List<String> calls) {
            this.name = name;
            this.calls = calls;
        }

        @Override
        public void open(Context context) {
            context.receive("IN", Object.class, packet -> {});
        }

        @Override
        public void begin() {
            calls.add(name + " begin");
        }

        @Override
        public Nothing state() {
            calls.add(name + " state");
            return new Nothing();
        }

        @Override
        public void restore(Nothing state) {
            calls.add(name + " restore");
        }

        @Override
        public void discard() {
            calls.add(name + " discard");
        }

        @Override
        public void close() {
            calls.add(name + " close");
        }
    }

    @Test
    void the_state_of_a_closed_instance_is_handed_to_nobody() throws Exception {
        try (var shop = new Workshop(8)) {
            shop.fill("source", Numbers.class, () -> new Numbers(3));
            shop.fill("sink", Keeper.class, () -> new Keeper("old", calls));
            shop.start("source.OUT -> sink.IN");
            awaitQuiet(shop);
            shop.update(Commit.HOLD, Set.of("sink"),
                    Map.of("sink", shop.version("sink", "2.0.0", Keeper.class, () -> new Keeper("new", calls))));
        }
        assertThat(calls).containsExactly("old begin", "old discard", "old close", "new close");
    }

    /** Watches a pipe and emits a ticket whenever it is ready or woken. */
    @Out(value = "OUT", type = Object.class)
    static final class Door implements Polling {
        final Pipe pipe = Loopback.pipe();
        final CountDownLatch ended = new CountDownLatch(1);
        volatile Watch watch;
        volatile Lease lease;
        private final List<String> calls;
        private final Queue<Object> dropped;
        private volatile boolean closed;
        private Output<Object> output;

        Door(List<String> calls, Queue<Object> dropped) {
            this.calls = calls;
            this.dropped = dropped;
        }

        @Override
        public void open(Context context) {
            output = context.output("OUT", Object.class);
            watch = context.watch(pipe.source(), SelectionKey.OP_READ, "door");
            lease = context.lease();
        }

        @Override
        public void ready(Object subject, int operations) throws Exception {
            calls.add(closed ? "ready after close" : "ready");
            pipe.source().read(ByteBuffer.allocate(10));
            output.emit(new Ticket(dropped));
        }

        @Override
        public void ended() {
            ended.countDown();
        }

        @Override
        public void close() throws Exception {
            closed = true;
            pipe.source().close();
            pipe.sink().close();
        }
    }

    record Ticket(Queue<Object> dropped) implements Droppable {
        @Override
        public void dropped(Throwable reason) {
            dropped.add(reason);
        }
    }

    @Test
    void what_is_emitted_behind_the_end_of_the_output_is_dropped() throws Exception {
        Queue<Object> dropped = new ConcurrentLinkedQueue<>();
        var door = new Door(calls, dropped);
        try (var shop = new Workshop(8)) {
            shop.fill("door", Door.class, () -> door);
            shop.fill("sink", Sink.class, () -> new Sink(out::add));
            Flow flow = shop.start("door.OUT -> sink.IN");
            var end = flow.end();
            assertThat(door.ended.await(Workshop.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            // the lease keeps the node at work, and the channel is still watched
            door.pipe.sink().write(ByteBuffer.wrap(new byte[] {1}));
            await().atMost(Workshop.LONG).until(() -> dropped.size() == 1);
            door.lease.close();
            end.get(Workshop.LONG.toSeconds(), TimeUnit.SECONDS);

            assertThat(out).isEmpty();
            assertThat(dropped).singleElement().asString().contains("test/door.OUT has ended");
        }
    }

    @Test
    void a_wake_up_after_the_end_calls_no_closed_instance() throws Exception {
        var door = new Door(calls, new ConcurrentLinkedQueue<>());
        try (var shop = new Workshop(8)) {
            shop.fill("door", Door.class, () -> door);
            shop.fill("sink", Sink.class, () -> new Sink(out::add));
            shop.start("door.OUT -> sink.IN");
            door.lease.close();
            shop.end();
            door.watch.wake();

            assertThat(calls).isEmpty();
        }
    }

    @Test
    void markers_pass_an_arc_that_was_led_to_a_node_that_had_ended() throws Exception {
        try (var shop = new Workshop(8)) {
            shop.fill("source", Numbers.class, () -> new Numbers(3));
            shop.fill("a", Apply.class, () -> new Apply(n -> n));
            shop.fill("feed", Feed.class, Feed::new);
            shop.fill("sink", Sink.class, () -> new Sink(out::add));
            Flow flow = shop.start("source.OUT -> a.IN", "a.OUT -> sink.IN", "feed.OUT -> sink.IN");
            await().atMost(Workshop.LONG).until(() -> shop.threads.alive.get() == 2);
            Draft draft =
                    flow.draft(Graphs.of("source.OUT -> a.IN", "a.OUT -> sink.IN", "feed.OUT -> sink.IN", "feed.OUT -> a.IN"));
            flow.mark(2, Set.of("a", "feed"), draft, Commit.STREAM, (node, what) -> {}).passed()
                    .get(Workshop.LONG.toSeconds(), TimeUnit.SECONDS);
            flow.adopt(draft);

            Marker next = flow.mark(3, Set.of("a", "feed"), Map.of(), Commit.STREAM, (node, what) -> {});
            assertThat(next.passed()).succeedsWithin(Workshop.LONG);
        }
    }

    /** Has work outside as long as nobody takes that off it. */
    @In(value = "IN", type = Object.class)
    static final class Busy implements Operator {
        private volatile Lease lease;

        @Override
        public void open(Context context) {
            context.receive("IN", Object.class, packet -> {});
            lease = context.lease();
        }
    }

    @Test
    void a_producer_does_not_wait_for_room_at_a_node_that_has_ended_and_has_work_outside() throws Exception {
        var busy = new Busy();
        try (var shop = new Workshop(8)) {
            shop.fill("source", Numbers.class, () -> new Numbers(3));
            shop.fill("busy", Busy.class, () -> busy);
            Flow flow = shop.start("source.OUT -> busy.IN");
            await().atMost(Workshop.LONG).until(() -> shop.threads.alive.get() == 1);
            var feed = new Feed();
            Versions version = shop.version("feed", "1.0.0", Feed.class, () -> feed);
            Draft draft = flow.draft(Graphs.of("source.OUT -> busy.IN", "feed.OUT -> busy.IN"));
            draft.with(draft.build("feed", version));
            flow.mark(2, Set.of("busy"), draft, Commit.STREAM, (node, what) -> {}).passed()
                    .get(Workshop.LONG.toSeconds(), TimeUnit.SECONDS);
            flow.adopt(draft);
            Marker hold = flow.mark(3, Set.of("busy"), Map.of(), Commit.HOLD, (node, what) -> {});
            hold.aligned().get(Workshop.LONG.toSeconds(), TimeUnit.SECONDS);
            for (int i = 0; i < 100; i++) {
                feed.feed(i);
            }

            await().atMost(Workshop.LONG).until(() -> flow.live("feed").emitted.get() == 100);
            assertThat(hold.cancel()).isTrue();
            busy.lease.close();
        }
    }

    @Test
    void a_source_that_was_to_come_with_a_cancelled_hold_makes_nothing() throws Exception {
        try (var shop = new Workshop(8)) {
            shop.fill("feed", Feed.class, Feed::new);
            shop.fill("sink", Sink.class, () -> new Sink(out::add));
            Flow flow = shop.start("feed.OUT -> sink.IN");
            var second = new Numbers(3);
            Versions version = shop.version("second", "1.0.0", Numbers.class, () -> second);
            Draft draft = flow.draft(Graphs.of("feed.OUT -> sink.IN", "second.OUT -> sink.IN"));
            draft.with(draft.build("second", version));
            Marker marker = flow.mark(2, Set.of("sink"), draft, Commit.HOLD, (node, what) -> {});
            marker.aligned().get(Workshop.LONG.toSeconds(), TimeUnit.SECONDS);
            assertThat(marker.cancel()).isTrue();
            await().atMost(Workshop.LONG).until(() -> shop.threads.alive.get() == 2);
            draft.dismiss();

            assertThat(second.next).hasValue(0);
        }
    }
}
