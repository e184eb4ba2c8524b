package neurath.engine;

import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.concurrent.atomic.AtomicBoolean;
import neurath.api.Watch;

/** A channel watched for a node. It knows the node and never an instance, so that it outlives versions. */
final class Watched implements Watch {
    final LiveNode node;
    final SelectableChannel channel;
    final Object subject;

    private final AtomicBoolean waking = new AtomicBoolean();
    private int operations;
    private SelectionKey key;
    private boolean cancelled;
    /** The selector is not to look at the channel for now. */
    private boolean rests;

    Watched(LiveNode node, SelectableChannel channel, int operations, Object subject) {
        this.node = node;
        this.channel = channel;
        this.operations = operations;
        this.subject = subject;
    }

    void register() {
        node.placement.watch(this);
    }

    /** Has a section's selector look at the channel. On that section's thread. */
    void register(Poller poller) {
        rests = false;
        if (!cancelled) {
            key = poller.register(channel, operations, this);
        }
    }

    /** The selector looks at the channel no more. */
    void unregister() {
        key.cancel();
        key = null;
    }

    @Override
    public void interest(int wanted) {
        operations = wanted;
        if (!rests) {
            await(wanted);
        }
    }

    private void await(int wanted) {
        if (key == null || cancelled) {
            return;
        }
        try {
            if (key.interestOps() != wanted) {
                key.interestOps(wanted);
            }
        } catch (CancelledKeyException e) {
            cancelled = true;
        }
    }

    /** Has the selector look at the channel no more, until it goes on. */
    void rest() {
        rests = true;
        await(0);
    }

    /** Has the selector look at the channel again. */
    void goOn() {
        rests = false;
        await(operations);
    }

    /** Tells its node what is ready. */
    void tell(SelectionKey ready) {
        int now;
        try {
            now = ready.readyOps();
        } catch (CancelledKeyException e) {
            return;
        }
        node.ready(this, now);
    }

    @Override
    public void wake() {
        if (waking.compareAndSet(false, true)) {
            node.post(this::woken);
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        if (key != null) {
            key.cancel();
        }
    }

    private void woken() {
        if (node.isOver()) {
            return;
        }
        if (node.waitsForArcs()) {
            node.wakeLater(this);
            return;
        }
        waking.set(false);
        if (!cancelled) {
            node.ready(this, 0);
        }
    }

    /** The node is no longer suspended: what was to be told is told now. */
    void wakeNow() {
        waking.set(false);
        wake();
    }
}
