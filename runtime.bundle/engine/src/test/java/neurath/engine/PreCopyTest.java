package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Keyed;
import neurath.api.KeyedState;
import neurath.api.KeyedTransfer;
import neurath.api.Operator;
import neurath.api.Stateful;
import neurath.engine.Marker.Commit;
import neurath.engine.Operators.Feed;
import neurath.engine.Operators.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keyed state copied ahead on real threads, beside a section that goes on changing it. */
@Timeout(120)
class PreCopyTest {
    private static final int KEYS = 50_000;

    record Hits(long sum) {}

    record Total(long sum, String of) {}

    @In(value = "IN", type = Integer.class)
    @KeyedState(name = "hits", key = Integer.class, value = Hits.class)
    static class Counting implements Operator {
        final AtomicLong counted = new AtomicLong();
        Keyed<Integer, Hits> hits;

        @Override
        public void open(Context context) throws Exception {
            hits = context.keyed("hits", Integer.class, Hits.class);
            context.receive("IN", Integer.class, number -> {
                count(number);
                counted.incrementAndGet();
            });
        }

        void count(int number) throws Exception {
            if (number % 11 == 10) {
                hits.remove((number - 3) % KEYS);
            } else {
                hits.merge(number % KEYS, new Hits(number), (a, b) -> new Hits(a.sum() + b.sum()));
            }
        }
    }

    private static Map<Integer, Long> model(int packets) {
        var model = new HashMap<Integer, Long>();
        for (int number = 0; number < packets; number++) {
            if (number % 11 == 10) {
                model.remove((number - 3) % KEYS);
            } else {
                model.merge(number % KEYS, (long) number, Long::sum);
            }
        }
        return model;
    }

    @In(value = "IN", type = Integer.class)
    @KeyedState(name = "hits", key = Integer.class, value = Total.class, transferredBy = {Totals.class, Back.class})
    static class Totalling implements Operator {
        Keyed<Integer, Total> hits;

        @Override
        public void open(Context context) throws Exception {
            hits = context.keyed("hits", Integer.class, Total.class);
            context.receive("IN", Integer.class, number -> {
                if (number % 11 == 10) {
                    hits.remove((number - 3) % KEYS);
                } else {
                    int key = number % KEYS;
                    hits.merge(key, new Total(number, "key " + key), (a, b) -> new Total(a.sum() + b.sum(), a.of()));
                }
            });
        }
    }

    public static class Totals implements KeyedTransfer<Integer, Hits, Total> {
        @Override
        public Total entry(Integer key, Hits old) throws Exception {
            return new Total(old.sum(), "key " + key);
        }
    }

    public static final class Back implements KeyedTransfer<Integer, Total, Hits> {
        @Override
        public Hits entry(Integer key, Total value) {
            return new Hits(value.sum());
        }
    }

    private static PreCopy preCopy(Instance successor) throws Exception {
        return Handover.to(successor).preCopy().orElseThrow();
    }

    private static void switchTo(Workshop workshop, int number, Instance successor, boolean keepWayBack) throws Exception {
        Instance old = workshop.flow().instance("count");
        Marker marker =
                workshop.flow().mark(number, Set.of("count"), Map.of("count", successor), Commit.HOLD, (node, what) -> {});
        marker.aligned().get(15, TimeUnit.SECONDS);
        Handover.to(successor).take();
        if (keepWayBack) {
            Handover.to(successor).keepWayBack();
        }
        assertThat(marker.commit()).isTrue();
        marker.passed().get(15, TimeUnit.SECONDS);
        var _ = workshop.flow().retirement().retire(old);
    }

    @Test
    void nothing_is_lost_of_what_a_busy_section_changes_while_it_is_copied_there_and_back() throws Exception {
        try (Workshop workshop = new Workshop(1024)) {
            workshop.fill("source", Numbers.class, () -> new Numbers(Integer.MAX_VALUE));
            Versions first = workshop.fill("count", Counting.class, Counting::new);
            workshop.start("source.OUT -> count.IN");
            await().atMost(Workshop.LONG).until(() -> workshop.status("count").taken() > 200_000);

            Instance second = workshop.flow().build("count", workshop.version("count", "2.0.0", Totalling.class, Totalling::new));
            PreCopy copy = preCopy(second);
            copy.run();
            switchTo(workshop, 1, second, true);
            assertThat(copy.copied()).isGreaterThan(30_000);

            await().atMost(Workshop.LONG).until(() -> workshop.status("count").taken() > 1_000_000);
            assertThat(Handover.hasWayBack(workshop.flow().instance("count"), first)).isTrue();
            Instance again = workshop.flow().build("count", first);
            preCopy(again).run();
            switchTo(workshop, 2, again, false);

            workshop.end();
            var content = new HashMap<Integer, Long>();
            again.keyed().find("hits").table().forEach((key, value) -> content.put((Integer) key, ((Hits) value).sum()));
            assertThat(content).isEqualTo(model((int) workshop.status("count").taken()));
        }
    }

