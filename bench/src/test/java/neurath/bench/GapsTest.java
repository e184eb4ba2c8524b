package neurath.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GapsTest {
    @Test
    void the_longest_time_between_two_outputs_is_found() {
        assertThat(Gaps.longest(new long[] {10, 20, 50, 60}, 10, 60)).isEqualTo(30);
    }

    @Test
    void silence_at_the_beginning_of_the_window_counts() {
        assertThat(Gaps.longest(new long[] {90, 95}, 0, 100)).isEqualTo(90);
    }

    @Test
    void silence_at_the_end_of_the_window_counts() {
        assertThat(Gaps.longest(new long[] {5, 10}, 0, 100)).isEqualTo(90);
    }

    @Test
    void a_window_without_an_output_is_one_gap() {
        assertThat(Gaps.longest(new long[] {1, 200}, 50, 150)).isEqualTo(100);
    }

    @Test
    void what_is_outside_of_the_window_makes_no_gap() {
        assertThat(Gaps.longest(new long[] {0, 1000, 1010, 1020, 9000}, 1000, 1020)).isEqualTo(10);
    }
}
