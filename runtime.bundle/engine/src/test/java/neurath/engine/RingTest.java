package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RingTest {
    @Test
    void an_arc_takes_as_many_items_as_it_is_said_to_and_is_full_then() {
        for (int capacity = 1; capacity <= 70; capacity++) {
            var ring = new Ring(null, null, capacity);
            int taken = 0;
            while (ring.offer("item")) {
                assertThat(ring.isFull()).as("capacity %s, %s taken", capacity, taken).isEqualTo(++taken == capacity);
            }
            assertThat(taken).isEqualTo(capacity);
            assertThat(ring.size()).isEqualTo(capacity);
        }
    }

    @Test
    void items_come_out_in_the_order_they_went_in_also_around_the_end() {
        var ring = new Ring(null, null, 3);
        for (int i = 0; i < 20; i++) {
            assertThat(ring.offer(i)).isTrue();
            assertThat(ring.offer(-i)).isTrue();
            assertThat(ring.poll()).isEqualTo(i);
            assertThat(ring.poll()).isEqualTo(-i);
            assertThat(ring.poll()).isNull();
            assertThat(ring.isEmpty()).isTrue();
        }
    }
}