    /** A flow that is fed by hand and holds one entry for each number up to a limit. */
    private static Feed fedWith(Workshop workshop, int entries) throws Exception {
        var feed = new Feed();
        var counting = new Counting();
        workshop.fill("feed", Feed.class, () -> feed);
        workshop.fill("count", Counting.class, () -> counting);
        workshop.start("feed.OUT -> count.IN");
        for (int i = 0; i < entries; i++) {
            feed.feed(i);
        }
        await().atMost(Workshop.LONG).until(() -> counting.counted.get() == entries);
        return feed;
    }

    @Test
    void at_the_marker_only_what_has_changed_since_is_copied() throws Exception {
        try (Workshop workshop = new Workshop(1024)) {
            Feed feed = fedWith(workshop, 40_000);
            Instance second = workshop.flow().build("count", workshop.version("count", "2.0.0", Totalling.class, Totalling::new));
            PreCopy copy = preCopy(second);
            copy.run();
            long entries = copy.copied();
            assertThat(entries).isGreaterThan(30_000);
            feed.feed(3);
            await().atMost(Workshop.LONG).until(() -> workshop.status("count").taken() == 40_001);
            copy.run();
            long before = copy.copied();
            assertThat(before).as("what changed while others were copied").isEqualTo(entries + 1);
            for (int i = 0; i < 7; i++) {
                feed.feed(i);
            }
            await().atMost(Workshop.LONG).until(() -> workshop.status("count").taken() == 40_008);
            switchTo(workshop, 1, second, true);
            assertThat(copy.copied() - before).as("entries copied while the region waited").isEqualTo(7);

            feed.feed(1);
            await().atMost(Workshop.LONG).until(() -> workshop.status("count").taken() == 40_009);
            Instance back = workshop.flow().build("count", workshop.flow().instance("count").wayBack().version());
            PreCopy copyBack = preCopy(back);
            copyBack.run();
            switchTo(workshop, 2, back, false);
            assertThat(copyBack.copied()).as("entries copied on the way back").isEqualTo(1);
            assertThat(back.keyed().find("hits").get(1)).isEqualTo(new Hits(3));
            assertThat(back.keyed().find("hits").get(2)).isEqualTo(new Hits(4));
        }
    }

    @Test
    void a_transfer_that_throws_is_named_with_its_key_and_leaves_the_old_instance_as_it_was() throws Exception {
        try (Workshop workshop = new Workshop(64)) {
            Feed feed = fedWith(workshop, 3);
            Instance old = workshop.flow().instance("count");
            Instance second = workshop.flow().build("count", workshop.version("count", "2.0.0", Refusing.class, Refusing::new));
            PreCopy copy = preCopy(second);
            assertThatThrownBy(copy::run).isInstanceOf(HandoverException.class)
                    .hasMessage("test/count.hits: the entry of the key '2' cannot be brought into Total: no total of 2");
            second.dismiss();
            feed.feed(2);
            await().atMost(Workshop.LONG).until(() -> workshop.status("count").taken() == 4);
            assertThat(old.keyed().find("hits").followers()).isEmpty();
            assertThat(old.keyed().find("hits").get(2)).isEqualTo(new Hits(4));
        }
    }

    public static final class RefusesTwo extends Totals {
        @Override
        public Total entry(Integer key, Hits old) throws Exception {
            if (key == 2) {
                throw new IllegalStateException("no total of " + old.sum());
            }
            return super.entry(key, old);
        }
    }

    @In(value = "IN", type = Integer.class)
    @KeyedState(name = "hits", key = Integer.class, value = Total.class, transferredBy = RefusesTwo.class)
    static final class Refusing extends Totalling {}

    private static final CountDownLatch STUCK = new CountDownLatch(1);
    private static final CountDownLatch LET_GO = new CountDownLatch(1);

    public static final class HangsAtTwo extends Totals {
        @Override
        public Total entry(Integer key, Hits old) throws Exception {
            if (key == 2) {
                STUCK.countDown();
                LET_GO.await();
            }
            return super.entry(key, old);
        }
    }

