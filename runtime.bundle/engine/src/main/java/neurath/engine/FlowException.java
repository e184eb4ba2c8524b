package neurath.engine;

/** A flow cannot be started, stopped or changed as asked; the message says who, what and what to do. */
public class FlowException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public FlowException(String message, Throwable cause) {
        super(message, cause);
    }
}
