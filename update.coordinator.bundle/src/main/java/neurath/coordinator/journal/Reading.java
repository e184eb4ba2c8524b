package neurath.coordinator.journal;

import java.util.ArrayList;
import java.util.List;

/**
 * What a journal's file holds.
 *
 * @param format as its first record says, or {@code null} if that is lost
 * @param records that are whole, in order
 * @param damages places where records are lost, though whole ones follow, or no record is left
 * @param end where the next record goes
 * @param torn bytes behind the end that are no record: one was being written when the platform ended
 * @param sequence of the next record
 */
record Reading(String format, List<String> records, List<Damage> damages, int end, int torn, long sequence) {
    static final String FORMAT_NAME = "neurath journal ";
    static final String FORMAT = FORMAT_NAME + 1;

    /** Bytes from one offset to another that are no record. */
    record Damage(int from, int to) {
        @Override
        public String toString() {
            return "offset " + from + " to " + to;
        }
    }

    static Reading of(byte[] file) {
        var records = new ArrayList<String>();
        var damages = new ArrayList<Damage>();
        int offset = 0;
        int end = 0;
        long sequence = 0;
        while (offset < file.length) {
            Frame frame = Frame.at(file, offset);
            if (frame == null) {
                int next = nextFrame(file, offset + 1);
                if (next < 0) {
                    break;
                }
                damages.add(new Damage(offset, next));
                offset = next;
            } else {
                records.add(frame.text());
                sequence = frame.sequence() + 1;
                offset += frame.size();
                end = offset;
            }
        }
        if (records.isEmpty()) {
            damages.add(new Damage(0, file.length));
        }
        String format = !records.isEmpty() && records.getFirst().startsWith(FORMAT_NAME) ? records.removeFirst() : null;
        return new Reading(format, records, damages, end, Math.max(0, used(file) - end), sequence);
    }

    private static int nextFrame(byte[] file, int from) {
        for (int offset = from; offset < file.length; offset++) {
            if (Frame.at(file, offset) != null) {
                return offset;
            }
        }
        return -1;
    }

    /** Where the zeros at the file's end begin. */
    private static int used(byte[] file) {
        int used = file.length;
        while (used > 0 && file[used - 1] == 0) {
            used--;
        }
        return used;
    }
}
