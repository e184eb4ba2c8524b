package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import neurath.api.Context;
import neurath.api.Operator;
import neurath.api.Step;
import neurath.coordinator.Texts.Collect;
import neurath.coordinator.Texts.Count;
import neurath.coordinator.Texts.Feed;
import neurath.coordinator.Texts.Inbox;
import neurath.coordinator.Texts.Say;
import neurath.coordinator.Texts.Stuck;
import neurath.coordinator.plan.Plan;
import neurath.coordinator.plan.Planner;
import neurath.engine.Conversions;
import neurath.engine.Flow;
import neurath.engine.Flows;
import neurath.engine.Marker;
import neurath.engine.Marker.Commit;
import neurath.engine.OperatorVersion;
import neurath.engine.Threads;
import neurath.events.Event;
import neurath.events.Events;
import neurath.events.Phase;
import neurath.graph.Graph;
import neurath.graph.fbp.FbpParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One update through its phases, with the real engine. */
@Timeout(60)
class UpdateTest {
    private static final Graph GRAPH = new FbpParser().parse("feed(feed) OUT -> IN a(a) OUT -> IN b(b) OUT -> IN collect(collect)");
    private static final Duration LONG = Duration.ofSeconds(15);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final BlockingQueue<String> out = new LinkedBlockingQueue<>();
    private final Flows flows = new Flows(new Events(Runnable::run), Threads.ofTheJdk(), text -> text);
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final Map<String, OperatorVersion> versions = new LinkedHashMap<>();
    private Inbox inbox;

    @BeforeEach
    void listen() throws Exception {
        inbox = new Inbox();
        flows.events().subscribe(events::add);
        fill("feed", Feed.class, () -> new Feed(inbox));
        fill("a", Say.class, () -> new Say("a1"));
        fill("b", Say.class, () -> new Say("b1"));
        fill("collect", Collect.class, () -> new Collect(out));
    }

    @AfterEach
    void stop() throws Exception {
        if (flows.find("flow").isPresent()) {
            flows.stop("flow", LONG);
        }
        inbox.close();
    }

    private <T extends Operator> TestVersion fill(String node, Class<T> type, Supplier<T> constructor) {
        var version = TestVersion.of(node, "1.0.0", 1, type, constructor);
        versions.put(node, version);
        return version;
    }

    private Flow start() {
        return flows.start("flow", GRAPH, versions, 1);
    }

    private static <T extends Operator> TestVersion second(String node, Class<T> type, Supplier<T> constructor) {
        return TestVersion.of(node, "2.0.0", 2, type, constructor);
    }

    private Update update(Flow flow, Duration limit, TestVersion... to) {
        var wanted = new LinkedHashMap<String, OperatorVersion>();
        for (TestVersion version : to) {
            wanted.put(version.operator(), version);
        }
        Plan plan = new Planner("flow", flow.revision(), GRAPH, flow.versions(), Map.of(), Conversions.NONE).replacing(GRAPH, wanted);
        assertThat(plan.problems()).isEmpty();
        return new Update(1, flow, plan, flows.events(), limit, () -> Conversions.NONE);
    }

    private String answer() throws InterruptedException {
        inbox.offer("x");
        return out.poll(15, TimeUnit.SECONDS);
    }

    private List<Phase> phases() {
        return events.stream().filter(Event.UpdatePhase.class::isInstance).map(event -> ((Event.UpdatePhase) event).phase()).toList();
    }

    @Test
    void a_streaming_update_goes_through_its_phases_in_order() throws Exception {
        Flow flow = start();
        TestVersion b2 = second("b", Say.class, () -> new Say("b2"));
        assertThat(update(flow, LONG, b2).carryOut()).isInstanceOf(Outcome.Completed.class).asString().contains("SWITCHED",
                "b 1.0.0 -> 2.0.0");
        await().atMost(LONG).until(() -> phases().contains(Phase.RETIRED));
        assertThat(phases())
                .containsExactly(Phase.PLANNED, Phase.PREPARED, Phase.MARKING, Phase.ALIGNING, Phase.SWITCHED, Phase.RETIRED);
        assertThat(answer()).isEqualTo("x a1 b2");
        assertThat(flow.revision()).isEqualTo(2);
    }

    @Test
    void a_holding_update_hands_over_before_it_switches() throws Exception {
        fill("b", Count.class, () -> new Count("one-"));
        Flow flow = start();
        assertThat(answer()).isEqualTo("x a1 one-1");
        assertThat(update(flow, LONG, second("b", Count.class, () -> new Count("two-"))).carryOut()).isInstanceOf(Outcome.Completed.class);
        await().atMost(LONG).until(() -> phases().contains(Phase.RETIRED));
        assertThat(phases()).containsExactly(
                Phase.PLANNED, Phase.PREPARED, Phase.MARKING, Phase.ALIGNING, Phase.HANDING_OVER, Phase.SWITCHED, Phase.RETIRED);
        assertThat(answer()).isEqualTo("x a1 two-2");
    }

