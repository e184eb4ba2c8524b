package neurath.engine;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The content of a keyed map in the shape of another version, which follows the map while it changes.
 *
 * <p>First it copies all entries, beside the section that goes on changing them. Of each change the key is logged after the change was
 * made. In a <em>turn</em>, on the section's thread between two packets, the log is taken and an empty one put in its place; the keys
 * of the taken one are then brought up to date, from what the map holds by now. So
 * <ul>
 *   <li>a key that has not changed since the shadow began to follow is copied by the first pass;
 *   <li>a key that has is in a log, and is brought up to date after it was logged: copying a value that is newer than the log, or older
 *       values before, does no harm;
 *   <li>when the map rests (the node is frozen) and the last log is worked off, both hold the same entries.
 * </ul>
 *
 * <p>Thread safety: {@link #changed} and {@link #turn} are for the section's thread, or for another while the node is frozen; {@link
 * #step} and what it needs for one thread at a time beside it.
 */
final class Shadow {
    final KeyedMap source;

    private final EntryMapping mapping;
    private final KeyedTable copy;
    private final AtomicReference<Object> inHand = new AtomicReference<>();

    /** What the section has changed since the last turn, and why that is not known, if it is not. */
    private Set<Object> log = new HashSet<>();
    private Throwable broken;

    /** The logs that were taken and are not worked off yet, and where the first of them stands. */
    private final Deque<Set<Object>> behind = new ArrayDeque<>();
    private Iterator<Object> catchingUp = Collections.emptyIterator();
    private Iterator<Map.Entry<Object, Object>> firstPass = Collections.emptyIterator();
    private boolean begun;

    private Shadow(KeyedMap source, EntryMapping mapping, KeyedTable copy, boolean begun) {
        this.source = source;
        this.mapping = mapping;
        this.copy = copy;
        this.begun = begun;
    }

    /** A shadow that has copied nothing yet. */
    static Shadow of(KeyedMap source, EntryMapping mapping) {
        return mapping.isByReference()
                ? new Shadow(source, mapping, source.table(), true)
                : new Shadow(source, mapping, new KeyedTable(source.table().size()), false);
    }

    /** A shadow that holds the same entries already. */
    static Shadow inSync(KeyedMap source, EntryMapping mapping, KeyedTable copy) {
        return new Shadow(source, mapping, copy, true);
    }

    /** Whether both are one: nothing is to be copied, ever. */
    boolean isByReference() {
        return mapping.isByReference();
    }

    KeyedTable copy() {
        return copy;
    }

    /** The key that is being brought, for people, or {@code null}. For any thread. */
    Object inHand() {
        return inHand.getOpaque();
    }

    /** A key was given another value, or none. Whatever becomes of the shadow, the operator is not disturbed. */
    void changed(Object key) {
        try {
            log.add(key);
        } catch (Throwable t) {
            broken = t;
        }
    }

    /** Takes the log; the number of entries that are to be copied. While nobody steps. */
    long turn() {
        behind.add(log);
        log = new HashSet<>();
        return (begun ? 0 : source.table().size()) + behind.stream().mapToLong(Set::size).sum();
    }

    /** Number of changes since the last turn. For the section's thread, or for another while the node is frozen. */
    int changes() {
        return log.size();
    }

    /**
     * Copies one entry; whether there was one.
     *
     * @throws HandoverException if it cannot be brought into shape; it is still to be copied then
     */
    boolean step() throws HandoverException {
        if (broken != null) {
            throw new HandoverException(source.path() + ": a change could not be logged: " + broken, broken);
        }
        if (!begun) {
            begun = true;
            firstPass = source.table().entries();
        }
        if (firstPass.hasNext()) {
            var entry = firstPass.next();
            bring(entry.getKey(), entry.getValue());
            return true;
        }
        return catchUp();
    }

    /** Brings one key up to date that was logged; it is out of the log when that has succeeded. */
    private boolean catchUp() throws HandoverException {
        while (!catchingUp.hasNext()) {
            if (!behind.isEmpty() && behind.getFirst().isEmpty()) {
                behind.removeFirst();
            }
            if (behind.isEmpty()) {
                return false;
            }
            catchingUp = behind.getFirst().iterator();
        }
        Object key = catchingUp.next();
        try {
            bring(key, source.table().get(key));
        } catch (HandoverException e) {
            catchingUp = Collections.emptyIterator();
            throw e;
        }
        catchingUp.remove();
        return true;
    }

    private void bring(Object key, Object value) throws HandoverException {
        inHand.setOpaque(key);
        try {
            Object brought = mapping.key(key);
            Object next = value == null ? null : mapping.value(key, brought, value);
            if (next == null) {
                copy.remove(brought);
            } else {
                copy.put(brought, next);
            }
        } catch (Throwable t) {
            throw new HandoverException(source.path() + ": the entry of the key " + said(key) + " cannot be brought into "
                    + mapping.intoWhat() + ": " + (t.getMessage() == null ? t.toString() : t.getMessage()), t);
        }
        inHand.setOpaque(null);
    }

    /** A key as written in messages. */
    static String said(Object key) {
        String text;
        try {
            text = String.valueOf(key);
        } catch (Throwable t) {
            return "of " + key.getClass().getName();
        }
        return '\'' + (text.length() > 100 ? text.substring(0, 100) + '…' : text) + '\'';
    }
}
