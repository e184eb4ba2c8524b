package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import neurath.api.Context;
import neurath.api.Operator;
import neurath.coordinator.FlowRecord.Policy;
import neurath.coordinator.Texts.Count;
import neurath.coordinator.Texts.Counted;
import neurath.coordinator.Texts.Misfit;
import neurath.coordinator.Texts.Numbers;
import neurath.coordinator.Texts.Say;
import neurath.coordinator.Texts.Stuck;
import neurath.coordinator.journal.Journal;
import neurath.events.Event;
import neurath.graph.Graph;
import neurath.graph.Node;
import neurath.graph.fbp.FbpParser;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The coordinator with the real engine, real threads and a catalog in memory: a text goes through a, b and c, and each says its word. */
class CoordinatorTest extends OnTexts {
    private static final Graph GRAPH =
            new FbpParser().parse("feed(feed) OUT -> IN a(a) OUT -> IN b(b) OUT -> IN c(c) OUT -> IN collect(collect)");
    private static final Duration LIMIT = Duration.ofMillis(500);

    @BeforeEach
    void serve() throws Exception {
        catalog.start(
                say("a", "1.0.0", 3),
                say("b", "1.0.0", 4),
                say("c", "1.0.0", 5));
        coordinator = coordinator();
        offer(GRAPH);
        assertThat(answer()).isEqualTo("x a1.0.0 b1.0.0 c1.0.0");
    }

    private Coordinator coordinator() {
        return new Coordinator(flows, catalog, new FlowStore(home), LIMIT);
    }

    private static <T extends Operator> TestVersion b2(Class<T> type, Supplier<T> constructor) {
        return TestVersion.of("b", "2.0.0", 24, type, constructor);
    }

    private List<String> update(String... change) {
        return coordinator.update("flow", List.of(change), home).join().stream().map(Outcome::toString).toList();
    }

    private void go(TestVersion version) {
        catalog.stop(version);
        coordinator.lookAround(true);
    }

    /** Asks for b 2.0.0, which must fail with a reason, and leave the old serving. */
    private void expectAborted(TestVersion sick, String reason) throws InterruptedException {
        arrive(sick);
        assertThat(coordinator.history("flow")).singleElement().asString().contains("ABORTED").contains(reason);
        assertThat(answer()).isEqualTo("x a1.0.0 b1.0.0 c1.0.0");
        assertThat(flow().revision()).isEqualTo(1);
    }

    @Test
    void a_version_that_arrives_is_switched_to() throws Exception {
        arrive(say("b", "1.1.0", 14));
        assertThat(answer()).isEqualTo("x a1.0.0 b1.1.0 c1.0.0");
        assertThat(flow().revision()).isEqualTo(2);
    }

    @Test
    void the_replaced_instance_is_closed_and_released() {
        arrive(say("b", "1.1.0", 14));
        var old = (TestVersion) catalog.available().stream().filter(v -> v.label().equals("b@1.0.0")).findFirst().orElseThrow();
        Awaitility.await().untilAsserted(() -> assertThat(old.alive.get()).isZero());
    }

    @Test
    void half_of_a_pair_waits_and_says_for_whom_and_the_pair_is_one_update() throws Exception {
        arrive(say("a", "2.0.0", 13, "c 2.0.0"));
        assertThat(answer()).isEqualTo("x a1.0.0 b1.0.0 c1.0.0");
        assertThat(coordinator.pending("flow")).containsExactly("a@2.0.0 waits for c 2.0.0 to be started");
        arrive(say("c", "2.0.0", 15, "a 2.0.0"));
        assertThat(answer()).isEqualTo("x a2.0.0 b1.0.0 c2.0.0");
        assertThat(coordinator.history("flow")).singleElement().asString().contains("a 1.0.0 -> 2.0.0, c 1.0.0 -> 2.0.0");
    }

