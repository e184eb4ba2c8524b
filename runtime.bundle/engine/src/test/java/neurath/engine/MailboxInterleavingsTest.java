package neurath.engine;

import static neurath.engine.Interleavings.allSatisfy;
import static neurath.engine.Interleavings.check;
import static neurath.engine.Interleavings.oneViolates;
import static neurath.engine.Interleavings.shared;
import static neurath.engine.Interleavings.together;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import neurath.events.Events;
import org.junit.jupiter.api.Test;

/** Orders that are posted while a section ends. */
class MailboxInterleavingsTest {
    @Test
    void every_order_is_carried_out_once_also_when_the_section_ends() {
        allSatisfy(new PostedAtTheEnd());
    }

    @Test
    void a_section_that_ends_and_does_not_look_for_orders_is_found() {
        oneViolates(
                Mutant.of(
                        Mailbox.class,
                        "        onceClosed.run();\n        node.flow.orderly(this::obey);",
                        "        onceClosed.run();")
                        .running(PostedAtTheEnd.class),
                "carried out");
    }

    @Test
    void an_order_for_a_section_that_has_ended_that_nobody_carries_out_is_found() {
        oneViolates(Mutant.of(Mailbox.class, "if (closed) {", "if (closed && orders.isEmpty()) {").running(PostedAtTheEnd.class),
                "carried out");
    }

    static final class PostedAtTheEnd implements Runnable {
        @Override
        public void run() {
            var flow = new Flow("test", 1, 1, false, new Events(Runnable::run), null, text -> text);
            var node = shared(new LiveNode(flow, "node"));
            AtomicInteger done = shared(new AtomicInteger());
            node.await(idle(node), node.ports(), null);
            node.stayAway(); // it is to have ended without a turn
            node.abandon();
            Section section = shared(new Section(Clockless.THREADS));
            node.begin(section);
            together(
                    section,
                    () -> node.post(done::incrementAndGet),
                    () -> node.post(done::incrementAndGet));
            check(node.isOver(), "the node has not ended");
            check(done.get() == 2, "2 orders were posted, and " + done + " carried out");
        }
    }

    private static Instance idle(LiveNode node) {
        try {
            return new Instance(node, Versions.of("node", "1.0.0", Operators.Sink.class, () -> new Operators.Sink(packet -> {})),
                    node.ports(), Map.of());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Time stands still. */
    private static final class Clockless implements Threads {
        static final Threads THREADS = new Clockless();

        @Override
        public Thread start(Signature.ThreadKind kind, String name, Runnable task) {
            return null; // the scenario runs it
        }

        @Override
        public long now() {
            return 1;
        }
    }
}
