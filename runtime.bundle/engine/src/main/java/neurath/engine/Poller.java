package neurath.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The selector of a section that waits for channels. For its thread, but for {@link #wake}. */
final class Poller {
    private static final SelectionKey[] NONE = {};

    private final Selector selector;
    /** What is not looked at, as its node waits for something else. */
    private final List<Watched> aside = new ArrayList<>(0);

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

    /** The keys of what is ready. */
    SelectionKey[] ready() {
        takeUp();
        try {
            selector.selectNow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (selector.selectedKeys().isEmpty()) {
            return NONE;
        }
        SelectionKey[] ready = selector.selectedKeys().toArray(SelectionKey[]::new);
        selector.selectedKeys().clear();
        return ready;
    }

    /** Looks at a channel no more until its node waits for nothing else: that node's mates are told of theirs. */
    void putAside(Watched watched) {
        watched.rest();
        aside.add(watched);
    }

    private void takeUp() {
        if (!aside.isEmpty()) {
            aside.removeIf(watched -> {
                boolean goesOn = !watched.node.waitsForArcs();
                if (goesOn) {
                    watched.goOn();
                }
                return goesOn;
            });
        }
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
        aside.removeIf(watched -> watched.node == node);
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
}
