package neurath.bench;

import java.time.Duration;
import java.util.Arrays;
import neurath.bench.Packets.Packet;
import org.HdrHistogram.Histogram;

/**
 * What came out of a flow, and when: every number once and in order, each with the value that is right for it. One thread adds; others
 * may read what has been added so far.
 */
final class Arrivals {
    private static final long LONGEST = 3_600_000_000_000L;

    private final long added;
    private final Histogram latency = new Histogram(LONGEST, 3);
    private long[] times = new long[1 << 12];
    private volatile int taken;
    private volatile long wrong;
    private volatile long missing;
    private volatile long failedLast;
    private long next;

    /** @param added what the flow's operators add to the value of a packet that is handled rightly */
    Arrivals(long added) {
        this.added = added;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    void take(Packet packet) {
        long now = System.nanoTime();
        latency.recordValue(Math.clamp(now - packet.due(), 0, LONGEST));
        if (packet.number() < next || packet.value() != packet.number() + added) {
            wrong++;
            failedLast = now;
        }
        if (packet.number() > next) {
            missing += packet.number() - next;
            failedLast = now;
        }
        next = Math.max(next, packet.number() + 1);
        int at = taken;
        if (at == times.length) {
            times = Arrays.copyOf(times, 2 * at);
        }
        times[at] = now;
        taken = at + 1;
    }

    /** Packets that came out. */
    int taken() {
        return taken;
    }

    /** Packets with a wrong value, doubled, or out of order. */
    long wrong() {
        return wrong;
    }

    /** Numbers that were left out. */
    long missing() {
        return missing;
    }

    /** When the last failure was seen; 0 if there was none. */
    long failedLast() {
        return failedLast;
    }

    /** Waits until as many came out as were sent; how many did not, or not rightly. */
    long failedOf(long sent) {
        try {
            Waiting.until(sent + " packets to come out", Duration.ofSeconds(20), () -> taken >= sent);
        } catch (IllegalStateException e) {
            return wrong + Math.max(missing, sent - taken);
        }
        return wrong + missing;
    }

    /** The longest time without an output. */
    long longestGap(long from, long to) {
        int size = taken;
        return Gaps.longest(Arrays.copyOf(times, size), from, to);
    }

    /** Times from when packets were due to when they came out; to be asked for when nothing comes any more. */
    Histogram latency() {
        return latency.copy();
    }
}
