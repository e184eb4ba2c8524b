package neurath.load;

import java.io.IOException;

/** The server answered, but not with the page. */
final class WrongAnswer extends IOException {
    private static final long serialVersionUID = 1;
    private final boolean readToItsEnd;
    private final boolean closes;

    /** An answer after which nothing can be read from the connection. */
    WrongAnswer(String reason) {
        this(reason, false, false);
    }

    /** An answer that was read to its end. */
    WrongAnswer(String reason, Head head) {
        this(reason, true, head.closes());
    }

    private WrongAnswer(String reason, boolean readToItsEnd, boolean closes) {
        super(reason);
        this.readToItsEnd = readToItsEnd;
        this.closes = closes;
    }

    /** Whether the next request can follow on the connection. */
    boolean connectionUsable() {
        return readToItsEnd && !closes;
    }

    /** Whether the server has ended the connection with it. */
    boolean closes() {
        return closes;
    }
}
