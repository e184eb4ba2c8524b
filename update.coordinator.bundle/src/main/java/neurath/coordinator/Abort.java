package neurath.coordinator;

/** Why an update goes no further: the old instances carry on. The message is for people. */
final class Abort extends Exception {
    private static final long serialVersionUID = 1;

    Abort(String reason) {
        super(reason);
    }

    Abort(String reason, Throwable cause) {
        super(reason, cause);
    }

    /** What a failure says, for people. */
    static String describe(Throwable failure) {
        return failure.getMessage() == null
                ? failure.getClass().getSimpleName()
                : failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }
}
