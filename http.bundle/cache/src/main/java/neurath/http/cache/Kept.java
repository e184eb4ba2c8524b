package neurath.http.cache;

import java.nio.ByteBuffer;

/**
 * An entry that may move out of the heap. From there it is written without being copied first; but such memory is given back no sooner
 * than the collector looks, so only what is asked for again and again moves there, and not what comes and goes. For any thread.
 */
final class Kept {
    /** How often an entry is asked for before it moves. */
    static final int PROVEN = 8;
    /** Copying less costs nothing that could be measured. */
    static final int WORTH_IT = 8192;

    private volatile Entry entry;
    /** About: threads that count at the same time may count one. */
    private int asked;

    Kept(Entry entry) {
        this.entry = entry;
    }

    int length() {
        return entry.bytes().remaining();
    }

    /** The entry, as it is asked for once more. */
    Entry asked() {
        if (asked < PROVEN && ++asked == PROVEN) {
            move();
        }
        return entry;
    }

    private void move() {
        Entry heaped = entry;
        if (length() < WORTH_IT || heaped.bytes().isDirect()) {
            return;
        }
        try {
            ByteBuffer outside = ByteBuffer.allocateDirect(length()).put(heaped.bytes().duplicate()).flip();
            entry = new Entry(heaped.name(), heaped.fields(), outside);
        } catch (OutOfMemoryError noRoomOutside) {
            // it stays where it is
        }
    }
}
