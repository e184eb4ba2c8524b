package neurath.coordinator.journal;

import java.io.IOException;

/** A journal cannot be read or written; the message names the file, what is wrong, and what to do. */
public final class JournalException extends IOException {
    private static final long serialVersionUID = 1;

    JournalException(String message, Throwable cause) {
        super(message, cause);
    }
}
