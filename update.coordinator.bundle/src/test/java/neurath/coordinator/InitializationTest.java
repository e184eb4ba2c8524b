package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import neurath.api.Initializing.Progress;
import neurath.coordinator.Sites.Mark;
import neurath.coordinator.Sites.Ordered;
import neurath.coordinator.Sites.Pages;
import neurath.coordinator.Sites.Silent;
import neurath.coordinator.Sites.Site;
import neurath.coordinator.Sites.Spilling;
import neurath.coordinator.Sites.Warm;
import neurath.coordinator.Sites.Warming;
import neurath.coordinator.Texts.Say;
import neurath.engine.Flow;
import neurath.events.Event;
import neurath.events.Phase;
import neurath.graph.Graph;
import neurath.graph.fbp.FbpParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Instances that need time, or a flow, to become ready: the marker waits for them, and what runs goes on. */
class InitializationTest extends OnTexts {
    private static final Graph GRAPH = new FbpParser().parse("feed(feed) OUT -> IN site(site) OUT -> IN collect(collect)");
    private static final Duration LIMIT = Duration.ofMillis(500);
    private static final Duration STEP = Duration.ofMillis(100);

    private final CountDownLatch letGo = new CountDownLatch(1);

    @BeforeEach
    void serve() throws Exception {
        catalog.start(
                TestVersion.of("site", "1.0.0", 3, Say.class, () -> new Say("old")));
        coordinator = new Coordinator(flows, catalog, new FlowStore(home), LIMIT);
        offer(GRAPH);
        assertThat(answer()).isEqualTo("x old");
    }

    @AfterEach
    void letGo() {
        letGo.countDown();
    }

    private static TestVersion site(Warm instance) {
        return TestVersion.of("site", "2.0.0", 4, Warm.class, () -> instance);
    }

    private static Warm warm(Warming warming) {
        return new Warm("new", warming);
    }

    private List<String> details(Phase phase) {
        return events.stream()
                .filter(event -> event instanceof Event.UpdatePhase update && update.phase() == phase)
                .map(event -> ((Event.UpdatePhase) event).detail())
                .toList();
    }

    private void expectAborted(String reason) throws InterruptedException {
        assertThat(details(Phase.ABORTED)).singleElement().asString().contains(reason);
        assertThat(details(Phase.MARKING)).isEmpty();
        assertThat(answer()).isEqualTo("x old");
        assertThat(flows.find("flow").orElseThrow().revision()).isEqualTo(1);
    }

    private static void steps(Progress progress, int steps) {
        for (int i = 1; i <= steps; i++) {
            LockSupport.parkNanos(STEP.toNanos());
            progress.say(i + " of " + steps);
        }
    }

    // ---- an operator that needs time ----

