package neurath.http;

import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.function.Function;
import neurath.api.Watch;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What an answer is fed from while it is written: a channel, watched by the home section of the connection that the answer goes to. So the
 * way of the bytes needs no operator but that section's, and nothing is received that the client does not take.
 *
 * <p>For the home section only.
 */
@ProviderType
public final class Feed {
    private final SelectableChannel channel;
    private Connection connection;
    private Watch watch;

    /** @param channel in non-blocking mode, watched by no section */
    public Feed(SelectableChannel channel) {
        this.channel = channel;
    }

    /** The connection whose answer waits for it. */
    public Connection connection() {
        return connection;
    }

    /**
     * The answer that is written to a connection waits for it: readiness is told once.
     *
     * @param watcher watches a channel for the home section, with no interest yet
     */
    public void await(Connection fed, Function<SelectableChannel, Watch> watcher) {
        if (watch == null) {
            connection = fed;
            watch = watcher.apply(channel);
        }
        watch.interest(SelectionKey.OP_READ);
    }

    /** Readiness was told. */
    public void came() {
        watch.interest(0);
    }

    /** Nothing more is awaited; the channel stays as it is, and somebody else may watch it. */
    public void over() {
        if (watch != null) {
            watch.cancel();
        }
    }
}
