package neurath.shell.wire;

import java.io.IOException;

/**
 * One message on the wire: a byte for its kind, four for its length, and its content.
 *
 * @param content UTF-8 text, bytes of a stream, or what the kind says
 */
public record Frame(Kind kind, byte[] content) {
    /** What a frame says. */
    public enum Kind {
        /** Client: who it is and what it wants, see {@link Hello}; the first frame. */
        HELLO('H'),
        /** Client: bytes typed. */
        INPUT('I'),
        /** Client: the size of its window, see {@link WindowSize}. */
        RESIZE('R'),
        /** Shell: bytes for standard output. */
        OUTPUT('O'),
        /** Shell: bytes for standard error. */
        ERROR('E'),
        /** Shell: the exit code as one byte; the last frame. */
        EXIT('X');

        private final byte code;

        Kind(char code) {
            this.code = (byte) code;
        }

        byte code() {
            return code;
        }

        static Kind of(byte code) throws IOException {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new IOException("this is no frame of the shell: its kind is " + code);
        }
    }
}
