package neurath.engine;

import static neurath.engine.Interleavings.allSatisfy;
import static neurath.engine.Interleavings.check;
import static neurath.engine.Interleavings.oneViolates;
import static neurath.engine.Interleavings.shared;
import static neurath.engine.Interleavings.together;

import java.util.concurrent.atomic.AtomicInteger;
import neurath.events.Events;
import org.junit.jupiter.api.Test;

/** Orders that are posted while a node ends. */
class MailboxInterleavingsTest {
    @Test
    void every_order_is_carried_out_once_also_when_the_node_ends() {
        allSatisfy(new PostedAtTheEnd());
    }

    @Test
    void a_node_that_ends_and_does_not_look_for_orders_is_found() {
        oneViolates(
                Mutant.of(
                        Mailbox.class,
                        "        onceClosed.run();\n        node.flow.orderly(this::obey);",
                        "        onceClosed.run();")
                        .running(OnePostedAtTheEnd.class),
                "carried out");
    }

    @Test
    void an_order_for_a_node_that_has_ended_that_nobody_carries_out_is_found() {
        oneViolates(Mutant.of(Mailbox.class, "if (closed) {", "if (closed && orders.isEmpty()) {").running(PostedAtTheEnd.class),
                "carried out");
    }

    static final class PostedAtTheEnd implements Runnable {
        @Override
        public void run() {
            LiveNode node = shared(endedSoon());
            AtomicInteger done = shared(new AtomicInteger());
            together(
                    () -> node.finish(true),
                    () -> node.post(done::incrementAndGet),
                    () -> node.post(done::incrementAndGet));
            check(node.isOver(), "the node has not ended");
            check(done.get() == 2, "2 orders were posted, and " + done + " carried out");
        }
    }

    static final class OnePostedAtTheEnd implements Runnable {
        @Override
        public void run() {
            LiveNode node = shared(endedSoon());
            AtomicInteger done = shared(new AtomicInteger());
            together(() -> node.finish(true), () -> node.post(done::incrementAndGet));
            check(node.isOver(), "the node has not ended");
            check(done.get() == 1, "an order was posted, and " + done + " carried out");
        }
    }

    private static LiveNode endedSoon() {
        var flow = new Flow("test", 1, 1, false, new Events(Runnable::run), null, new LeftThreads(), text -> text);
        var node = new LiveNode(flow, "node");
        node.stayAway(); // it never had an instance
        return node;
    }
}
