package neurath.load;

import java.io.IOException;

/** The server answered, but not with the page. */
final class WrongAnswer extends IOException {
    private static final long serialVersionUID = 1;
    private final boolean connectionUsable;

    WrongAnswer(String reason, boolean connectionUsable) {
        super(reason);
        this.connectionUsable = connectionUsable;
    }

    /** Whether the answer was read to its end, so that the next request can follow on the connection. */
    boolean connectionUsable() {
        return connectionUsable;
    }
}