    @Test
    void when_one_half_goes_both_go_back_together() throws Exception {
        TestVersion a2 = say("a", "2.0.0", 13, "c 2.0.0");
        arrive(a2, say("c", "2.0.0", 15, "a 2.0.0"));
        go(a2);
        assertThat(answer()).isEqualTo("x a1.0.0 b1.0.0 c1.0.0");
        assertThat(coordinator.history("flow")).hasSize(2);
    }

    @Test
    void a_version_that_goes_and_comes_again_is_switched_to_again() throws Exception {
        TestVersion b = say("b", "1.1.0", 14);
        arrive(b);
        go(b);
        assertThat(answer()).isEqualTo("x a1.0.0 b1.0.0 c1.0.0");
        arrive(b);
        assertThat(answer()).isEqualTo("x a1.0.0 b1.1.0 c1.0.0");
    }

    @Test
    void the_only_version_going_holds_the_node_and_its_return_goes_on_with_nothing_lost() throws Exception {
        TestVersion old = (TestVersion) flow().version("b");
        go(old);
        Awaitility.await().until(() -> flow().status().get(2).held() != null);
        inbox.offer("held");
        arrive(old);
        assertThat(out.poll(10, TimeUnit.SECONDS)).isEqualTo("held a1.0.0 b1.0.0 c1.0.0");
        assertThat(coordinator.history("flow")).isEmpty();
    }

    @Test
    void a_held_node_goes_on_with_another_version_and_the_state_of_the_one_that_went() throws Exception {
        TestVersion counting = b2(Count.class, () -> new Count("two-"));
        arrive(counting);
        assertThat(answer()).isEqualTo("x a1.0.0 two-1 c1.0.0");
        catalog.stop((TestVersion) catalog.available().stream().filter(v -> v.label().equals("b@1.0.0")).findFirst().orElseThrow());
        go(counting);
        Awaitility.await().until(() -> flow().status().get(2).held() != null);
        inbox.offer("held");
        arrive(TestVersion.of("b", "2.1.0", 34, Count.class, () -> new Count("three-")));
        assertThat(out.poll(10, TimeUnit.SECONDS)).isIn("held a1.0.0 two-2 c1.0.0", "held a1.0.0 three-2 c1.0.0");
        assertThat(answer()).isEqualTo("x a1.0.0 three-3 c1.0.0");
    }

    @Test
    void with_the_policy_manual_nothing_happens_until_somebody_asks() throws Exception {
        coordinator.policy("flow", Policy.MANUAL);
        arrive(say("b", "1.1.0", 14));
        assertThat(answer()).isEqualTo("x a1.0.0 b1.0.0 c1.0.0");
        assertThat(coordinator.plan("flow", List.of(), home)).singleElement().asString().contains("replace b  b@1.0.0 -> 1.1.0");
        assertThat(update()).singleElement().asString().contains("SWITCHED");
        assertThat(answer()).isEqualTo("x a1.0.0 b1.1.0 c1.0.0");
    }

    @Test
    void a_person_goes_back_and_what_arrives_later_does_not_undo_it() throws Exception {
        arrive(say("b", "1.1.0", 14));
        assertThat(update("b=b@1.0.0")).singleElement().asString().contains("b 1.1.0 -> 1.0.0");
        arrive(say("b", "1.2.0", 34));
        assertThat(answer()).isEqualTo("x a1.0.0 b1.0.0 c1.0.0");
    }

    @Test
    void a_change_leaves_nodes_alone_that_it_does_not_name() {
        coordinator.policy("flow", Policy.MANUAL);
        arrive(say("a", "1.1.0", 13), say("b", "1.1.0", 14));
        assertThat(update("b=b@1.1.0")).singleElement().asString().contains("b 1.0.0 -> 1.1.0").doesNotContain("a 1.0.0");
    }

