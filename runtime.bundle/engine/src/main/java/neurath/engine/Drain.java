package neurath.engine;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Waits until nothing goes round in a loop that takes nothing from outside any more.
 *
 * <p>Every node is asked, by an order between two packets, whether its arcs inside the loop are empty and how many packets it has taken.
 * When two rounds of questions, one after the other, find all arcs empty and the same numbers, the loop is empty: a node that took nothing
 * between its two answers put nothing either, and what had lain on an arc would still lie there at the second. (Mattern, Algorithms for
 * distributed termination detection, 1987: the four counter method.)
 *
 * <p>Then every node does a first thing, and when all have, a second. For any thread.
 */
final class Drain {
    private final Loop loop;
    private final BooleanSupplier obsolete;
    private final Consumer<LiveNode> first;
    private final Consumer<LiveNode> then;
    private final Set<LiveNode> awaited = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean begun = new AtomicBoolean();

    /**
     * @param obsolete whether nobody waits for it any more
     * @param first what each node does when the loop is empty, on its section's thread
     * @param then what each node does when all have done the first, on its section's thread
     */
    Drain(Loop loop, BooleanSupplier obsolete, Consumer<LiveNode> first, Consumer<LiveNode> then) {
        this.loop = loop;
        this.obsolete = obsolete;
        this.first = first;
        this.then = then;
        awaited.addAll(loop.nodes());
    }

    /** A node takes nothing from outside the loop any more. On its section's thread. */
    void joined(LiveNode node) {
        awaited.remove(node);
        if (awaited.isEmpty() && begun.compareAndSet(false, true)) {
            ask(-1);
        }
    }

    /**
     * Asks all.
     *
     * @param before packets taken by all when they were last asked and all arcs were empty; -1 if they were not
     */
    private void ask(long before) {
        var taken = new AtomicLong();
        var busy = new AtomicBoolean();
        everywhere(node -> {
            taken.addAndGet(node.taken.getPlain());
            if (!node.ports().areEmptyInside(loop)) {
                busy.set(true);
            }
        }, () -> judge(busy.get() ? -1 : taken.get(), before));
    }

    private void judge(long now, long before) {
        if (obsolete.getAsBoolean()) {
            return;
        }
        if (now >= 0 && now == before) {
            everywhere(first, () -> everywhere(then, () -> {}));
        } else {
            ask(now);
        }
    }

    /** Has something done by each node's section between two packets, and then something more by the last of them. */
    private void everywhere(Consumer<LiveNode> order, Runnable done) {
        var left = new AtomicInteger(loop.nodes().size());
        loop.nodes().forEach(node -> node.post(() -> {
            order.accept(node);
            if (left.decrementAndGet() == 0) {
                done.run();
            }
        }));
    }
}
