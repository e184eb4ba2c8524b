package neurath.engine;

import static neurath.engine.Interleavings.allSatisfy;
import static neurath.engine.Interleavings.check;
import static neurath.engine.Interleavings.oneViolates;
import static neurath.engine.Interleavings.shared;
import static neurath.engine.Interleavings.together;

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
                        Section.class,
                        "        node.flow.orderly(this::obey);\n        node.flow.sectionOver(node);",
                        "        node.flow.sectionOver(node);")
                        .running(PostedAtTheEnd.class),
                "carried out");
    }

    @Test
    void an_order_for_a_section_that_has_ended_that_nobody_carries_out_is_found() {
        oneViolates(Mutant.of(Section.class, "if (over) {", "if (over && abandoned && orders.isEmpty()) {").running(PostedAtTheEnd.class),
                "carried out");
    }

    static final class PostedAtTheEnd implements Runnable {
        @Override
        public void run() {
            var flow = new Flow("test", 1, 1, false, new Events(Runnable::run), null, text -> text);
            var node = shared(new LiveNode(flow, "node", Clockless.THREADS));
            AtomicInteger done = shared(new AtomicInteger());
            node.stayAway(); // it never had an instance
            node.section.abandon();
            together(
                    node.section,
                    () -> node.section.post(done::incrementAndGet),
                    () -> node.section.post(done::incrementAndGet));
            check(node.section.isOver(), "the section has not ended");
            check(done.get() == 2, "2 orders were posted, and " + done + " carried out");
        }
    }

    /** Time stands still. */
    private static final class Clockless implements Threads {
        static final Threads THREADS = new Clockless();

        @Override
        public Thread start(Signature.ThreadKind kind, String name, Runnable task) {
            throw new AssertionError(name + " is not to be started");
        }

        @Override
        public long now() {
            return 1;
        }
    }
}
