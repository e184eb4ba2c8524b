package neurath.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The selector of a section that waits for channels. For its thread, but for {@link #wake}. */
final class Poller {
    private final Selector selector;

    Poller() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("no selector can be opened; is the limit of file descriptors reached?", e);
        }
    }

    SelectionKey register(SelectableChannel channel, int operations, Watched watched) {
        try {
            try {
                return channel.register(selector, operations, watched);
            } catch (CancelledKeyException e) {
                selector.selectNow(); // lets go of the key of a watch that was cancelled just now
                return channel.register(selector, operations, watched);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(watched.node.path() + ": the channel is closed and cannot be watched", e);
        }
    }

    /** Tells the nodes what is ready; whether anything was. */
    boolean dispatch(Section section) {
        try {
            selector.selectNow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (selector.selectedKeys().isEmpty()) {
            return false;
        }
        SelectionKey[] ready = selector.selectedKeys().toArray(SelectionKey[]::new);
        selector.selectedKeys().clear();
        for (SelectionKey key : ready) {
            Watched watched = (Watched) key.attachment();
            if (section.goesOn()) {
                tell(key, watched);
            }
        }
        return true;
    }

    /** Waits for readiness, a wake-up or the time to pass. */
    void await(long nanos) {
        try {
            if (nanos == Long.MAX_VALUE) {
                selector.select();
            } else {
                selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Knows the channels of a node no more; what it watched goes elsewhere, if the node does. */
    List<Watched> release(LiveNode node) {
        List<Watched> released = selector.keys().stream()
                .filter(SelectionKey::isValid)
                .map(key -> (Watched) key.attachment())
                .filter(watched -> watched.node == node)
                .toList();
        released.forEach(Watched::unregister);
        if (!released.isEmpty()) {
            letGo();
        }
        return released;
    }

    /** A channel that was let go is known to the selector until this. */
    private void letGo() {
        try {
            selector.selectNow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        selector.selectedKeys().clear(); // what is ready is so at the next look, too
    }

    void wake() {
        selector.wakeup();
    }

    void close() {
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void tell(SelectionKey key, Watched watched) {
        int ready;
        try {
            ready = key.readyOps();
        } catch (CancelledKeyException e) {
            return;
        }
        watched.node.ready(watched, ready);
    }
}
