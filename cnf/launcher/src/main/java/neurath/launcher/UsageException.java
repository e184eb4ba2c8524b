package neurath.launcher;

/** A command line that cannot be followed; the message is one sentence for the person who typed it. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }
}
