package neurath.graph.fbp;

/** A text that is no graph: where, what was expected there, and the line with a caret below the place. */
public final class FbpSyntaxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;
    private final String expected;

    FbpSyntaxException(Place place, String expected, String found) {
        super("line " + place.line() + ", column " + place.column() + ": expected " + expected
                + (found.isEmpty() ? "" : ", found " + found) + System.lineSeparator() + place.shown());
        this.line = place.line();
        this.column = place.column();
        this.expected = expected;
    }

    /** From 1. */
    public int line() {
        return line;
    }

    /** From 1; one behind the last character where the line is too short. */
    public int column() {
        return column;
    }

    /** In words, such as {@code '->' or a new line}. */
    public String expected() {
        return expected;
    }
}
