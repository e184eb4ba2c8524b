package neurath.bench;

/** Times without an output. */
final class Gaps {
    private Gaps() {}

    /**
     * The longest time within a window in which nothing came out; the ends of the window count like outputs.
     *
     * @param outputs times, ascending
     */
    static long longest(long[] outputs, long from, long to) {
        long longest = 0;
        long last = from;
        for (long at : outputs) {
            if (at >= from && at <= to) {
                longest = Math.max(longest, at - last);
                last = at;
            }
        }
        return Math.max(longest, to - last);
    }
}
