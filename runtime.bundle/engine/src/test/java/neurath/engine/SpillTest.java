package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import neurath.engine.Marker.Commit;
import neurath.engine.Operators.Apply;
import neurath.engine.Operators.ApplyBlocking;
import neurath.engine.Operators.Numbers;
import neurath.engine.Operators.Sink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node that waits for the marker on one arc makes room on another that is full: told, and not without end. */
@Timeout(60)
class SpillTest {
    private final CountDownLatch letGo = new CountDownLatch(1);
    private final List<String> told = new CopyOnWriteArrayList<>();

    /** One branch hurries, the other stands still in a packet. */
    private Flow start(Workshop shop) {
        shop.fill("fast", Numbers.class, () -> new Numbers(Integer.MAX_VALUE));
        shop.fill("slow", Numbers.class, () -> new Numbers(1));
        shop.fill("a", Apply.class, () -> new Apply(n -> n));
        shop.fill("b", ApplyBlocking.class, () -> new ApplyBlocking(n -> {
            try {
                letGo.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return n;
        }));
        shop.fill("m", Sink.class, () -> new Sink(packet -> {}));
        Flow flow = shop.start("fast.OUT -> a.IN", "a.OUT -> m.IN", "slow.OUT -> b.IN", "b.OUT -> m.IN");
        await().atMost(Workshop.LONG).until(() -> shop.status("b").taken() == 1);
        return flow;
    }

    private Marker mark(Flow flow) {
        return flow.mark(1, Set.of("a", "b", "m"), Map.of(), Commit.STREAM, (node, what) -> told.add(node + ' ' + what));
    }

    @Test
    void what_was_taken_out_of_a_full_arc_is_told_and_handled() throws Exception {
        try (var shop = new Workshop(8)) {
            Marker marker = mark(start(shop));
            long before = shop.status("a").taken();
            await().atMost(Workshop.LONG).until(() -> shop.status("a").taken() > before + 10_000);
            letGo.countDown();
            marker.passed().get(Workshop.LONG.toSeconds(), TimeUnit.SECONDS);
            assertThat(told).anyMatch(line -> line.matches("m has taken \\d+ items out of a full arc while it waited"));
            await().atMost(Workshop.LONG).until(() -> shop.status("m").taken() > before + 10_000);
        }
    }

    @Test
    void more_than_a_million_abort_the_update_and_name_who_is_late() throws Exception {
        try (var shop = new Workshop(8)) {
            Marker marker = mark(start(shop));
            assertThatThrownBy(() -> marker.passed().get(Workshop.LONG.toSeconds(), TimeUnit.SECONDS)).hasStackTraceContaining(
                    "test/m@1.0.0 has taken more than 1000000 items out of a full arc while it waited for the marker from b");
            letGo.countDown();
            await().atMost(Workshop.LONG).until(() -> shop.status("m").taken() > Passage.MOST_SPILLED);
        }
    }
}
