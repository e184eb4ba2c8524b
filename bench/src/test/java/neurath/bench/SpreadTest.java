package neurath.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void five_values_are_their_own_five_numbers_in_whatever_order_they_come() {
        assertThat(Spread.of(5, 1, 4, 2, 3)).isEqualTo(new Spread(5, 1, 2, 3, 4, 5));
    }

    @Test
    void quartiles_lie_between_the_two_nearest_values() {
        assertThat(Spread.of(10, 20, 30, 40)).isEqualTo(new Spread(4, 10, 17.5, 25, 32.5, 40));
    }

    @Test
    void one_value_has_no_spread() {
        assertThat(Spread.of(7)).isEqualTo(new Spread(1, 7, 7, 7, 7, 7));
    }

    @Test
    void an_outlier_moves_the_maximum_and_not_the_median() {
        assertThat(Spread.of(1, 1, 1, 1, 1000)).satisfies(spread -> {
            assertThat(spread.median()).isEqualTo(1);
            assertThat(spread.max()).isEqualTo(1000);
        });
    }

    @Test
    void nothing_measured_is_said_and_not_counted_as_zero() {
        assertThatThrownBy(Spread::of).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("was anything measured");
    }
}
