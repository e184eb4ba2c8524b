package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Stateful;
import neurath.engine.Operators.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What operators tell of the size of their state. */
@Timeout(60)
class StateSizeTest {
    record Count(long number) {}

    @In(value = "IN", type = Object.class)
    static final class Counting implements Stateful<Count> {
        private final CountDownLatch asked;
        private final CountDownLatch mayTell;
        private long count;

        Counting(CountDownLatch asked, CountDownLatch mayTell) {
            this.asked = asked;
            this.mayTell = mayTell;
        }

        @Override
        public void open(Context context) {
            context.receive("IN", Object.class, packet -> count++);
        }

        @Override
        public Count state() {
            return new Count(count);
        }

        @Override
        public void restore(Count state) {
            count = state.number();
        }

        @Override
        public long size() {
            asked.countDown();
            try {
                mayTell.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return count;
        }
    }

    @Test
    void the_status_says_how_much_state_there_was_after_the_last_packets() throws Exception {
        try (var shop = new Workshop(8)) {
            var now = new CountDownLatch(0);
            shop.fill("source", Numbers.class, () -> new Numbers(1000));
            shop.fill("a", Counting.class, () -> new Counting(now, now));
            shop.start("source.OUT -> a.IN");

            await().atMost(Workshop.LONG).untilAsserted(() -> assertThat(shop.status("a").size()).isEqualTo(1000));
            assertThat(shop.status("source").size()).isEqualTo(-1);
        }
    }

    @Test
    void the_status_says_how_much_state_there_was_after_packets_that_came_with_the_end() throws Exception {
        try (var shop = new Workshop(8)) {
            var now = new CountDownLatch(0);
            shop.fill("source", Numbers.class, () -> new Numbers(3));
            shop.fill("a", Counting.class, () -> new Counting(now, now));
            shop.start("source.OUT -> a.IN");

            await().atMost(Workshop.LONG).untilAsserted(() -> assertThat(shop.status("a").size()).isEqualTo(3));
        }
    }

    @Test
    void an_operator_that_hangs_while_it_tells_the_size_of_its_state_keeps_nobody_waiting_who_asks_for_the_status() throws Exception {
        try (var shop = new Workshop(8)) {
            var asked = new CountDownLatch(1);
            var mayTell = new CountDownLatch(1);
            shop.fill("source", Numbers.class, () -> new Numbers(1000));
            shop.fill("a", Counting.class, () -> new Counting(asked, mayTell));
            shop.start("source.OUT -> a.IN");
            try {
                asked.await();
                assertThat(shop.status("a").size()).isEqualTo(-1);
            } finally {
                mayTell.countDown();
            }
        }
    }
}
