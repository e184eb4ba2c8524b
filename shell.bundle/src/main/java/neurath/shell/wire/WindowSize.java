package neurath.shell.wire;

import java.nio.ByteBuffer;

/** The size of a terminal's window in characters; 0 where it is not known. */
public record WindowSize(int columns, int rows) {
    public static final WindowSize UNKNOWN = new WindowSize(0, 0);

    public byte[] encode() {
        return ByteBuffer.allocate(2 * Integer.BYTES).putInt(columns).putInt(rows).array();
    }

    public static WindowSize decode(byte[] content) {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        return new WindowSize(buffer.getInt(), buffer.getInt());
    }
}