    @Test
    void the_marker_waits_until_the_new_instance_is_ready_and_the_old_one_serves_meanwhile() throws Exception {
        var began = new CountDownLatch(1);
        var done = CompletableFuture.runAsync(() -> arrive(site(warm(progress -> {
            progress.say("1 of 2 pages");
            began.countDown();
            letGo.await();
        }))));
        assertThat(began.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(answer()).isEqualTo("x old");
        assertThat(details(Phase.PREPARED)).isEmpty();
        assertThat(coordinator.progressOf("flow")).singleElement().asString().contains("PLANNED", "not ready yet: site: 1 of 2 pages, in ");
        letGo.countDown();
        done.get(10, TimeUnit.SECONDS);
        assertThat(answer()).isEqualTo("x new");
        assertThat(details(Phase.PREPARED)).singleElement().asString().contains("site was ready after", "1 of 2 pages");
    }

    @Test
    void it_may_take_longer_than_the_deadline_as_long_as_it_says_that_it_goes_on() throws Exception {
        arrive(site(warm(progress -> steps(progress, 12))));
        assertThat(answer()).isEqualTo("x new");
    }

    @Test
    void who_says_nothing_for_as_long_as_the_deadline_is_aborted_and_named() throws Exception {
        Warm silent = warm(progress -> letGo.await());
        arrive(site(silent));
        expectAborted("getting ready: nothing has moved for PT0.5S, at site: nothing said yet, in ");
        assertThat(silent.closed.await(10, TimeUnit.SECONDS)).as("it was interrupted, and closed").isTrue();
    }

    @Test
    void what_it_throws_aborts_and_the_old_version_goes_on() throws Exception {
        arrive(site(warm(progress -> {
            throw new IllegalStateException("no pages");
        })));
        expectAborted("flow/site: site@2.0.0 does not become ready: IllegalStateException: no pages");
    }

    @Test
    void cancelling_interrupts_it() throws Exception {
        var began = new CountDownLatch(1);
        Warm endless = warm(progress -> {
            began.countDown();
            while (true) {
                progress.say("still there");
                letGo.await(1, TimeUnit.MILLISECONDS);
            }
        });
        var done = CompletableFuture.runAsync(() -> arrive(site(endless)));
        assertThat(began.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(coordinator.cancel("flow", "cancelled by a person")).isTrue();
        done.get(10, TimeUnit.SECONDS);
        expectAborted("cancelled by a person");
        assertThat(endless.closed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void one_that_does_not_return_is_left_behind_and_closed_when_it_does() throws Exception {
        Warm deaf = warm(progress -> awaitWhateverInterrupts(letGo));
        arrive(site(deaf));
        expectAborted("nothing has moved");
        assertThat(deaf.closed.getCount()).isEqualTo(1);
        letGo.countDown();
        assertThat(deaf.closed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(deaf.wasClosedAtWork()).isFalse();
    }

    private static void awaitWhateverInterrupts(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                assertThat(latch.getCount()).as("deaf to interrupts").isPositive();
            }
        }
    }

    @Test
    void several_get_ready_at_the_same_time_and_if_one_fails_none_is_put_in() throws Exception {
        var together = new CyclicBarrier(2);
        catalog.start(TestVersion.of("more", "1.0.0", 5, Warm.class, () -> new Warm("more", progress -> together.await())));
        Graph more = new FbpParser().parse(
                "feed(feed) OUT -> IN site(site) OUT -> IN a(more) OUT -> IN b(more) OUT -> IN collect(collect)");
        coordinator.bring("flow", new Origin("the test", "2"), more, true);
        assertThat(answer()).isEqualTo("x old more more");

        Warm waits = new Warm("waits", progress -> letGo.await());
        arrive(
                TestVersion.of("site", "3.0.0", 6, Warm.class, () -> waits, "more 3.0.0"),
                TestVersion.of("more", "3.0.0", 7, Warm.class, () -> new Warm("fails", progress -> {
                    throw new IllegalStateException("no");
                }), "site 3.0.0"));
        assertThat(details(Phase.ABORTED)).last().asString().contains("more@3.0.0 does not become ready: IllegalStateException: no");
        assertThat(waits.closed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(answer()).isEqualTo("x old more more");
    }

    @Test
    void it_comes_between_open_and_the_first_or_the_old_state() throws Exception {
        var calls = new CopyOnWriteArrayList<String>();
        arrive(TestVersion.of("site", "2.0.0", 4, Ordered.class, () -> new Ordered(calls)));
        assertThat(calls).containsExactly("open", "initialize", "begin");
        calls.clear();
        arrive(TestVersion.of("site", "3.0.0", 5, Ordered.class, () -> new Ordered(calls)));
        assertThat(calls).containsExactly("open", "initialize", "restore");
    }

    @Test
    void at_the_start_of_a_flow_and_where_a_node_is_inserted_it_comes_before_the_first_state() throws Exception {
        var calls = new CopyOnWriteArrayList<String>();
        catalog.start(TestVersion.of("more", "1.0.0", 5, Ordered.class, () -> new Ordered(calls)));
        coordinator.bring("flow", new Origin("the test", "2"), new FbpParser().parse(
                "feed(feed) OUT -> IN site(site) OUT -> IN more(more) OUT -> IN collect(collect)"), true);
        assertThat(answer()).isEqualTo("x old 1");
        assertThat(calls).containsExactly("open", "initialize", "begin");
        calls.clear();
        coordinator.start("other", new FbpParser().parse("feed(feed) OUT -> IN more(more) OUT -> IN collect(collect)")).join();
        assertThat(calls).containsExactly("open", "initialize", "begin");
    }

    @Test
    void an_instance_that_was_kept_is_ready_when_it_is_put_in_again() throws Exception {
        coordinator = new Coordinator(
                flows, catalog, new FlowStore(home), LIMIT, new Health(Duration.ofHours(1), 0.01, 0), Schedule.onTheCallersThread());
        Warm kept = warm(progress -> {});
        arrive(site(kept));
        coordinator.confirm("flow");
        arrive(TestVersion.of("site", "3.0.0", 5, Say.class, () -> new Say("newer")));
        assertThat(answer()).isEqualTo("x newer");
        assertThat(coordinator.rollback("flow", "asked for").join().toString()).contains("ROLLED BACK");
        assertThat(answer()).isEqualTo("x new");
        assertThat(kept.initialized).hasValue(1);
    }

    @Test
    void a_flow_starts_when_its_instances_are_ready_however_long_they_move() throws Exception {
        Warm slow = warm(progress -> steps(progress, 12));
        catalog.start(TestVersion.of("slow", "1.0.0", 5, Warm.class, () -> slow));
        coordinator.offer("other", new Origin("the test", "1"), new FbpParser().parse("feed(feed) OUT -> IN slow(slow)"));
        coordinator.lookAround(true);
        assertThat(flows.find("other")).isPresent();
        assertThat(slow.initialized).hasValue(1);
    }

    @Test
    void the_start_of_a_flow_is_shown_and_can_be_cancelled() throws Exception {
        var began = new CountDownLatch(1);
        Warm slow = warm(progress -> {
            progress.say("almost");
            began.countDown();
            letGo.await();
        });
        catalog.start(TestVersion.of("slow", "1.0.0", 5, Warm.class, () -> slow));
        var done = CompletableFuture.runAsync(
                () -> coordinator.start("other", new FbpParser().parse("feed(feed) OUT -> IN slow(slow)")).join());
        assertThat(began.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(coordinator.progressOf("other")).singleElement().asString().contains("other is being started", "slow: almost");
        assertThat(coordinator.cancel("other", "cancelled by a person")).isTrue();
        assertThatThrownBy(() -> done.get(10, TimeUnit.SECONDS)).hasMessageContaining("other does not start: cancelled by a person");
        assertThat(slow.closed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(flows.find("other")).isEmpty();
        assertThat(coordinator.progressOf("other")).isEmpty();
    }

    @Test
    void a_start_that_does_not_move_is_given_up_and_says_where_it_is() throws Exception {
        catalog.start(TestVersion.of("slow", "1.0.0", 5, Warm.class, () -> warm(progress -> letGo.await())));
        assertThatThrownBy(() -> coordinator.start("other", new FbpParser().parse("feed(feed) OUT -> IN slow(slow)")).join())
                .hasMessageContaining("other does not start: what is to become ready does not move (slow: nothing said yet, in ");
    }

    // ---- an initial flow ----

    private final TestVersion pages = TestVersion.of("pages", "1.0.0", 10, Pages.class, Pages::new);
    private final TestVersion mark = TestVersion.of("mark", "1.0.0", 11, Mark.class, Mark::new);
    private final TestVersion site = TestVersion.of("site", "2.0.0", 4, Site.class, Site::new);

    @Test
    void what_comes_out_of_the_initial_flow_is_given_to_the_new_instance_before_the_marker() throws Exception {
        catalog.start(pages, mark);
        arrive(site);
        assertThat(answer()).isEqualTo("x [p1!, p2!, p3!]");
        assertThat(pages.alive).hasValue(0);
        assertThat(mark.alive).hasValue(0);
        assertThat(flows.all()).extracting(Flow::name).containsExactly("flow");
        assertThat(coordinator.records()).extracting(FlowRecord::name).containsExactly("flow");
    }

    @Test
    void the_initial_flow_gets_the_nodes_parameters_and_the_plan_shows_it() throws Exception {
        catalog.start(pages, mark);
        coordinator.policy("flow", FlowRecord.Policy.MANUAL);
        arrive(site);
        String change = "'2' -> PAGES site(site:version=2) feed(feed) OUT -> IN site OUT -> IN collect(collect)";
        assertThat(coordinator.plan("flow", List.of(change), home)).singleElement().asString()
                .contains("init    site  by its initial flow: read pages@1.0.0, mark mark@1.0.0");
        coordinator.update("flow", List.of(change), home).join();
        assertThat(answer()).isEqualTo("x [p1!, p2!]");
    }

    @Test
    void a_flow_starts_when_the_initial_flow_of_its_node_has_ended() throws Exception {
        catalog.start(pages, mark, TestVersion.of("other", "1.0.0", 5, Site.class, Site::new));
        flows.stop("flow", Duration.ofSeconds(5));
        coordinator.start("other", new FbpParser().parse("feed(feed) OUT -> IN other(other) OUT -> IN collect(collect)")).join();
        assertThat(answer()).isEqualTo("x [p1!, p2!, p3!]");
        assertThat(flows.all()).extracting(Flow::name).containsExactly("other");
    }

    @Test
    void a_flow_waits_for_the_operators_of_an_initial_flow() throws Exception {
        catalog.start(pages, TestVersion.of("other", "1.0.0", 5, Site.class, Site::new));
        coordinator.offer("other", new Origin("the test", "1"), new FbpParser().parse("feed(feed) OUT -> IN other(other)"));
        coordinator.lookAround(true);
        assertThat(flows.find("other")).isEmpty();
        assertThat(events).anyMatch(event -> event instanceof Event.Notice notice
                && notice.text().contains("waits to be started for other for other; other@1.0.0 of bundle 5 waits for mark"));
        arrive(mark);
        assertThat(flows.find("other")).isPresent();
    }

    @Test
    void a_packet_that_fails_in_it_aborts_and_leaves_nothing_behind() throws Exception {
        catalog.start(pages, TestVersion.of("mark", "1.0.0", 11, Mark.class, () -> new Mark() {
            @Override
            public String apply(String page) {
                throw new IllegalStateException("no mark for " + page);
            }
        }));
        arrive(site);
        expectAborted("flow/site: site@2.0.0 does not become ready: flow/site~init/mark@1.0.0 failed on p1: "
                + "java.lang.IllegalStateException: no mark for p1");
    }

    @Test
    void a_packet_that_the_new_instance_cannot_take_aborts() throws Exception {
        catalog.start(pages, mark);
        arrive(TestVersion.of("site", "2.0.0", 4, Site.class, () -> new Site() {
            @Override
            public void open(neurath.api.Context context) {
                context.receive("PAGE", String.class, page -> {
                    throw new IllegalStateException("no room for " + page);
                });
            }
        }));
        expectAborted("no room for p1!");
    }

    @Test
    void a_packet_that_is_dropped_in_it_aborts() throws Exception {
        catalog.start(pages, TestVersion.of("mark", "1.0.0", 11, Spilling.class, Spilling::new));
        arrive(site);
        expectAborted("flow/site~init/mark: mark@1.0.0 lost 3 packets");
    }

    @Test
    void one_that_does_not_end_and_does_not_move_aborts_and_says_who_is_not_done() throws Exception {
        catalog.start(mark, TestVersion.of("pages", "1.0.0", 10, Silent.class, Silent::new));
        arrive(site);
        expectAborted("site: flow/site~init has handled 0 packets and has yet to finish read");
    }

    @Test
    void cancelling_ends_it() throws Exception {
        var began = new CountDownLatch(1);
        catalog.start(mark, TestVersion.of("pages", "1.0.0", 10, Pages.class, () -> new Pages() {
            @Override
            public boolean produce() {
                began.countDown();
                return true;
            }
        }));
        var done = CompletableFuture.runAsync(() -> arrive(site));
        assertThat(began.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(flows.all()).as("it is nobody's flow").extracting(Flow::name).containsExactly("flow");
        assertThat(coordinator.cancel("flow", "cancelled by a person")).isTrue();
        done.get(10, TimeUnit.SECONDS);
        expectAborted("cancelled by a person");
    }

    @Test
    void a_version_waits_until_the_operators_of_its_initial_flow_are_there() throws Exception {
        catalog.start(pages);
        arrive(site);
        assertThat(answer()).isEqualTo("x old");
        assertThat(coordinator.history("flow")).isEmpty();
        assertThat(coordinator.pending("flow")).containsExactly("site@2.0.0 of bundle 4 waits for mark of its initial flow to be started");
        assertThatThrownBy(() -> coordinator.update("flow", List.of("site=site@2.0.0"), home))
                .hasMessageContaining("refused: flow/site~init/mark: no version of mark is there");
        arrive(mark);
        assertThat(answer()).isEqualTo("x [p1!, p2!, p3!]");
    }

    @Test
    void types_in_it_are_checked_when_the_update_is_planned() throws Exception {
        catalog.start(pages, TestVersion.of("mark", "1.0.0", 11, Texts.Numbers.class, Texts.Numbers::new));
        arrive(site);
        expectAborted("flow/site~init/read.OUT (pages@1.0.0 of bundle 10) cannot feed flow/site~init/mark.IN");
        assertThat(details(Phase.PLANNED)).containsExactly("refused");
    }
}
