package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import neurath.engine.Marker.Commit;
import neurath.engine.Operators.Apply;
import neurath.engine.Operators.Feed;
import neurath.engine.Operators.Numbers;
import neurath.engine.Operators.Sink;
import neurath.engine.Signature.ThreadKind;
import neurath.events.Events;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sections that always have work leave room for others. */
@Timeout(120)
class FairnessTest {
    private static Map<String, OperatorVersion> pipeline(AtomicLong out) {
        var versions = new HashMap<String, OperatorVersion>();
        versions.put("source", Versions.of("source", "1.0.0", Numbers.class, () -> new Numbers(Integer.MAX_VALUE)));
        for (String node : List.of("a", "b", "c")) {
            versions.put(node, Versions.of(node, "1.0.0", Apply.class, () -> new Apply(n -> n)));
        }
        versions.put("sink", Versions.of("sink", "1.0.0", Sink.class, () -> new Sink(packet -> out.incrementAndGet())));
        return versions;
    }

    @Test
    void a_pipeline_that_is_fed_from_outside_goes_on_beside_saturated_ones() throws Exception {
        var flows = new Flows(new Events(Runnable::run), Threads.ofTheJdk(), text -> text);
        int saturated = Runtime.getRuntime().availableProcessors();
        var flooded = new ArrayList<AtomicLong>();
        var feed = new Feed();
        var out = new AtomicInteger();
        try {
            for (int i = 0; i < saturated; i++) {
                var counter = new AtomicLong();
                flooded.add(counter);
                flows.start("flood" + i, Graphs.of("source.OUT -> a.IN", "a.OUT -> b.IN", "b.OUT -> c.IN", "c.OUT -> sink.IN"),
                        pipeline(counter), 1);
            }
            await().atMost(Workshop.LONG).until(() -> flooded.stream().allMatch(counter -> counter.get() > 100_000));
            flows.start(
                    "fed",
                    Graphs.of("feed.OUT -> a.IN", "a.OUT -> b.IN", "b.OUT -> sink.IN"),
                    Map.of(
                            "feed", Versions.of("feed", "1.0.0", Feed.class, () -> feed),
                            "a", Versions.of("a", "1.0.0", Apply.class, () -> new Apply(n -> n)),
                            "b", Versions.of("b", "1.0.0", Apply.class, () -> new Apply(n -> n)),
                            "sink", Versions.of("sink", "1.0.0", Sink.class, () -> new Sink(packet -> out.incrementAndGet()))),
                    1);
            for (int i = 1; i <= 100; i++) {
                feed.feed(i);
                int sent = i;
                await().atMost(Workshop.LONG).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1))
                        .until(() -> out.get() == sent);
            }
        } finally {
            for (Flow flow : flows.all()) {
                flows.stop(flow.name(), Workshop.LONG);
            }
        }
    }

    /** A clock that goes forward when an operator says so, and is asked by a section at least once a turn. */
    private static final class OperatorsClock implements Threads {
        final AtomicLong nanos = new AtomicLong();
        final AtomicInteger packetsInTurn = new AtomicInteger();
        volatile Thread slow;
        private final Threads threads = Threads.ofTheJdk();

        @Override
        public Thread start(ThreadKind kind, String name, Runnable task) {
            return threads.start(kind, name, task);
        }

        @Override
        public long now() {
            if (Thread.currentThread() == slow) {
                packetsInTurn.set(0);
            }
            return nanos.get();
        }
    }

    @Test
    void a_node_with_slow_packets_takes_few_of_them_in_one_turn() throws Exception {
        var clock = new OperatorsClock();
        var flows = new Flows(new Events(Runnable::run), clock, text -> text, 1024);
        var feed = new Feed();
        var fed = new CountDownLatch(1);
        var most = new AtomicInteger();
        var out = new AtomicInteger();
        Apply slow = new Apply(n -> {
            clock.slow = Thread.currentThread();
            if (n == 0) {
                awaitLatch(fed);
            }
            clock.nanos.addAndGet(2_000_000);
            int inTurn = clock.packetsInTurn.incrementAndGet();
            if (n > 500) {
                most.accumulateAndGet(inTurn, Math::max);
            }
            return n;
        });
        Flow flow = flows.start(
                "test",
                Graphs.of("feed.OUT -> a.IN", "a.OUT -> sink.IN"),
                Map.of(
                        "feed", Versions.of("feed", "1.0.0", Feed.class, () -> feed),
                        "a", Versions.of("a", "1.0.0", Apply.class, () -> slow),
                        "sink", Versions.of("sink", "1.0.0", Sink.class, () -> new Sink(packet -> out.incrementAndGet()))),
                1);
        try {
            for (int i = 0; i < 1_000; i++) {
                feed.feed(i);
            }
            await().atMost(Workshop.LONG).until(() -> flow.status().stream().mapToInt(NodeStatus::queued).sum() > 900);
            fed.countDown();
            await().atMost(Workshop.LONG).until(() -> out.get() == 1_000);
            assertThat(most.get()).as("packets of 2 ms in one turn").isBetween(1, 2);
        } finally {
            flows.stop("test", Workshop.LONG);
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void an_update_of_a_saturated_pipeline_is_not_kept_waiting() throws Exception {
        try (var shop = new Workshop(256)) {
            var out = new AtomicLong();
            shop.fill("source", Numbers.class, () -> new Numbers(Integer.MAX_VALUE));
            shop.fill("a", Apply.class, () -> new Apply(n -> n));
            shop.fill("sink", Sink.class, () -> new Sink(packet -> out.incrementAndGet()));
            shop.start("source.OUT -> a.IN", "a.OUT -> sink.IN");
            await().atMost(Workshop.LONG).until(() -> out.get() > 10_000);
            for (int i = 2; i < 30; i++) {
                shop.update(Commit.STREAM, Set.of("source", "a", "sink"),
                        Map.of("a", shop.version("a", i + ".0.0", Apply.class, () -> new Apply(n -> n))));
            }
            assertThat(shop.flow().version("a").version().getMajor()).isEqualTo(29);
        }
    }
}
