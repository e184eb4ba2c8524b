package neurath.bench;

import static org.assertj.core.api.Assertions.assertThat;

import neurath.bench.Packets.Packet;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
    private final Arrivals arrivals = new Arrivals(1);

    private void take(long number, long value) {
        arrivals.take(new Packet(number, System.nanoTime(), value));
    }

    @Test
    void right_packets_in_order_are_no_failures() {
        take(0, 1);
        take(1, 2);
        assertThat(arrivals.failedOf(2)).isZero();
    }

    @Test
    void a_wrong_value_is_one() {
        take(0, 1);
        take(1, 99);
        assertThat(arrivals.failedOf(2)).isEqualTo(1);
    }

    @Test
    void a_number_that_is_left_out_is_one() {
        take(0, 1);
        take(2, 3);
        assertThat(arrivals.failedOf(2)).isEqualTo(1);
    }

    @Test
    void a_doubled_packet_is_one() {
        take(0, 1);
        take(0, 1);
        assertThat(arrivals.failedOf(2)).isEqualTo(1);
    }

    @Test
    void latency_counts_from_when_the_packet_was_due() {
        arrivals.take(new Packet(0, System.nanoTime() - 50_000_000, 1));
        assertThat(arrivals.latency().getMaxValue()).isGreaterThanOrEqualTo(50_000_000);
    }
}
