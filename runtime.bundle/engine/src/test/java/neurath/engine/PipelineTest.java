package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import neurath.api.Context;
import neurath.api.Droppable;
import neurath.api.In;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Source;
import neurath.api.Step;
import neurath.engine.Operators.Apply;
import neurath.engine.Operators.Numbers;
import neurath.engine.Operators.Sink;
import neurath.events.Event;
import org.junit.jupiter.api.Test;

/** Flows on real threads: delivery, back-pressure, ends. */
class PipelineTest {
    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitEnd(Workshop shop) {
        await().atMost(Workshop.LONG).until(() -> shop.threads.alive.get() == 0);
    }

    @Test
    void a_pipeline_delivers_all_packets_in_order_and_ends() throws Exception {
        Queue<Object> out = new ConcurrentLinkedQueue<>();
        try (var shop = new Workshop(8)) {
            shop.fill("source", Numbers.class, () -> new Numbers(10_000));
            shop.fill("a", Apply.class, () -> new Apply(n -> n + 1));
            shop.fill("b", Operators.ApplyBlocking.class, () -> new Operators.ApplyBlocking(n -> n * 2));
            shop.fill("sink", Sink.class, () -> new Sink(out::add));
            shop.start("source.OUT -> a.IN", "a.OUT -> b.IN", "b.OUT -> sink.IN");
            awaitEnd(shop);

            assertThat(out).hasSize(10_000)
                    .containsExactlyElementsOf(IntStream.range(0, 10_000).mapToObj(n -> (Object) ((n + 1) * 2)).toList());
            assertThat(shop.flow().status()).allSatisfy(node -> assertThat(node.dropped()).isZero());
            assertThat(shop.status("b").taken()).isEqualTo(10_000);
            assertThat(shop.status("b").emitted()).isEqualTo(10_000);
        }
    }

    @Test
    void arcs_of_one_slot_deliver_as_well() throws Exception {
        Queue<Object> out = new ConcurrentLinkedQueue<>();
        try (var shop = new Workshop(1)) {
            shop.fill("source", Numbers.class, () -> new Numbers(2_000));
            shop.fill("a", Apply.class, () -> new Apply(n -> n));
            shop.fill("sink", Sink.class, () -> new Sink(out::add));
            shop.start("source.OUT -> a.IN", "a.OUT -> sink.IN");
            awaitEnd(shop);

            assertThat(out).hasSize(2_000);
        }
    }

    @Test
    void a_slow_sink_bounds_what_the_source_produces_by_the_capacity_of_the_arcs() throws Exception {
        var open = new CountDownLatch(1);
        var source = new Numbers(1_000_000);
        try (var shop = new Workshop(3)) {
            shop.fill("source", Numbers.class, () -> source);
            shop.fill("a", Apply.class, () -> new Apply(n -> n));
            shop.fill("sink", Sink.class, () -> new Sink(packet -> awaitLatch(open)));
            shop.start("source.OUT -> a.IN", "a.OUT -> sink.IN");
            // two full arcs, and one packet each in hand of the source, a and the sink
            await().atMost(Workshop.LONG).until(() -> source.next.get() >= 3 + 3 + 2);
            await().during(Duration.ofMillis(50)).atMost(Workshop.LONG).until(() -> source.next.get() <= 3 + 3 + 3);
            open.countDown();
            await().atMost(Workshop.LONG).until(() -> source.next.get() > 100);
        }
    }

    @Test
    void a_finite_flow_ends_by_itself_and_closes_every_instance() throws Exception {
        var shop = new Workshop(8);
        var source = shop.fill("source", Numbers.class, () -> new Numbers(10));
        var sink = shop.fill("sink", Sink.class, () -> new Sink(packet -> {}));
        shop.start("source.OUT -> sink.IN");
        await().atMost(Workshop.LONG).untilAsserted(() -> {
            assertThat(source.alive).hasValue(0);
            assertThat(sink.alive).hasValue(0);
            assertThat(shop.threads.alive).hasValue(0);
        });
        shop.close();
    }

    /** Holds two packets back and emits them when its input has ended. */
    @In(value = "IN", type = Integer.class)
    @Out(value = "OUT", type = Integer.class)
    static final class HoldsBack implements Operator {
        private final List<Integer> held = new ArrayList<>();
        private Output<Integer> out;