    @Test
    void an_update_is_switched_with_its_first_node_and_completed_when_the_marker_has_left_the_region() throws Exception {
        var entered = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        fill("b", Stuck.class, () -> new Stuck(entered, letGo));
        Flow flow = start();
        inbox.offer("x");
        assertThat(entered.await(15, TimeUnit.SECONDS)).isTrue();
        Outcome outcome =
                update(flow, SHORT, second("a", Say.class, () -> new Say("a2")), second("b", Say.class, () -> new Say("b2"))).carryOut();
        assertThat(outcome).isInstanceOf(Outcome.Completed.class).asString().contains("update 1 SWITCHED");
        assertThat(phases()).last().isEqualTo(Phase.SWITCHED);
        assertThat(completions()).isEmpty();
        assertThat(events).anyMatch(event -> event instanceof Event.Notice notice
                && notice.text().contains("update 1 is switched, and still passes: flow/b"));
        letGo.countDown();
        await().atMost(LONG).until(() -> phases().contains(Phase.RETIRED));
        assertThat(completions()).singleElement().matches(completed -> completed.update() == 1 && completed.nanos() > SHORT.toNanos());
        assertThat(events.indexOf(completions().getFirst())).as("before the old instances are closed")
                .isLessThan(events.indexOf(events.stream()
                        .filter(event -> event instanceof Event.UpdatePhase phase && phase.phase() == Phase.RETIRED)
                        .findFirst()
                        .orElseThrow()));
    }

    private List<Event.UpdateCompleted> completions() {
        return events.stream().filter(Event.UpdateCompleted.class::isInstance).map(Event.UpdateCompleted.class::cast).toList();
    }

    @Test
    void the_second_of_two_versions_failing_to_open_closes_the_first() throws Exception {
        Flow flow = start();
        TestVersion a2 = second("a", Say.class, () -> new Say("a2"));
        TestVersion b2 = second("b", Say.class, () -> new Say("b2") {
            @Override
            public void open(Context context) {
                throw new IllegalStateException("no disk");
            }
        });
        assertThat(update(flow, LONG, a2, b2).carryOut()).isInstanceOf(Outcome.Aborted.class).asString()
                .contains("making and opening b@2.0.0 for b failed: IllegalStateException: no disk");
        assertThat(phases()).containsExactly(Phase.PLANNED, Phase.ABORTED);
        assertThat(a2.alive).hasValue(0);
        assertThat(b2.alive).hasValue(0);
        assertThat(answer()).isEqualTo("x a1 b1");
    }

    @Test
    void an_instance_that_opens_after_the_deadline_is_closed_when_it_comes() throws Exception {
        Flow flow = start();
        var letGo = new CountDownLatch(1);
        TestVersion b2 = second("b", Say.class, () -> new Say("b2") {
            @Override
            public void open(Context context) {
                boolean open = false;
                while (!open) {
                    try {
                        letGo.await();
                        open = true;
                    } catch (InterruptedException e) {
                        assertThat(letGo.getCount()).as("deaf to interrupts").isPositive();
                    }
                }
            }
        });
        assertThat(update(flow, SHORT, b2).carryOut()).isInstanceOf(Outcome.Aborted.class).asString()
                .contains("the deadline of PT0.3S has passed", "making and opening b@2.0.0 for b hangs in ");
        assertThat(b2.alive).hasValue(1);
        letGo.countDown();
        await().atMost(LONG).untilAsserted(() -> assertThat(b2.alive).hasValue(0));
    }

    @Test
    void an_update_that_meets_an_earlier_marker_is_aborted_and_leaves_nothing() throws Exception {
        var entered = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        fill("b", Stuck.class, () -> new Stuck(entered, letGo));
        Flow flow = start();
        inbox.offer("x");
        assertThat(entered.await(15, TimeUnit.SECONDS)).isTrue();
        var earlier = flow.mark(9, Set.of("b"), Map.of(), Commit.STREAM, (node, what) -> {});
        TestVersion b2 = second("b", Say.class, () -> new Say("b2"));
        assertThat(update(flow, LONG, b2).carryOut()).isInstanceOf(Outcome.Aborted.class).asString()
                .contains("marker 9 is still on its way");
        assertThat(b2.alive).hasValue(0);
        assertThat(phases()).last().isEqualTo(Phase.ABORTED);
        letGo.countDown();
        assertThat(out.poll(15, TimeUnit.SECONDS)).isEqualTo("x a1 stuck");
        earlier.passed().get(15, TimeUnit.SECONDS);
    }

    @Test
    void a_flow_that_stops_in_the_middle_of_an_update_aborts_it_and_drops_nothing() throws Exception {
        fill("b", Count.class, () -> new Count("one-"));
        Flow flow = start();
        var handingOver = new CountDownLatch(1);
        TestVersion b2 = second("b", Count.class, () -> new Count("two-") {
            @Override
            public void restore(Texts.Counted state) throws Exception {
                handingOver.countDown();
                new CountDownLatch(1).await();
            }
        });
        Update update = update(flow, LONG, b2);
        var outcome = CompletableFuture.supplyAsync(update::carryOut);
        assertThat(handingOver.await(15, TimeUnit.SECONDS)).isTrue();
        inbox.offer("x");
        await().atMost(LONG).until(() -> flow.status().get(2).queued() == 1);
        flows.stop("flow", LONG.dividedBy(2));
        assertThat(out.poll(15, TimeUnit.SECONDS)).isEqualTo("x a1 one-1");
        assertThat(outcome.get(5, TimeUnit.SECONDS)).isInstanceOf(Outcome.Aborted.class).asString().contains("the flow ends");
        assertThat(b2.alive).hasValue(0);
    }

