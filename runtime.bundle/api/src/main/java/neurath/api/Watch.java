package neurath.api;

import org.osgi.annotation.versioning.ProviderType;

/** A channel watched by a section, see {@link Context#watch}. */
@ProviderType
public interface Watch {
    /** Sets what to wait for, of {@link java.nio.channels.SelectionKey}; 0 for nothing. For the section's thread only. */
    void interest(int operations);

    /** Has {@link Polling#ready} called soon, with no operation. For any thread; several calls may become one. */
    void wake();

    /** Ends the watch; the channel stays as it is. For the section's thread only. */
    void cancel();
}
