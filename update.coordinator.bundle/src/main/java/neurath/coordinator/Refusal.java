package neurath.coordinator;

/** A command that could not do what was asked; shells print its message and nothing else. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refusal(String message) {
        super(message);
    }

    Refusal(RuntimeException cause) {
        super(cause.getMessage(), cause);
    }

    @Override
    @SuppressWarnings("OverrideThrowableToString")
    public String toString() {
        return getMessage();
    }
}