    @In(value = "IN", type = Integer.class)
    @KeyedState(name = "hits", key = Integer.class, value = Total.class, transferredBy = HangsAtTwo.class)
    static final class Hanging extends Totalling {}

    @Test
    void a_transfer_that_hangs_is_told_with_its_key_and_can_be_left_behind() throws Exception {
        try (Workshop workshop = new Workshop(64)) {
            fedWith(workshop, 5);
            Instance old = workshop.flow().instance("count");
            Instance second = workshop.flow().build("count", workshop.version("count", "2.0.0", Hanging.class, Hanging::new));
            PreCopy copy = preCopy(second);
            var running = CompletableFuture.runAsync(() -> {
                try {
                    copy.run();
                } catch (HandoverException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(STUCK.await(15, TimeUnit.SECONDS)).isTrue();
            assertThat(copy.doing()).isEqualTo("test/count.hits: the entry of the key '2'");
            second.dismiss();
            LET_GO.countDown();
            assertThatThrownBy(() -> running.get(15, TimeUnit.SECONDS)).hasRootCauseInstanceOf(CancellationException.class);
            await().atMost(Workshop.LONG).until(() -> old.keyed().find("hits").followers().isEmpty());
        }
    }

    @Test
    void a_section_that_does_not_come_to_an_end_of_its_packet_is_told() throws Exception {
        var entered = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        class Stuck extends Counting {
            @Override
            void count(int number) throws Exception {
                entered.countDown();
                letGo.await();
            }
        }
        try (Workshop workshop = new Workshop(64)) {
            workshop.fill("source", Numbers.class, () -> new Numbers(1));
            workshop.fill("count", Counting.class, Stuck::new);
            workshop.start("source.OUT -> count.IN");
            assertThat(entered.await(15, TimeUnit.SECONDS)).isTrue();
            Instance second = workshop.flow().build("count", workshop.version("count", "2.0.0", Totalling.class, Totalling::new));
            PreCopy copy = preCopy(second);
            copy.work(1);
            assertThat(copy.work(1)).as("anything to do").isFalse();
            assertThat(copy.doing()).contains("test/count", "has not come between two packets");
            second.dismiss();
            letGo.countDown();
        }
    }

    record Table(Map<Integer, Hits> hits) {}

    @In(value = "IN", type = Integer.class)
    static final class Whole implements Stateful<Table> {
        private final Map<Integer, Hits> hits = new HashMap<>();

        @Override
        public void open(Context context) {
            context.receive("IN", Integer.class, number -> hits.put(number, new Hits(number)));
        }

        @Override
        public Table state() {
            return new Table(Map.copyOf(hits));
        }

        @Override
        public void restore(Table state) {
            hits.putAll(state.hits());
        }
    }

    @In(value = "IN", type = Integer.class)
    @KeyedState(name = "hits", key = Integer.class, value = Hits.class)
    static final class ByKey extends Counting implements Stateful<Table> {
        @Override
        public Table state() {
            return new Table(Map.of());
        }

        @Override
        public void restore(Table state) {
            state.hits().forEach(hits::put);
        }
    }

    @Test
    void a_map_is_not_changed_by_other_threads_than_its_sections() throws Exception {
        try (Workshop workshop = new Workshop(64)) {
            fedWith(workshop, 3);
            var counting = (Counting) workshop.flow().instance("count").operator();
            assertThat(counting.hits.size()).isEqualTo(3);
            assertThatThrownBy(() -> counting.hits.put(1, new Hits(0))).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("test/count.hits: changed while its operator is not in, or by a thread of its own");
            assertThat(counting.hits.get(1)).isEqualTo(new Hits(1));
        }
    }

    @Test
    void a_version_with_keyed_state_fills_it_from_the_whole_state_before() throws Exception {
        try (Workshop workshop = new Workshop(64)) {
            var feed = new Feed();
            workshop.fill("feed", Feed.class, () -> feed);
            workshop.fill("count", Whole.class, Whole::new);
            workshop.start("feed.OUT -> count.IN");
            feed.feed(4);
            await().atMost(Workshop.LONG).until(() -> workshop.status("count").taken() == 1);
            Instance second = workshop.flow().build("count", workshop.version("count", "2.0.0", ByKey.class, ByKey::new));
            assertThat(Handover.to(second).preCopy()).isEmpty();
            switchTo(workshop, 1, second, false);
            assertThat(Handover.entries(workshop.flow().instance("count"))).isEqualTo(Map.of("hits", 1L));
            assertThat(second.keyed().find("hits").get(4)).isEqualTo(new Hits(4));
        }
    }
}