        @Override
        public void open(Context context) {
            out = context.output("OUT", Integer.class);
            context.receive("IN", Integer.class, held::add);
        }

        @Override
        public void ended() {
            held.forEach(out::emit);
        }
    }

    @Test
    void what_an_operator_holds_back_is_emitted_at_the_end_of_its_input() throws Exception {
        Queue<Object> out = new ConcurrentLinkedQueue<>();
        try (var shop = new Workshop(8)) {
            shop.fill("source", Numbers.class, () -> new Numbers(3));
            shop.fill("hold", HoldsBack.class, HoldsBack::new);
            shop.fill("sink", Sink.class, () -> new Sink(out::add));
            shop.start("source.OUT -> hold.IN", "hold.OUT -> sink.IN");
            awaitEnd(shop);

            assertThat(out).containsExactly(0, 1, 2);
        }
    }

    @Test
    void stopping_lets_what_is_in_hand_finish_within_the_grace() throws Exception {
        var out = new AtomicInteger();
        var source = new Numbers(Integer.MAX_VALUE);
        try (var shop = new Workshop(64)) {
            shop.fill("source", Numbers.class, () -> source);
            shop.fill("a", Apply.class, () -> new Apply(n -> n));
            shop.fill("sink", Sink.class, () -> new Sink(packet -> out.incrementAndGet()));
            shop.start("source.OUT -> a.IN", "a.OUT -> sink.IN");
            await().atMost(Workshop.LONG).until(() -> out.get() > 1_000);
            shop.flows.stop("test", Workshop.LONG);

            assertThat(out).hasValue(source.next.get());
            assertThat(shop.flows.find("test")).isEmpty();
            assertThat(shop.events).last().isInstanceOf(Event.FlowStopped.class);
        }
    }

    /** A packet that counts what became of it. */
    record Ticket(int number, Queue<Ticket> dropped) implements Droppable {
        @Override
        public void dropped(Throwable reason) {
            assertThat(reason).isNotNull();
            dropped.add(this);
        }
    }

    @Out(value = "OUT", type = Ticket.class)
    static final class Tickets implements Source {
        private final Queue<Ticket> made;
        private final Queue<Ticket> dropped;
        private Output<Ticket> out;

        Tickets(Queue<Ticket> made, Queue<Ticket> dropped) {
            this.made = made;
            this.dropped = dropped;
        }

        @Override
        public void open(Context context) {
            out = context.output("OUT", Ticket.class);
        }

        @Override
        public boolean produce() {
            var ticket = new Ticket(made.size(), dropped);
            made.add(ticket);
            out.emit(ticket);
            return true;
        }
    }

    static final class PassTicket implements Step<Ticket, Ticket> {
        @Override
        public Ticket apply(Ticket packet) {
            return packet;
        }
    }

    @Test
    void a_forced_stop_tells_every_packet_that_did_not_arrive_that_it_is_dropped() throws Exception {
        Queue<Ticket> made = new ConcurrentLinkedQueue<>();
        Queue<Ticket> dropped = new ConcurrentLinkedQueue<>();
        Queue<Object> arrived = new ConcurrentLinkedQueue<>();
        var never = new CountDownLatch(1);
        try (var shop = new Workshop(16)) {
            shop.fill("source", Tickets.class, () -> new Tickets(made, dropped));
            shop.fill("a", PassTicket.class, PassTicket::new);
            shop.fill("b", PassTicket.class, PassTicket::new);
            shop.fill("sink", Sink.class, () -> new Sink(packet -> {
                if (arrived.size() == 10) {
                    awaitLatch(never);
                }
                arrived.add(packet);
            }));
            shop.start("source.OUT -> a.IN", "a.OUT -> b.IN", "b.OUT -> sink.IN");
            await().atMost(Workshop.LONG).until(() -> arrived.size() == 10 && made.size() > 40);
            shop.flows.stop("test", Duration.ofMillis(200));
        }
        assertThat(arrived).hasSize(10);
        var accounted = new ArrayList<Object>(arrived);
        accounted.addAll(dropped.stream().distinct().toList());
        assertThat(accounted).hasSameSizeAs(made).containsAll(made);
    }

