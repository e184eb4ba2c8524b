package neurath.engine;

import static neurath.engine.Interleavings.allSatisfy;
import static neurath.engine.Interleavings.check;
import static neurath.engine.Interleavings.oneViolates;
import static neurath.engine.Interleavings.shared;
import static neurath.engine.Interleavings.together;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An arc between the thread that puts in and the one that takes out. */
class RingInterleavingsTest {
    @Test
    void what_an_arc_for_one_took_comes_out_once_and_in_order() {
        allSatisfy(new ForOne());
    }

    @Test
    void what_an_arc_for_two_took_comes_out_once_and_in_order() {
        allSatisfy(new ForTwo());
    }

    @Test
    void what_an_arc_for_four_took_comes_out_once_and_in_order() {
        allSatisfy(new ForFour());
    }

    @Test
    void an_arc_that_takes_one_more_is_found() {
        oneViolates(Mutant.of(Ring.class, "queue.size() >= capacity ||", "queue.size() > capacity ||").running(ForOne.class),
                "lie in an arc");
    }

    @Test
    void an_arc_that_says_it_is_full_and_takes_the_item_nevertheless_is_found() {
        oneViolates(
                Mutant.of(
                        Ring.class,
                        "queueTakesMore && queue.size() >= capacity || !queue.offer(item)",
                        "!queue.offer(item) || queueTakesMore && queue.size() > capacity")
                        .running(ForTwo.class),
                "lie in an arc");
    }

    @Test
    void an_arc_that_looks_at_an_item_and_takes_the_next_is_found() {
        oneViolates(
                Mutant.of(Ring.class, "Object item = queue.poll();", "Object item = queue.peek(); queue.poll();").running(ForFour.class),
                "came out");
    }

    static final class ForOne implements Runnable {
        @Override
        public void run() {
            transfer(1);
        }
    }

    static final class ForTwo implements Runnable {
        @Override
        public void run() {
            transfer(2);
        }
    }

    static final class ForFour implements Runnable {
        @Override
        public void run() {
            transfer(4);
        }
    }

    private static void transfer(int capacity) {
        Ring ring = shared(new Ring(null, null, capacity));
        List<Object> accepted = new ArrayList<>();
        List<Object> taken = new ArrayList<>();
        together(
                () -> {
                    for (int i = 0; i < capacity + 2; i++) {
                        if (ring.offer(i)) {
                            accepted.add(i);
                        }
                        check(ring.size() <= capacity, ring.size() + " lie in an arc for " + capacity);
                    }
                },
                () -> {
                    for (int i = 0; i < 2; i++) {
                        take(ring, taken);
                    }
                });
        while (take(ring, taken)) {
            check(taken.size() <= capacity + 2, "more than went in came out: " + taken);
        }
        check(taken.equals(accepted), accepted + " went in, and " + taken + " came out");
        check(accepted.size() >= capacity, "an arc for " + capacity + " took only " + accepted);
    }

    private static boolean take(Ring ring, List<Object> taken) {
        Object item = ring.poll();
        return item != null && taken.add(item);
    }
}
