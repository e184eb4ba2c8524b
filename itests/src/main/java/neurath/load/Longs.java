package neurath.load;

import java.util.Arrays;

/** A list of longs that grows. One thread adds; any thread may ask for the size, and for what has been added by then. */
final class Longs {
    private long[] values = new long[1024];
    private volatile int size;

    void add(long value) {
        int at = size;
        if (at == values.length) {
            values = Arrays.copyOf(values, 2 * at);
        }
        values[at] = value;
        size = at + 1;
    }

    int size() {
        return size;
    }

    /** A copy; complete once the adding thread has ended. */
    long[] toArray() {
        int taken = size; // before the array: one that has grown since holds it all the same
        return Arrays.copyOf(values, taken);
    }
}