    @Test
    void an_operator_that_does_not_return_leaves_no_producer_asleep_beside_an_arc_with_room() throws Exception {
        var reached = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        var source = new Numbers(Integer.MAX_VALUE);
        try (var shop = new Workshop(8)) {
            shop.fill("source", Numbers.class, () -> source);
            shop.fill("a", Apply.class, () -> new Apply(n -> {
                if (n == 0) {
                    reached.countDown();
                    awaitLatch(goOn);
                }
                if (n == 5) {
                    awaitLatch(end);
                }
                return n;
            }));
            shop.fill("sink", Sink.class, () -> new Sink(packet -> {}));
            shop.start("source.OUT -> a.IN", "a.OUT -> sink.IN");
            reached.await();
            await().atMost(Workshop.LONG)
                    .until(() -> shop.status("a").queued() >= 7 && shop.flow().live("source").placement.section().waits());
            goOn.countDown();

            await().atMost(Workshop.LONG).until(() -> source.next.get() > 12);
            end.countDown();
        }
    }

    @Test
    void an_order_is_obeyed_after_the_packet_in_hand_and_not_after_all_that_wait() throws Exception {
        var reached = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var source = new Numbers(Integer.MAX_VALUE);
        try (var shop = new Workshop(256)) {
            shop.fill("source", Numbers.class, () -> source);
            shop.fill("a", Apply.class, () -> new Apply(n -> {
                if (n == 300) {
                    reached.countDown();
                    awaitLatch(goOn);
                }
                return n;
            }));
            shop.fill("sink", Sink.class, () -> new Sink(packet -> {}));
            shop.start("source.OUT -> a.IN", "a.OUT -> sink.IN");
            reached.await();
            await().atMost(Workshop.LONG).until(() -> shop.status("a").queued() > 100);
            shop.flow().hold("a", "a test holds it");
            goOn.countDown();
            await().atMost(Workshop.LONG).until(() -> shop.status("a").held() != null);

            assertThat(shop.status("a").taken()).isEqualTo(301);
            shop.flow().resume("a");
            await().atMost(Workshop.LONG).until(() -> shop.status("a").taken() > 1_000);
        }
    }

    @Test
    void an_interrupt_that_an_operator_leaves_standing_does_not_keep_its_section_from_waiting() throws Exception {
        var feed = new Operators.Feed();
        var out = new ConcurrentLinkedQueue<Object>();
        var threads = new ConcurrentLinkedQueue<Thread>();
        try (var shop = new Workshop(8)) {
            shop.fill("feed", Operators.Feed.class, () -> feed);
            shop.fill("a", Apply.class, () -> new Apply(n -> {
                threads.add(Thread.currentThread());
                Thread.currentThread().interrupt();
                return n;
            }));
            shop.fill("sink", Sink.class, () -> new Sink(out::add));
            shop.start("feed.OUT -> a.IN", "a.OUT -> sink.IN");
            feed.feed(1);
            await().atMost(Workshop.LONG).until(() -> out.size() == 1);
            await().atMost(Workshop.LONG).until(() -> threads.peek().getState() == Thread.State.WAITING);
            feed.feed(2);
            await().atMost(Workshop.LONG).until(() -> out.size() == 2);
        }
    }

    @Test
    void a_flow_whose_name_runs_already_is_refused() {
        try (var shop = new Workshop(8)) {
            shop.fill("source", Numbers.class, () -> new Numbers(Integer.MAX_VALUE));
            shop.fill("sink", Sink.class, () -> new Sink(packet -> {}));
            shop.start("source.OUT -> sink.IN");
            assertThatThrownBy(() -> shop.start("source.OUT -> sink.IN"))
                    .isInstanceOf(FlowException.class)
                    .hasMessageContaining("a flow of that name is running")
                    .hasMessageContaining("flow:stop test");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_flow_without_nodes_is_refused() throws Exception {
        try (var shop = new Workshop(8)) {
            assertThatThrownBy(shop::start).isInstanceOf(FlowException.class).hasMessageContaining("has no node");
        }
    }
}
