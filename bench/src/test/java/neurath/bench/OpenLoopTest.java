package neurath.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OpenLoopTest {
    /** Time from when a packet was due to when it was sent, by number. */
    private final List<Long> late = new CopyOnWriteArrayList<>();
    private final List<Long> dues = new CopyOnWriteArrayList<>();

    @Test
    void who_stalls_the_sender_is_charged_for_everything_that_had_to_wait() throws Exception {
        long stall = 100_000_000;
        try (OpenLoop loop = OpenLoop.start(1000, (number, due) -> {
            if (number == 50) {
                Waiting.passNanos(stall);
            }
            late.add(System.nanoTime() - due);
        })) {
            Waiting.until("the stall to be made up for", Duration.ofSeconds(10), () -> loop.sent() > 250);
        }
        long charged = late.stream().filter(nanos -> nanos > stall / 2).count();
        assertThat(charged).as("packets that were late by more than half of the stall").isGreaterThanOrEqualTo(40);
    }

    @Test
    void the_schedule_leaves_nothing_out_and_does_not_bend() throws Exception {
        try (OpenLoop loop = OpenLoop.start(1000, (number, due) -> {
            if (number == 20) {
                Waiting.passNanos(30_000_000);
            }
            dues.add(due);
        })) {
            Waiting.until("100 packets", Duration.ofSeconds(10), () -> loop.sent() > 100);
        }
        assertThat(LongStream.range(1, dues.size()).map(i -> dues.get((int) i) - dues.get((int) i - 1)))
                .allSatisfy(step -> assertThat(step).isBetween(999_999L, 1_000_001L));
    }

    @Test
    void nothing_is_sent_before_it_is_due() throws Exception {
        try (OpenLoop loop = OpenLoop.start(2000, (number, due) -> late.add(System.nanoTime() - due))) {
            Waiting.until("100 packets", Duration.ofSeconds(10), () -> loop.sent() > 100);
        }
        assertThat(late).allMatch(nanos -> nanos >= 0);
    }
}
