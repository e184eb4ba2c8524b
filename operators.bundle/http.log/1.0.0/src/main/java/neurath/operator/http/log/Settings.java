package neurath.operator.http.log;

import java.nio.file.Path;
import java.time.Duration;
import neurath.api.Default;

/**
 * Where the access log goes.
 *
 * @param file lines are added to; made if there is none
 * @param format of a line
 * @param flush how long a line may wait to be written
 */
record Settings(Path file, @Default("common") Format format, @Default("PT1S") Duration flush) {
    /** What a line tells. */
    enum Format {
        /** Client, time, request line, status and bytes of content sent: the Common Log Format of NCSA. */
        COMMON,
        /** The same, and where the client came from and what it calls itself. */
        COMBINED
    }

    Settings {
        if (!flush.isPositive()) {
            throw new IllegalArgumentException("FLUSH is " + flush + "; give a duration above zero");
        }
    }
}
