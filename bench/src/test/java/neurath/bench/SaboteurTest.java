package neurath.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import neurath.api.Step;
import neurath.bench.Packets.Arrive;
import neurath.bench.Packets.Feed;
import neurath.bench.Packets.Inbox;
import neurath.bench.Packets.Packet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Subjects with a known defect, which the harness must show in its size. */
@Timeout(60)
class SaboteurTest {
    private static final double PER_SECOND = 5000;
    private static final long PAUSE = 50_000_000;
    /** What a busy machine adds. */
    private static final long NOISE = 20_000_000;
    private static final int RUNS = 10;

    /** Adds one, and pauses once, at packet {@code at}. */
    private record Pausing(long at, long nanos) implements Step<Packet, Packet> {
        @Override
        public Packet apply(Packet packet) {
            if (packet.number() == at) {
                Waiting.passNanos(nanos);
            }
            return packet.with(packet.value() + 1);
        }
    }

    /** Loses every thousandth packet. */
    private static final class Losing implements Step<Packet, Packet> {
        @Override
        public Packet apply(Packet packet) {
            return packet.number() % 1000 == 999 ? null : packet.with(packet.value() + 1);
        }
    }

    private static <T extends Step<Packet, Packet>> Seen run(Class<T> type, Supplier<T> subject) throws Exception {
        var arrivals = new Arrivals(1);
        try (Inbox inbox = new Inbox(); Rig rig = new Rig(Rig.ARC_CAPACITY)) {
            rig.fill("feed", Feed.class, () -> new Feed(inbox))
                    .fill("subject", type, subject)
                    .fill("exit", Arrive.class, () -> new Arrive(arrivals));
            rig.start("feed(feed) OUT -> IN subject(subject) OUT -> IN exit(exit)");
            long began = System.nanoTime();
            long sent;
            try (OpenLoop load = OpenLoop.start(PER_SECOND, inbox::send)) {
                Waiting.until("2,000 packets", Duration.ofSeconds(20), () -> load.sent() > 2000);
                sent = load.stop();
            }
            long ended = System.nanoTime();
            rig.flow().end().get(20, TimeUnit.SECONDS);
            return new Seen(sent, sent - arrivals.taken() + arrivals.wrong(), arrivals, began, ended);
        }
    }

    private record Seen(long sent, long failed, Arrivals arrivals, long began, long ended) {
        long gap() {
            return arrivals.longestGap(began, ended);
        }
    }

    /** The run with the shortest gap: a busy machine adds pauses of its own, but not always. */
    private static Seen quietest(long at, long nanos) throws Exception {
        Seen quietest = null;
        for (int i = 0; i < RUNS && (quietest == null || quietest.gap() > nanos + NOISE); i++) {
            Seen seen = run(Pausing.class, () -> new Pausing(at, nanos));
            assertThat(seen.failed()).isZero();
            assertThat(seen.gap()).isGreaterThanOrEqualTo(nanos);
            quietest = quietest == null || seen.gap() < quietest.gap() ? seen : quietest;
        }
        return quietest;
    }

    @Test
    void a_pause_of_50_ms_shows_as_a_gap_of_50_ms() throws Exception {
        assertThat(quietest(1000, PAUSE).gap()).isBetween(PAUSE, PAUSE + NOISE);
    }

    @Test
    void a_pause_of_50_ms_shows_in_the_latency_of_all_packets_that_were_due_in_it() throws Exception {
        var latency = quietest(1000, PAUSE).arrivals().latency();
        assertThat(latency.getMaxValue()).isGreaterThanOrEqualTo(PAUSE - PAUSE / 100);
        long late = latency.getCountBetweenValues(PAUSE / 2, Long.MAX_VALUE / 2);
        assertThat(late).as("packets that were late by more than 25 ms").isGreaterThanOrEqualTo((long) (PER_SECOND * 0.025 * 0.9));
    }

    @Test
    void without_a_pause_there_is_no_gap_of_50_ms() throws Exception {
        assertThat(quietest(-1, 0).gap()).isLessThan(PAUSE);
    }

    @Test
    void lost_packets_are_counted() throws Exception {
        Seen seen = run(Losing.class, Losing::new);
        assertThat(seen.failed()).isEqualTo(seen.sent() / 1000);
        assertThat(seen.failed()).isGreaterThanOrEqualTo(2);
    }
}
