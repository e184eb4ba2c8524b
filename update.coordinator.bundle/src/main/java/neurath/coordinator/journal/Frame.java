package neurath.coordinator.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * One record as it lies in the file: length of the text, check sum of all that follows it, sequence number, text in UTF-8. A length of
 * 0 is room that is not used yet.
 */
record Frame(long sequence, String text, int size) {
    private static final int HEAD = Integer.BYTES + Integer.BYTES + Long.BYTES;

    static ByteBuffer encode(long sequence, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0) {
            throw new IllegalArgumentException("a record has at least one character");
        }
        ByteBuffer frame = ByteBuffer.allocate(HEAD + bytes.length);
        frame.putInt(bytes.length).putInt(0).putLong(sequence).put(bytes);
        frame.putInt(Integer.BYTES, checksum(frame.array(), 0, bytes.length));
        return frame.flip();
    }

    /** The frame that begins at an offset, or {@code null} if none does. */
    static Frame at(byte[] file, int offset) {
        if (file.length - offset < HEAD) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(file);
        int length = buffer.getInt(offset);
        if (length <= 0 || length > file.length - offset - HEAD
                || buffer.getInt(offset + Integer.BYTES) != checksum(file, offset, length)) {
            return null;
        }
        String text = new String(file, offset + HEAD, length, StandardCharsets.UTF_8);
        return new Frame(buffer.getLong(offset + 2 * Integer.BYTES), text, HEAD + length);
    }

    private static int checksum(byte[] file, int offset, int length) {
        var sum = new CRC32C();
        sum.update(file, offset, Integer.BYTES);
        sum.update(file, offset + 2 * Integer.BYTES, Long.BYTES + length);
        return (int) sum.getValue();
    }
}
