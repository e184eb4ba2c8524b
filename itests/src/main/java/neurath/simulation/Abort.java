package neurath.simulation;

/** The update is given up. */
final class Abort extends Exception {
    private static final long serialVersionUID = 1;

    Abort(String message) {
        super(message, null, false, false);
    }
}
