package neurath.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Pipe;

/** Channels for tests. */
final class Loopback {
    private Loopback() {}

    /** A pipe whose source is in non-blocking mode. */
    static Pipe pipe() {
        try {
            Pipe pipe = Pipe.open();
            pipe.source().configureBlocking(false);
            return pipe;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
