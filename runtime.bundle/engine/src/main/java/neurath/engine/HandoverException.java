package neurath.engine;

/** State cannot be brought from one version to the next; the message says of which node, which part of it, and why. */
public final class HandoverException extends Exception {
    private static final long serialVersionUID = 1;

    HandoverException(String message, Throwable cause) {
        super(message, cause);
    }
}