    @Test
    void a_restart_resumes_what_ran_though_a_higher_version_lies_there() throws Exception {
        coordinator.policy("flow", Policy.MANUAL);
        arrive(say("b", "1.1.0", 14));
        coordinator.policy("flow", Policy.AUTO);
        flows.stop("flow", Duration.ofSeconds(5));
        coordinator = coordinator();
        coordinator.lookAround(false);
        coordinator.lookAround(true);
        assertThat(answer()).isEqualTo("x a1.0.0 b1.0.0 c1.0.0");
        assertThat(coordinator.history("flow")).isEmpty();
        arrive(say("b", "1.2.0", 34));
        assertThat(answer()).isEqualTo("x a1.0.0 b1.2.0 c1.0.0");
    }

    @Test
    void what_lay_there_at_a_restart_is_not_brought_in_by_something_else_that_arrives() throws Exception {
        coordinator.policy("flow", Policy.MANUAL);
        arrive(say("b", "1.1.0", 14));
        coordinator.policy("flow", Policy.AUTO);
        flows.stop("flow", Duration.ofSeconds(5));
        coordinator = coordinator();
        coordinator.lookAround(true);
        arrive(say("a", "1.1.0", 13));
        assertThat(answer()).isEqualTo("x a1.1.0 b1.0.0 c1.0.0");
        assertThat(coordinator.pending("flow")).containsExactly("b 1.0.0 -> 1.1.0 waits for a person: flow:update flow");
    }

    @Test
    void the_versions_that_a_flow_is_to_be_resumed_with_are_remembered() throws Exception {
        arrive(say("b", "1.1.0", 14));
        flows.stop("flow", Duration.ofSeconds(5));
        coordinator = coordinator();
        assertThat(coordinator.remembers("bundle 14")).isTrue();
        assertThat(coordinator.remembers("bundle 4")).as("that of b 1.0.0, which was replaced").isFalse();
        assertThat(coordinator.remembers("bundle 99")).isFalse();
    }

    @Test
    void what_the_policy_leaves_to_a_person_is_shown_as_pending_and_no_partner_is_waited_for_that_is_there() {
        coordinator.policy("flow", Policy.MANUAL);
        arrive(say("a", "2.0.0", 23, "c 2.0.0"), say("c", "2.0.0", 25, "a 2.0.0"));
        assertThat(coordinator.pending("flow")).containsExactly("a 1.0.0 -> 2.0.0, c 1.0.0 -> 2.0.0 waits for a person: flow:update flow");
        update("a=a@1.0.0");
        assertThat(coordinator.pending("flow"))
                .containsExactly("c@2.0.0 works only with a 2.0.0, which is there, and which the flow's wishes leave out");
    }

    @Test
    void of_a_pair_that_was_aborted_no_half_is_said_to_wait_for_the_other() {
        arrive(say("a", "2.0.0", 23, "b 2.0.0"), TestVersion.of("b", "2.0.0", 24, Numbers.class, Numbers::new, "a 2.0.0"));
        assertThat(coordinator.history("flow")).singleElement().asString().contains("ABORTED");
        assertThat(coordinator.pending("flow")).hasSize(2).allMatch(pending -> pending.contains("was aborted"));
    }

    private static final Origin FILE = new Origin("flow.fbp", "1");

    private static Graph pinned() {
        return GRAPH.with(new Node("b", "b", Map.of("version", "1.0.0")));
    }

    @Test
    void a_file_that_only_pins_what_runs_replaces_nothing() throws Exception {
        coordinator.bring("flow", FILE, pinned(), true);
        arrive(say("b", "1.1.0", 14));
        assertThat(flow().graph()).isEqualTo(pinned());
        assertThat(answer()).isEqualTo("x a1.0.0 b1.0.0 c1.0.0");
        assertThat(coordinator.history("flow")).isEmpty();
    }

