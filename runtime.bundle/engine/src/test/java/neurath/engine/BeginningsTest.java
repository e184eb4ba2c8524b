package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import neurath.api.Beginning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BeginningsTest {
    private final Beginnings beginnings = new Beginnings();

    private static int epoch(Beginning beginning) {
        return ((Beginnings.Request) beginning).epoch();
    }

    @Test
    void a_request_is_of_the_epoch_it_began_in_and_counts_until_it_ends() {
        Beginning first = beginnings.begin();
        assertThat(beginnings.before(3)).as("it has not begun").isEmpty();
        beginnings.beginEpoch(3);
        Beginning second = beginnings.begin();
        assertThat(List.of(epoch(first), epoch(second))).containsExactly(0, 3);
        assertThat(beginnings.before(3)).hasValue(1);
        second.close();
        assertThat(beginnings.before(3)).hasValue(1);
        first.close();
        first.close();
        assertThat(beginnings.before(3)).hasValue(0);
        beginnings.beginEpoch(7);
        assertThat(beginnings.before(7)).hasValue(0);
        beginnings.beginEpoch(5);
        assertThat(epoch(beginnings.begin())).as("epochs only go on").isEqualTo(7);
    }

    @Test
    void once_an_epoch_has_begun_nobody_begins_in_one_before() throws Exception {
        var stop = new AtomicBoolean();
        var begun = new CountDownLatch(2);
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 2; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                while (!stop.get()) {
                    beginnings.begin().close();
                    begun.countDown();
                }
            }));
        }
        begun.await();
        for (int epoch = 1; epoch <= 2_000; epoch++) {
            beginnings.beginEpoch(epoch);
            assertThat(epoch(beginnings.begin())).isEqualTo(epoch);
        }
        stop.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(beginnings.before(2_000)).as("those of this thread but the last").hasValue(1_999);
    }
}
