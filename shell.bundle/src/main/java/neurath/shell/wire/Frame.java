package neurath.shell.wire;

/**
 * One message on the wire: a byte for its kind, four for its length, and its content.
 *
 * @param content UTF-8 text, bytes of a stream, or what the kind says
 */
public record Frame(Kind kind, byte[] content) {
    /** What a frame says. The ordinal is what goes over the wire. */
    public enum Kind {
        /** Client: who it is and what it wants, see {@link Hello}; the first frame. */
        HELLO,
        /** Client: bytes typed. */
        INPUT,
        /** Client: the size of its window, see {@link WindowSize}. */
        RESIZE,
        /** Shell: bytes for standard output. */
        OUTPUT,
        /** Shell: bytes for standard error. */
        ERROR,
        /** Shell: the exit code as one byte; the last frame. */
        EXIT
    }
}