    @Test
    void a_file_is_taken_once_so_that_a_restart_does_not_undo_what_a_person_asked_for() throws Exception {
        coordinator.policy("flow", Policy.MANUAL);
        coordinator.bring("flow", FILE, pinned(), true);
        arrive(say("b", "1.1.0", 14));
        update("b=b@1.1.0");
        coordinator = coordinator();
        coordinator.offer("flow", new Origin("the test", "1"), GRAPH);
        coordinator.bring("flow", FILE, pinned(), true);
        assertThat(answer()).isEqualTo("x a1.0.0 b1.1.0 c1.0.0");
        coordinator.bring("flow", new Origin("flow.fbp", "2"), pinned(), true);
        assertThat(answer()).isEqualTo("x a1.0.0 b1.0.0 c1.0.0");
    }

    @Test
    void a_file_that_is_found_while_the_platform_starts_lets_other_flows_wait_for_the_versions_they_had() throws Exception {
        TestVersion high = say("b", "1.1.0", 14);
        arrive(high);
        flows.stop("flow", Duration.ofSeconds(5));
        catalog.stop(high);
        coordinator = coordinator();
        coordinator.bring("other", FILE, new FbpParser().parse("x(x) OUT -> IN y(y)"), false);
        assertThat(flows.all()).isEmpty();
        arrive(high);
        assertThat(answer()).isEqualTo("x a1.0.0 b1.1.0 c1.0.0");
    }

    @Test
    void a_flow_that_was_refused_is_tried_again_with_another_text() throws Exception {
        flows.stop("flow", Duration.ofSeconds(5));
        coordinator.bring("flow", FILE, new FbpParser().parse("feed(feed) OUT -> NOPE collect(collect)"), true);
        assertThat(flows.all()).isEmpty();
        coordinator.bring("flow", new Origin("flow.fbp", "2"), GRAPH, true);
        assertThat(answer()).isEqualTo("x a1.0.0 b1.0.0 c1.0.0");
    }

    @Test
    void a_flow_whose_operator_hangs_when_it_opens_is_given_up_and_ended_where_it_comes_too_late() throws Exception {
        var letGo = new CountDownLatch(1);
        var opened = new CountDownLatch(1);
        catalog.start(TestVersion.of("slow", "1.0.0", 30, Say.class, () -> new Say("slow") {
            @Override
            public void open(Context context) throws Exception {
                awaitWhateverInterrupts(letGo);
                super.open(context);
                Thread.currentThread().interrupt(); // as it stands where nobody has looked at it
                opened.countDown();
            }
        }));
        Graph graph = new FbpParser().parse("slow(slow) OUT -> IN collect(collect)");
        assertThatThrownBy(() -> coordinator.start("other", graph).join()).hasMessageContaining("other does not start: it hangs in");
        assertThat(flows.find("other")).isEmpty();
        assertThat(answer()).isEqualTo("x a1.0.0 b1.0.0 c1.0.0");
        letGo.countDown();
        assertThat(opened.await(10, TimeUnit.SECONDS)).isTrue();
        Awaitility.await().untilAsserted(() -> assertThat(flows.events().latest())
                .anyMatch(event -> event instanceof Event.FlowStopped && event.flow().equals("other")));
        Awaitility.await().untilAsserted(() -> assertThat(flows.find("other")).isEmpty());
    }

