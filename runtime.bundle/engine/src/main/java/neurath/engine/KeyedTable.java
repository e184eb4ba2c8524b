package neurath.engine;

import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Entries by key: what a {@link KeyedMap} holds and hands on. One thread at a time writes; others read beside it.
 *
 * <p>It consists of parts, so that growing never stops the writer for long: each part grows for itself.
 *
 * <p><b>Reading beside the writer.</b> {@link #entries} shows each key that is there all the time once, with the value of some moment;
 * of a key that is put or removed meanwhile nothing is promised.
 */
final class KeyedTable {
    private static final int PART_BITS = 8;
    /** Spreads neighbouring hashes over the parts, by bits that the parts themselves do not use. */
    private static final int SPREAD = 0x9E3779B9;

    private final ConcurrentHashMap<Object, Object>[] parts;
    /** Written by the writer only. */
    private final AtomicLong size = new AtomicLong();

    /** @param expected about how many entries it is to hold */
    @SuppressWarnings({"unchecked", "rawtypes"})
    KeyedTable(long expected) {
        int each = (int) Math.min(Integer.MAX_VALUE / 4, expected >> PART_BITS);
        parts = Stream.generate(() -> each == 0 ? new ConcurrentHashMap() : new ConcurrentHashMap(each + each / 8))
                .limit(1 << PART_BITS)
                .toArray(ConcurrentHashMap[]::new);
    }

    /** For any thread. */
    Object get(Object key) {
        return part(key).get(key);
    }

    Object put(Object key, Object value) {
        Object before = part(key).put(key, value);
        if (before == null) {
            size.setOpaque(size.getPlain() + 1);
        }
        return before;
    }

    Object remove(Object key) {
        Object before = part(key).remove(key);
        if (before != null) {
            size.setOpaque(size.getPlain() - 1);
        }
        return before;
    }

    /** For any thread. */
    long size() {
        return size.getOpaque();
    }

    void forEach(BiConsumer<Object, Object> action) {
        for (ConcurrentHashMap<Object, Object> part : parts) {
            if (!part.isEmpty()) {
                part.entrySet().forEach(entry -> action.accept(entry.getKey(), entry.getValue()));
            }
        }
    }

    /** For any thread. */
    Iterator<Map.Entry<Object, Object>> entries() {
        return new Iterator<>() {
            private int part;
            private Iterator<Map.Entry<Object, Object>> within = parts[0].entrySet().iterator();

            @Override
            public boolean hasNext() {
                while (!within.hasNext() && part < parts.length - 1) {
                    within = parts[++part].entrySet().iterator();
                }
                return within.hasNext();
            }

            @Override
            public Map.Entry<Object, Object> next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return within.next();
            }
        };
    }

    private ConcurrentHashMap<Object, Object> part(Object key) {
        return parts[key.hashCode() * SPREAD >>> Integer.SIZE - PART_BITS];
    }
}
