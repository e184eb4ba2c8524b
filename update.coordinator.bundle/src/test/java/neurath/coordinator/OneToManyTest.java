package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Lease;
import neurath.api.OneToMany;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Timed;
import neurath.coordinator.Texts.Say;
import neurath.events.Event;
import neurath.events.Phase;
import neurath.graph.fbp.FbpParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** All packets that come of one request meet an update on one side of its marker, though they go down one arc. */
class OneToManyTest extends OnTexts {
    private final CountDownLatch isAtWork = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicInteger turnsInVain = new AtomicInteger();

    /** Emits the words of a text one by one. */
    @OneToMany
    @In(value = "IN", type = String.class)
    @Out(value = "OUT", type = String.class)
    static final class Split implements Operator {
        @Override
        public void open(Context context) {
            Output<String> out = context.output("OUT", String.class);
            context.receive("IN", String.class, text -> List.of(text.split(" ")).forEach(out::emit));
        }
    }

    /** Emits the first word of a text at once, and the others one by one when the test lets it go on, each in a call of its own. */
    @OneToMany(inLaterCalls = true)
    @In(value = "IN", type = String.class)
    @Out(value = "OUT", type = String.class)
    private static final class SplitSlowly implements Timed {
        private final CountDownLatch goOn;
        private final AtomicInteger turnsInVain;
        private Context context;
        private Output<String> out;

        SplitSlowly(CountDownLatch goOn, AtomicInteger turnsInVain) {
            this.goOn = goOn;
            this.turnsInVain = turnsInVain;
        }

        private record Rest(List<String> words, Lease lease) {}

        @Override
        public void open(Context node) {
            context = node;
            out = node.output("OUT", String.class);
            node.receive("IN", String.class, text -> emit(new Rest(List.of(text.split(" ")), node.lease())));
        }

        private void emit(Rest rest) {
            out.emit(rest.words().getFirst());
            List<String> left = rest.words().subList(1, rest.words().size());
            if (left.isEmpty()) {
                rest.lease().close();
            } else {
                context.timer(Duration.ofMillis(1), new Rest(left, rest.lease()));
            }
        }

        @Override
        public void expired(Object subject) {
            if (goOn.getCount() > 0) {
                turnsInVain.incrementAndGet();
                context.timer(Duration.ofMillis(1), subject);
            } else {
                emit((Rest) subject);
            }
        }
    }

    /** Waits at its first packet until the test lets it go on. */
    private final class SayLate extends Say {
        SayLate() {
            super("old");
        }

        @Override
        public String apply(String text) throws Exception {
            isAtWork.countDown();
            goOn.await();
            return super.apply(text);
        }
    }

    private void serve(TestVersion split, TestVersion say, Duration limit) throws Exception {
        catalog.start(split, say);
        coordinator = new Coordinator(flows, catalog, new FlowStore(home), limit);
        offer(new FbpParser().parse("feed(feed) OUT -> IN split(split) OUT -> IN say(say) OUT -> IN collect(collect)"));
        catalog.start(TestVersion.of("say", "2.0.0", 13, Say.class, () -> new Say("new")));
    }

    private void serveAtOnce() throws Exception {
        serve(TestVersion.of("split", "1.0.0", 2, Split.class, Split::new), TestVersion.of("say", "1.0.0", 3, SayLate.class, SayLate::new),
                Duration.ofSeconds(20));
    }

    private void serveSlowly(Duration limit) throws Exception {
        serve(TestVersion.of("split", "1.0.0", 2, SplitSlowly.class, () -> new SplitSlowly(goOn, turnsInVain)),
                TestVersion.of("say", "1.0.0", 3, Say.class, () -> new Say("old")), limit);
    }

    @AfterEach
    void letGo() {
        goOn.countDown();
    }