    private static void awaitWhateverInterrupts(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                assertThat(latch.getCount()).isNotZero();
            }
        }
    }

    @Test
    void a_graph_that_a_person_started_outlasts_a_restart() throws Exception {
        flows.stop("flow", Duration.ofSeconds(5));
        coordinator.start("flow", pinned()).join();
        flows.stop("flow", Duration.ofSeconds(5));
        coordinator = coordinator();
        offer(GRAPH);
        assertThat(flow().graph()).isEqualTo(pinned());
    }

    @Test
    void a_stopped_flow_that_is_started_with_another_text_has_the_versions_that_this_wishes_for() throws Exception {
        catalog.start(say("b", "2.0.0", 24));
        coordinator.stop("flow", Duration.ofSeconds(5)).join();
        coordinator.start("flow", new FbpParser().parse(
                "feed(feed) OUT -> IN a(a) OUT -> IN b(b:version=2) OUT -> IN c(c) OUT -> IN collect(collect)")).join();
        assertThat(answer()).isEqualTo("x a1.0.0 b2.0.0 c1.0.0");
    }

    @Test
    void a_stopped_flow_stays_stopped_over_a_restart_unless_the_platform_is_started_for_it() throws Exception {
        coordinator.stop("flow", Duration.ofSeconds(5)).join();
        coordinator = coordinator();
        coordinator.lookAround(true);
        assertThat(flows.find("flow")).isEmpty();
        coordinator.wanted("flow");
        coordinator.lookAround(true);
        assertThat(answer()).isEqualTo("x a1.0.0 b1.0.0 c1.0.0");
    }

    @Test
    void a_restarted_coordinator_finds_the_running_flow_and_does_nothing_to_it() throws Exception {
        arrive(say("b", "1.1.0", 14));
        coordinator = coordinator();
        coordinator.lookAround(true);
        assertThat(coordinator.history("flow")).hasSize(1);
        assertThat(answer()).isEqualTo("x a1.0.0 b1.1.0 c1.0.0");
    }

    @Test
    void an_aborted_version_is_not_tried_again_by_itself_but_when_a_person_asks() throws Exception {
        var failure = new AtomicReference<>(new IllegalStateException("no disk"));
        expectAborted(b2(Say.class, () -> {
            IllegalStateException thrown = failure.get();
            if (thrown != null) {
                throw thrown;
            }
            return new Say("healed");
        }), "no disk");
        failure.set(null);
        arrive(say("a", "1.1.0", 13));
        assertThat(answer()).isEqualTo("x a1.1.0 b1.0.0 c1.0.0");
        coordinator = coordinator();
        coordinator.lookAround(true);
        assertThat(answer()).isEqualTo("x a1.1.0 b1.0.0 c1.0.0");
        assertThat(update("b=b@2.0.0")).singleElement().asString().contains("SWITCHED");
        assertThat(answer()).isEqualTo("x a1.1.0 healed c1.0.0");
    }

    @Test
    void an_aborted_version_is_tried_again_when_nothing_else_is_left() throws Exception {
        var failure = new AtomicReference<>(new IllegalStateException("no disk"));
        expectAborted(b2(Say.class, () -> {
            IllegalStateException thrown = failure.getAndSet(null);
            if (thrown != null) {
                throw thrown;
            }
            return new Say("healed");
        }), "no disk");
        go((TestVersion) flow().version("b"));
        assertThat(answer()).isEqualTo("x a1.0.0 healed c1.0.0");
    }

    @Test
    void an_aborted_version_that_fails_again_when_nothing_else_is_left_is_not_tried_for_ever() throws Exception {
        var made = new AtomicInteger();
        expectAborted(b2(Say.class, () -> {
            made.incrementAndGet();
            throw new IllegalStateException("no disk");
        }), "no disk");
        TestVersion first = (TestVersion) flow().version("b");
        go(first);
        coordinator.lookAround(true);
        assertThat(made).hasValue(2);
        assertThat(flow().status().get(2).held()).contains("no other that fits b is there");
        inbox.offer("held");
        arrive(first);
        assertThat(out.poll(10, TimeUnit.SECONDS)).isEqualTo("held a1.0.0 b1.0.0 c1.0.0");
    }

    @Test
    void a_version_whose_open_throws_is_aborted() throws Exception {
        expectAborted(b2(Say.class, () -> new Say("sick") {
            @Override
            public void open(Context context) {
                throw new IllegalArgumentException("no licence");
            }
        }), "no licence");
    }

    @Test
    void a_version_whose_open_hangs_is_aborted_at_the_deadline_and_named() throws Exception {
        var never = new CountDownLatch(1);
        expectAborted(b2(Say.class, () -> new Say("sick") {
            @Override
            public void open(Context context) throws Exception {
                never.await();
            }
        }), "making and opening b@2.0.0 for b hangs");
    }

    @Test
    void a_handover_that_throws_is_aborted_and_the_old_state_goes_on() throws Exception {
        countWith(() -> new Count("two-") {
            @Override
            public void restore(Counted state) {
                throw new IllegalStateException("bad state");
            }
        }, "bad state");
    }

    @Test
    void a_handover_that_hangs_is_aborted_at_the_deadline_and_named() throws Exception {
        var never = new CountDownLatch(1);
        countWith(() -> new Count("two-") {
            @Override
            public void restore(Counted state) throws Exception {
                never.await();
            }
        }, "the handover of b to b@3.0.0 hangs");
    }

    private void countWith(Supplier<Count> sick, String reason) throws InterruptedException {
        arrive(b2(Count.class, () -> new Count("two-")));
        assertThat(answer()).isEqualTo("x a1.0.0 two-1 c1.0.0");
        arrive(TestVersion.of("b", "3.0.0", 34, Count.class, sick));
        assertThat(coordinator.history("flow").getLast()).contains("ABORTED").contains(reason);
        assertThat(answer()).isEqualTo("x a1.0.0 two-2 c1.0.0");
    }

    @Test
    void a_state_of_another_shape_is_refused_by_the_plan() throws Exception {
        arrive(b2(Count.class, () -> new Count("two-")));
        arrive(TestVersion.of("b", "3.0.0", 34, Misfit.class, Misfit::new));
        assertThat(coordinator.history("flow").getLast()).contains("the plan is refused")
                .contains("nothing is there for its component text");
        assertThat(answer()).isEqualTo("x a1.0.0 two-1 c1.0.0");
    }

    @Test
    void a_version_that_would_lose_the_state_is_refused_by_the_plan() throws Exception {
        arrive(b2(Count.class, () -> new Count("two-")));
        arrive(say("b", "3.0.0", 34));
        assertThat(coordinator.history("flow").getLast()).contains("keeps none, so it would be lost");
        assertThat(answer()).isEqualTo("x a1.0.0 two-1 c1.0.0");
    }

    @Test
    void ports_that_do_not_fit_are_refused_with_both_ends_named() throws Exception {
        expectAborted(
                b2(Numbers.class, Numbers::new),
                "flow/a.OUT (a@1.0.0 of bundle 3) cannot feed flow/b.IN (b@2.0.0 of bundle 24): a java.lang.String is no java.lang.Integer");
    }

    @Test
    void an_operator_busy_with_one_packet_makes_the_deadline_pass_and_is_named() throws Exception {
        var entered = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        arrive(b2(Stuck.class, () -> new Stuck(entered, letGo)));
        inbox.offer("x");
        assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
        arrive(say("b", "3.0.0", 34));
        assertThat(coordinator.history("flow").getLast()).contains("ABORTED")
                .contains("flow/b waits for marker 2: b@2.0.0 has been in apply() for ");
        letGo.countDown();
        assertThat(out.poll(10, TimeUnit.SECONDS)).isEqualTo("x a1.0.0 stuck c1.0.0");
        assertThat(flow().isPassing()).isFalse();
    }

    /** What a person does, or the stop of the coordinator, when an update has come to a place. */
    private Thread cancelAt(CountDownLatch place) {
        coordinator = new Coordinator(flows, catalog, new FlowStore(home), Duration.ofSeconds(30));
        return Thread.startVirtualThread(() -> {
            try {
                place.await();
                coordinator.cancel("flow", "cancelled by a person");
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void an_update_that_is_cancelled_while_a_version_opens_is_aborted_with_the_reason() throws Exception {
        var opening = new CountDownLatch(1);
        Thread person = cancelAt(opening);
        expectAborted(b2(Say.class, () -> new Say("slow") {
            @Override
            public void open(Context context) throws InterruptedException {
                opening.countDown();
                new CountDownLatch(1).await();
            }
        }), "cancelled by a person");
        person.join();
    }

    @Test
    void an_update_that_is_cancelled_while_the_region_waits_lets_it_go_on() throws Exception {
        var handingOver = new CountDownLatch(1);
        Thread person = cancelAt(handingOver);
        expectAborted(b2(Count.class, () -> new Count("slow") {
            @Override
            public void begin() throws InterruptedException {
                handingOver.countDown();
                new CountDownLatch(1).await();
            }
        }), "cancelled by a person");
        person.join();
    }

    @Test
    void what_is_recorded_of_a_pair_is_both_new_versions_though_one_node_still_works_on_its_last_packet() throws Exception {
        var entered = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        arrive(TestVersion.of("c", "1.1.0", 25, Stuck.class, () -> new Stuck(entered, letGo)));
        inbox.offer("x");
        assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
        arrive(say("a", "2.0.0", 33, "c 2.0.0"), say("c", "2.0.0", 35, "a 2.0.0"));
        assertThat(coordinator.history("flow").getLast()).contains("SWITCHED");
        assertThat(flow().version("c").label()).as("still at work").isEqualTo("c@1.1.0");
        assertThat(new FlowStore(home).load().get("flow").versions).containsEntry("a", "a@2.0.0#33").containsEntry("c", "c@2.0.0#35");
        letGo.countDown();
        assertThat(out.poll(10, TimeUnit.SECONDS)).isEqualTo("x a1.0.0 b1.0.0 stuck");
        assertThat(answer()).isEqualTo("x a2.0.0 b1.0.0 c2.0.0");
    }

    @Test
    void a_flow_whose_record_is_damaged_is_not_started_over_it() throws Exception {
        flows.stop("flow", Duration.ofSeconds(5));
        try (var journal = new Journal(home.resolve("journal"), FileChannel::open)) {
            journal.append("FLOW\nname=flow\ngraph=damaged(", true);
        }
        coordinator = coordinator();
        coordinator.offer("flow", new Origin("the test", "1"), GRAPH);
        coordinator.bring("flow", FILE, GRAPH, true);
        coordinator.lookAround(true);
        assertThat(flows.all()).isEmpty();
        try (var journal = new Journal(home.resolve("journal"), FileChannel::open)) {
            assertThat(journal.records()).last().asString().contains("damaged");
        }
    }

    @Test
    void an_update_that_is_cancelled_names_its_flow_and_no_other() {
        assertThat(coordinator.cancel("flow", "nothing is under way")).isFalse();
    }

    @Test
    void a_version_that_is_not_there_is_refused_with_those_that_are() {
        assertThatThrownBy(() -> update("b=b@7.0.0")).hasMessageContaining("b 7.0.0 is not there; there are [1.0.0]");
        assertThat(coordinator.history("flow")).isEmpty();
    }

    @Test
    void an_unknown_node_or_flow_is_named_with_those_there_are() {
        assertThatThrownBy(() -> update("z=b@1.0.0")).hasMessageContaining("no node 'z'; there are feed, a, b, c, collect");
        assertThatThrownBy(() -> coordinator.plan("other", List.of(), home)).hasMessageContaining("no flow 'other' runs; there are [flow]");
    }

    @Test
    void a_hundred_versions_in_a_row_lose_no_text() throws Exception {
        for (int i = 1; i <= 100; i++) {
            inbox.offer("text" + i);
            arrive(say("b", "1." + i + ".0", 100 + i));
        }
        assertThat(coordinator.history("flow")).hasSize(100).allMatch(line -> line.contains("SWITCHED"));
        for (int i = 1; i <= 100; i++) {
            assertThat(out.poll(10, TimeUnit.SECONDS)).startsWith("text" + i + " a1.0.0 b1.");
        }
    }
}
