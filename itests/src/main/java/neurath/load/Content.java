package neurath.load;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a page as a function of its name and the offset, so that whoever reads a page can tell every wrong byte without a
 * copy. Eight bytes are one output of SplitMix64 (Steele, Lea, Flood 2014), seeded by the name.
 */
final class Content {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private final long seed;

    Content(String name) {
        long hash = 0xCBF29CE484222325L;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
        }
        seed = hash;
    }

    /** Writes the content from {@code offset} on into {@code bytes[from..to)}. */
    void fill(byte[] bytes, int from, int to, long offset) {
        for (int i = from; i < to; i++) {
            bytes[i] = at(offset + i - from);
        }
    }

    /**
     * The first index in {@code bytes[from..to)} that is not the content from {@code offset} on.
     *
     * @return -1 if all are
     */
    int firstDifference(byte[] bytes, int from, int to, long offset) {
        int i = from;
        long at = offset;
        while (i < to && (at & 7) != 0) {
            if (bytes[i] != at(at)) {
                return i;
            }
            i++;
            at++;
        }
        while (to - i >= Long.BYTES && (long) WORD.get(bytes, i) == word(at >>> 3)) {
            i += Long.BYTES;
            at += Long.BYTES;
        }
        while (i < to) {
            if (bytes[i] != at(at)) {
                return i;
            }
            i++;
            at++;
        }
        return -1;
    }

    private byte at(long offset) {
        return (byte) (word(offset >>> 3) >>> (8 * (offset & 7)));
    }

    private long word(long index) {
        long z = seed + index * GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
