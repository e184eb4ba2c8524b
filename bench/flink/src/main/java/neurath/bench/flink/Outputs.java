package neurath.bench.flink;

import java.util.Arrays;

/** Times of outputs, and numbers that were left out or doubled. One thread after the other adds. */
final class Outputs {
    private long[] times = new long[1 << 16];
    private int size;
    private long wrong;
    private long next;

    synchronized void add(long number) {
        if (number != next) {
            wrong += Math.max(1, Math.abs(number - next));
        }
        next = number + 1;
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
        }
        times[size++] = System.nanoTime();
    }

    synchronized int size() {
        return size;
    }

    synchronized long wrong() {
        return wrong;
    }

    synchronized long longestGap(long from, long to) {
        long longest = 0;
        long last = from;
        for (int i = 0; i < size; i++) {
            if (times[i] >= from && times[i] <= to) {
                longest = Math.max(longest, times[i] - last);
                last = times[i];
            }
        }
        return Math.max(longest, to - last);
    }
}
