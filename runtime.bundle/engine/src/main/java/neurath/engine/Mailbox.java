package neurath.engine;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What is to be done for one node between two packets: by the section that has the node when it comes to it, and once the node has
 * ended by whoever brings it, one at a time. It goes with the node from section to section.
 */
final class Mailbox {
    private final LiveNode node;
    private final Queue<Runnable> orders = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    Mailbox(LiveNode node) {
        this.node = node;
    }

    /** For any thread. */
    void post(Runnable order) {
        orders.add(order);
        node.placement.call();
        if (closed) {
            node.flow.orderly(this::obey);
        }
    }

    /** Whether nothing waits here. For any thread. */
    boolean isEmpty() {
        return orders.isEmpty();
    }

    /** Whether the node has ended. For any thread. */
    boolean isClosed() {
        return closed;
    }

    /**
     * Carries out the orders there are now, for the section's thread; those that they bring wait for the next turn, so that packets have
     * theirs. Whether there were any.
     */
    boolean obey() {
        if (orders.isEmpty()) {
            return false;
        }
        Runnable order;
        for (int given = orders.size(); given > 0 && (order = orders.poll()) != null; given--) {
            order.run(); // of a node that has ended, it may bring one that carries out all there are
        }
        return true;
    }

    /** The node has ended. Who posts an order from here on carries it out; what was posted before is carried out now. */
    void close(Runnable onceClosed) {
        closed = true;
        onceClosed.run();
        node.flow.orderly(this::obey);
    }
}
