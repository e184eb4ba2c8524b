package neurath.load;

import java.io.IOException;

/** The server ended the connection while an answer was due. */
final class ClosedByServer extends IOException {
    private static final long serialVersionUID = 1;

    ClosedByServer(String when) {
        super(when);
    }

    ClosedByServer(String when, IOException cause) {
        super(when + ": " + cause.getMessage(), cause);
    }
}