    @Test
    void a_flow_that_stops_while_a_marker_is_awaited_aborts_the_update_at_once() throws Exception {
        var entered = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        fill("b", Stuck.class, () -> new Stuck(entered, letGo));
        Flow flow = start();
        inbox.offer("x");
        assertThat(entered.await(15, TimeUnit.SECONDS)).isTrue();
        TestVersion b2 = second("b", Say.class, () -> new Say("b2"));
        var outcome = CompletableFuture.supplyAsync(update(flow, LONG, b2)::carryOut);
        await().atMost(LONG).until(flow::isPassing);
        var end = flow.end();
        assertThat(outcome.get(5, TimeUnit.SECONDS)).isInstanceOf(Outcome.Aborted.class).asString().contains("the flow ends");
        letGo.countDown();
        end.get(15, TimeUnit.SECONDS);
        assertThat(out.poll(15, TimeUnit.SECONDS)).isEqualTo("x a1 stuck");
        assertThat(b2.alive).hasValue(0);
    }

    @Test
    void a_node_that_waits_for_room_is_named_with_the_one_that_makes_none() throws Exception {
        var entered = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        fill("b", Stuck.class, () -> new Stuck(entered, letGo));
        var small = new Flows(new Events(Runnable::run), Threads.ofTheJdk(), text -> text, 1);
        Flow flow = small.start("flow", GRAPH, versions, 1);
        try {
            inbox.offer("x");
            assertThat(entered.await(15, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 4; i++) {
                inbox.offer("x");
            }
            await().atMost(LONG).until(() -> flow.status().get(1).queued() == 1 && flow.status().get(2).queued() == 1);
            TestVersion a2 = second("a", Say.class, () -> new Say("a2"));
            assertThat(update(flow, SHORT, a2).carryOut()).isInstanceOf(Outcome.Aborted.class).asString()
                    .contains("the deadline of PT0.3S has passed",
                            "flow/a waits for marker 1: a@1.0.0 waits for room on the arc to b, which has been in apply() for ");
        } finally {
            letGo.countDown();
            small.stop("flow", LONG);
        }
    }

    @Test
    void a_node_that_is_busy_is_named_with_its_method_and_with_who_waits_for_its_marker() throws Exception {
        var entered = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        fill("a", Stuck.class, () -> new Stuck(entered, letGo));
        Flow flow = start();
        inbox.offer("x");
        assertThat(entered.await(15, TimeUnit.SECONDS)).isTrue();
        try {
            TestVersion a2 = second("a", Say.class, () -> new Say("a2"));
            TestVersion b2 = second("b", Say.class, () -> new Say("b2"));
            assertThat(update(flow, SHORT, a2, b2).carryOut().toString())
                    .matches(
                            ".*PT0\\.3S has passed: flow/b\\.IN waits for marker 1 from a: a@1\\.0\\.0 has been in apply\\(\\) for [1-9]\\d+ ms");
        } finally {
            letGo.countDown();
        }
    }

    /** Takes its time for every text. */
    static final class Slow implements Step<String, String> {
        @Override
        public String apply(String text) {
            LockSupport.parkNanos(10_000_000);
            return text;
        }
    }

    @Test
    void a_node_with_much_to_finish_before_the_marker_is_named_with_how_much() throws Exception {
        fill("b", Slow.class, Slow::new);
        Flow flow = start();
        for (int i = 0; i < 300; i++) {
            inbox.offer("x");
        }
        await().atMost(LONG).until(() -> out.size() >= 3);
        Marker marker = flow.mark(1, Set.of("a", "b"), Map.of(), Commit.HOLD, (node, what) -> {});
        try {
            await().atMost(LONG).untilAsserted(() -> assertThat(marker.awaited()).singleElement().asString().matches(
                    "flow/b waits for marker 1: b@1\\.0\\.0 has \\d+ packets to finish first, and takes \\d+ ms for each"));
        } finally {
            marker.cancel();
        }
    }

    @Test
    void a_cancel_after_the_switch_comes_too_late() throws Exception {
        Flow flow = start();
        TestVersion b2 = second("b", Say.class, () -> new Say("b2"));
        Update update = update(flow, LONG, b2);
        flows.events().subscribe(event -> {
            if (event instanceof Event.UpdatePhase phase && phase.phase() == Phase.SWITCHED) {
                update.cancel("too late");
            }
        });
        assertThat(update.carryOut()).isInstanceOf(Outcome.Completed.class);
        assertThat(answer()).isEqualTo("x a1 b2");
    }
}