    @Test
    void the_marker_enters_where_one_packet_becomes_many() throws Exception {
        serveAtOnce();
        assertThat(coordinator.plan("flow", List.of("say=say@2"), home)).singleElement()
                .satisfies(plan -> assertThat(plan.region()).containsExactly("split", "say"));
    }

    @Test
    void an_update_between_the_packets_of_one_request_waits_for_all_of_them() throws Exception {
        serveAtOnce();
        CountDownLatch isMarked = marked();
        inbox.offer("one two three");
        assertThat(isAtWork.await(10, TimeUnit.SECONDS)).isTrue();
        await().until(() -> flows.find("flow").orElseThrow().status().stream()
                .anyMatch(node -> node.name().equals("split") && node.emitted() == 3));
        var update = CompletableFuture.supplyAsync(() -> coordinator.update("flow", List.of("say=say@2"), home).join());
        assertThat(isMarked.await(10, TimeUnit.SECONDS)).isTrue();
        goOn.countDown();
        assertThat(update.get(20, TimeUnit.SECONDS)).singleElement().isInstanceOf(Outcome.Completed.class);
        inbox.offer("four five");
        assertThat(said(5)).containsExactly("one old", "two old", "three old", "four new", "five new");
    }

    @Test
    void an_update_waits_for_the_packets_of_one_request_that_come_in_later_calls() throws Exception {
        serveSlowly(Duration.ofSeconds(20));
        CountDownLatch isMarked = marked();
        inbox.offer("one two three");
        assertThat(said(1)).containsExactly("one old");
        var update = CompletableFuture.supplyAsync(() -> coordinator.update("flow", List.of("say=say@2"), home).join());
        assertThat(isMarked.await(10, TimeUnit.SECONDS)).isTrue();
        inbox.offer("four five");
        goOn.countDown();
        assertThat(update.get(20, TimeUnit.SECONDS)).singleElement().isInstanceOf(Outcome.Completed.class);
        assertThat(said(4)).containsExactly("two old", "three old", "four new", "five new");
    }

    @Test
    void a_request_that_is_not_finished_in_time_is_named_and_goes_on_with_the_old_version() throws Exception {
        serveSlowly(Duration.ofMillis(300));
        inbox.offer("one two");
        assertThat(said(1)).containsExactly("one old");
        assertThat(coordinator.update("flow", List.of("say=say@2"), home).join()).singleElement()
                .isInstanceOfSatisfying(Outcome.Aborted.class, aborted -> assertThat(aborted.reason()).endsWith(
                        "flow/say.IN waits for marker 1 from split: split@1.0.0 finishes 1 packet of which not all is out yet"));
        goOn.countDown();
        inbox.offer("three");
        assertThat(said(2)).containsExactlyInAnyOrder("two old", "three old");
    }

    @Test
    void a_flow_that_is_stopped_ends_behind_the_packets_that_come_in_later_calls() throws Exception {
        serveSlowly(Duration.ofSeconds(20));
        inbox.offer("one two three");
        assertThat(said(1)).containsExactly("one old");
        var stopped = CompletableFuture.runAsync(() -> {
            try {
                flows.stop("flow", Duration.ofSeconds(20));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        int turns = turnsInVain.get();
        await("the end of its input, too").until(() -> turnsInVain.get() > turns + 50);
        goOn.countDown();
        assertThat(said(2)).containsExactly("two old", "three old");
        stopped.get(20, TimeUnit.SECONDS);
    }

    /** Is down when the marker is on its way. */
    private CountDownLatch marked() {
        var marked = new CountDownLatch(1);
        flows.events().subscribe(event -> {
            if (event instanceof Event.UpdatePhase update && update.phase() == Phase.ALIGNING) {
                marked.countDown();
            }
        });
        return marked;
    }

    private List<String> said(int texts) throws InterruptedException {
        var said = new ArrayList<String>();
        for (int i = 0; i < texts; i++) {
            said.add(out.poll(10, TimeUnit.SECONDS));
        }
        return said;
    }
}
