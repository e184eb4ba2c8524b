package neurath.engine;

import java.util.ArrayDeque;
import org.jctools.queues.SpscArrayQueue;

/**
 * An arc in memory: a bounded queue with one section that puts in and one that takes out. Markers lie in it between the packets.
 */
final class Ring {
    final LiveNode from;
    final LiveNode to;
    /** Both for the producer's thread: something was put in since the consumer was last woken. */
    boolean filled;
    /** For the consumer's thread: how many items were taken out since the producer was last woken. */
    private int drained;
    /** The consumer has ended, and takes nothing that is put on it: who finds it full throws away what there is no room for. */
    volatile boolean unwanted;
    /** Its end at the consumer. */
    Inlet end;

    /** What there was no room for, in a section that does not wait: behind all that lies on the arc. For the producer's thread. */
    private final ArrayDeque<Object> overflow = new ArrayDeque<>(0);
    private final SpscArrayQueue<Object> queue;
    private final int capacity;
    private final int half;
    /** The queue takes powers of two from 4 on; between these the bound is kept by looking at the size. */
    private final boolean queueTakesMore;

    Ring(LiveNode from, LiveNode to, int capacity) {
        this.from = from;
        this.to = to;
        this.capacity = capacity;
        this.half = Math.ceilDiv(capacity, 2);
        this.queue = new SpscArrayQueue<>(Math.max(capacity, 4));
        this.queueTakesMore = queue.capacity() > capacity;
    }

    /** Puts an item in, or says that the arc is full. For the producer. */
    boolean offer(Object item) {
        if (queueTakesMore && queue.size() >= capacity || !queue.offer(item)) {
            return false;
        }
        filled = true;
        return true;
    }

    /** Takes an item out; {@code null} if there is none. For the consumer. */
    Object poll() {
        Object item = queue.poll();
        if (item != null) {
            drained++;
        }
        return item;
    }

    /** Wakes the producer if there is more room than when it was last woken. For the consumer. */
    void wakeProducer() {
        if (drained > 0) {
            drained = 0;
            from.placement.wake();
        }
    }

    /** The same once half of the arc was taken out: what is in hand may take long. For the consumer. */
    void wakeProducerAtHalf() {
        if (drained >= half) {
            wakeProducer();
        }
    }

    /** Whether something waits for room; nothing goes on the arc before it. For the producer. */
    boolean overflows() {
        return !overflow.isEmpty();
    }

    /** Has an item wait for room. For the producer. */
    void overflow(Object item) {
        overflow.add(item);
    }

    /** What has waited longest, or {@code null}. For the producer. */
    Object overflowing() {
        return overflow.peek();
    }

    /** Takes out what has waited longest; {@code null} if nothing waits. For the producer. */
    Object nextOverflowing() {
        return overflow.poll();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    boolean isFull() {
        return queue.size() >= capacity;
    }

    int size() {
        return queue.size();
    }

    int capacity() {
        return capacity;
    }
}
