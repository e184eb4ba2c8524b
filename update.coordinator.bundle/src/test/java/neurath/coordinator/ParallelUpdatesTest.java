package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import neurath.api.Context;
import neurath.coordinator.Texts.Collect;
import neurath.coordinator.Texts.Feed;
import neurath.coordinator.Texts.Inbox;
import neurath.coordinator.Texts.Say;
import neurath.coordinator.Texts.Stuck;
import neurath.engine.FlowException;
import neurath.engine.Flow;
import neurath.engine.Flows;
import neurath.engine.Threads;
import neurath.events.Events;
import neurath.graph.Graph;
import neurath.graph.fbp.FbpParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several updates at a time, with threads as in a platform: two ways through one flow, and each text goes both. */
class ParallelUpdatesTest {
    private static final String WAYS = "feed(feed) OUT -> IN a(a) OUT -> IN b(b) OUT -> IN collect(collect)\n"
            + "feed2(feed2) OUT -> IN c(c) OUT -> IN d(d) OUT -> IN collect2(collect2)";

    @TempDir
    Path home;

    private final TestCatalog catalog = new TestCatalog();
    private final Map<String, BlockingQueue<String>> out = new HashMap<>();
    private final Flows flows = new Flows(new Events(Runnable::run), Threads.ofTheJdk(), text -> text);
    private final Map<String, Inbox> inboxes = new HashMap<>();
    private final ExecutorService workers = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());
    private final ExecutorService thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
    private Coordinator coordinator;

    @BeforeEach
    void serve() throws Exception {
        for (String way : List.of("", "2")) {
            var inbox = new Inbox();
            var texts = new LinkedBlockingQueue<String>();
            inboxes.put(way, inbox);
            out.put(way, texts);
            catalog.start(
                    TestVersion.of("feed" + way, "1.0.0", 1, Feed.class, () -> new Feed(inbox)),
                    TestVersion.of("collect" + way, "1.0.0", 2, Collect.class, () -> new Collect(texts)));
        }
        catalog.start(say("a", "1.0.0"), say("b", "1.0.0"), say("c", "1.0.0"), say("d", "1.0.0"));
        coordinator = decide(() -> coordinator());
        decide(() -> {
            coordinator.offer("flow", new Origin("the test", "1"), new FbpParser().parse(WAYS));
            coordinator.lookAround(true);
            coordinator.policy("flow", FlowRecord.Policy.MANUAL);
            return null;
        });
        await().until(() -> flows.find("flow").isPresent());
        assertThat(answer("")).isEqualTo("x a1.0.0 b1.0.0");
        assertThat(answer("2")).isEqualTo("x c1.0.0 d1.0.0");
    }

    private Coordinator coordinator() {
        return new Coordinator(
                flows, catalog, new FlowStore(home), Duration.ofSeconds(10), Health.NONE,
                new Schedule(workers, thread, () -> thread.execute(() -> coordinator.lookAround(true))));
    }

    @AfterEach
    void stop() throws Exception {
        decide(() -> coordinator.close("the test is over")).get(10, TimeUnit.SECONDS);
        flows.stop("flow", Duration.ofSeconds(5));
        for (Inbox inbox : inboxes.values()) {
            inbox.close();
        }
        workers.shutdown();
        assertThat(workers.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        thread.shutdown();
        assertThat(thread.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private static TestVersion say(String operator, String version, String... partners) {
        return TestVersion.of(operator, version, version.charAt(0) * 100 + operator.charAt(0), Say.class,
                () -> new Say(operator + version), partners);
    }

    /** A version whose update does not get on before it is let go. */
    private static final class Slow extends Say {
        private final CountDownLatch opening;
        private final CountDownLatch letGo;

        Slow(String word, CountDownLatch opening, CountDownLatch letGo) {
            super(word);
            this.opening = opening;
            this.letGo = letGo;
        }

        @Override
        public void open(Context context) throws Exception {
            opening.countDown();
            letGo.await();
            super.open(context);
        }
    }

    private static TestVersion slow(String operator, String version, CountDownLatch opening, CountDownLatch letGo, String... partners) {
        return TestVersion.of(operator, version, version.charAt(0) * 100 + operator.charAt(0), Say.class,
                () -> new Slow(operator + version, opening, letGo), partners);
    }

    private <T> T decide(Callable<T> decision) throws Exception {
        return thread.submit(decision).get(10, TimeUnit.SECONDS);
    }

    private CompletableFuture<List<Outcome>> update(String... change) throws Exception {
        return decide(() -> coordinator.update("flow", List.of(change), home));
    }

    private static List<Outcome> ended(CompletableFuture<List<Outcome>> update) throws Exception {
        return update.get(10, TimeUnit.SECONDS);
    }

    private List<String> waiting() throws Exception {
        return decide(() -> coordinator.waiting("flow"));
    }

    private String answer(String way) throws InterruptedException {
        inboxes.get(way).offer("x");
        return out.get(way).poll(10, TimeUnit.SECONDS);
    }

    private Flow flow() {
        return flows.find("flow").orElseThrow();
    }

    private static Graph graph(String text) {
        return new FbpParser().parse(text);
    }

    @Test
    void an_update_elsewhere_overtakes_one_that_takes_its_time_and_both_stay() throws Exception {
        var opening = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        catalog.start(slow("b", "2.0.0", opening, letGo), say("c", "2.0.0"));
        var slow = update("b=b@2.0.0");
        assertThat(opening.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(ended(update("c=c@2.0.0"))).singleElement().isInstanceOf(Outcome.Completed.class);
        assertThat(answer("2")).isEqualTo("x c2.0.0 d1.0.0");
        assertThat(slow).isNotDone();
        letGo.countDown();
        assertThat(ended(slow)).singleElement().isInstanceOf(Outcome.Completed.class);
        assertThat(answer("")).isEqualTo("x a1.0.0 b2.0.0");
        assertThat(answer("2")).isEqualTo("x c2.0.0 d1.0.0");
        assertThat(flow().revision()).isEqualTo(3);
        try (FlowStore store = new FlowStore(home)) {
            FlowRecord found = store.load().get("flow");
            assertThat(found.versions).containsEntry("b", catalog.key(flow().version("b"))).containsEntry("c",
                    catalog.key(flow().version("c")));
            assertThat(found.graph).isEqualTo(flow().graph());
            assertThat(store.history("flow")).hasSize(2);
        }
    }

    @Test
    void the_code_of_a_version_that_is_on_its_way_is_not_thrown_away_meanwhile() throws Exception {
        var opening = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        TestVersion coming = slow("b", "2.0.0", opening, letGo);
        catalog.start(coming);
        var slow = update("b=b@2.0.0");
        assertThat(opening.await(10, TimeUnit.SECONDS)).isTrue();
        String running = catalog.key(flow().version("b"));
        assertThat(decide(() -> coordinator.keysInUse())).contains(catalog.key(coming), running);
        assertThat(decide(() -> coordinator.remembers(coming.origin()))).isTrue();
        letGo.countDown();
        ended(slow);
        assertThat(decide(() -> coordinator.keysInUse())).contains(catalog.key(coming)).doesNotContain(running);
    }

    @Test
    void graphs_that_change_at_two_places_at_once_become_one() throws Exception {
        var opening = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        catalog.start(slow("new", "1.0.0", opening, letGo), say("other", "1.0.0"));
        var slow = update(WAYS.replace("b(b) OUT -> IN collect", "b(b) OUT -> IN new(new) OUT -> IN collect"));
        assertThat(opening.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(ended(update(WAYS.replace("c(c) OUT -> IN d(d)", "c(c) OUT -> IN other(other) OUT -> IN d(d)")))).hasSize(1);
        assertThat(answer("2")).isEqualTo("x c1.0.0 other1.0.0 d1.0.0");
        letGo.countDown();
        ended(slow);
        assertThat(answer("")).isEqualTo("x a1.0.0 b1.0.0 new1.0.0");
        assertThat(answer("2")).isEqualTo("x c1.0.0 other1.0.0 d1.0.0");
        assertThat(flow().graph().nodes()).containsKeys("new", "other");
        assertThat(flow().versions().keySet()).isEqualTo(flow().graph().nodes().keySet());
        assertThat(ended(update(WAYS))).singleElement().isInstanceOf(Outcome.Completed.class);
        assertThat(flow().graph()).isEqualTo(graph(WAYS));
        assertThat(answer("2")).isEqualTo("x c1.0.0 d1.0.0");
    }

    @Test
    void an_update_that_meets_another_waits_says_for_what_and_is_planned_for_what_it_finds() throws Exception {
        var opening = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        catalog.start(slow("b", "2.0.0", opening, letGo), say("b", "3.0.0"), say("a", "2.0.0"));
        var first = update("b=b@2.0.0");
        assertThat(opening.await(10, TimeUnit.SECONDS)).isTrue();
        var second = update("a=a@2.0.0", "b=b@3.0.0");
        assertThat(second).isNotDone();
        assertThat(waiting()).singleElement().asString().contains("update 1 touches b too");
        letGo.countDown();
        assertThat(ended(first)).singleElement().asString().contains("b 1.0.0 -> 2.0.0");
        assertThat(ended(second)).singleElement().asString().contains("b 2.0.0 -> 3.0.0").contains("a 1.0.0 -> 2.0.0");
        assertThat(answer("")).isEqualTo("x a2.0.0 b3.0.0");
    }

    @Test
    void an_update_to_what_runs_still_waits_for_the_one_that_takes_it_out() throws Exception {
        var opening = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        catalog.start(slow("b", "2.0.0", opening, letGo), say("d", "2.0.0"));
        var there = update("b=b@2.0.0");
        assertThat(opening.await(10, TimeUnit.SECONDS)).isTrue();
        var back = update("b=b@1.0.0");
        var backAndMore = update("b=b@1.0.0", "d=d@2.0.0");
        assertThat(waiting()).startsWith("update 1 touches b too");
        letGo.countDown();
        ended(there);
        assertThat(ended(back)).singleElement().asString().contains("b 2.0.0 -> 1.0.0");
        assertThat(ended(backAndMore)).singleElement().asString().contains("d 1.0.0 -> 2.0.0");
        assertThat(answer("")).isEqualTo("x a1.0.0 b1.0.0");
    }

    @Test
    void the_change_of_a_file_whose_turn_never_came_is_news_when_it_comes_again() throws Exception {
        var opening = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        catalog.start(slow("b", "2.0.0", opening, letGo), say("new", "1.0.0"));
        var slow = update("b=b@2.0.0");
        assertThat(opening.await(10, TimeUnit.SECONDS)).isTrue();
        var file = new Origin("flow.fbp", "2");
        Graph changed = graph(WAYS.replace("b(b) OUT -> IN collect", "b(b) OUT -> IN new(new) OUT -> IN collect"));
        decide(() -> {
            coordinator.bring("flow", file, changed, true);
            return null;
        });
        assertThat(waiting()).hasSize(1);
        decide(() -> coordinator.close("the coordinator is stopped")).get(10, TimeUnit.SECONDS);
        letGo.countDown();
        ended(slow);
        try (FlowStore store = new FlowStore(home)) {
            assertThat(store.load().get("flow").isNews(file)).as("after a restart").isTrue();
        }
    }

    @Test
    void what_waits_keeps_its_turn_though_what_comes_later_would_meet_nobody() throws Exception {
        var opening = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        catalog.start(slow("b", "2.0.0", opening, letGo), say("b", "3.0.0"), say("d", "2.0.0"));
        var first = update("b=b@2.0.0");
        assertThat(opening.await(10, TimeUnit.SECONDS)).isTrue();
        var second = update("b=b@3.0.0");
        var third = update("d=d@2.0.0");
        assertThat(waiting()).hasSize(2);
        letGo.countDown();
        ended(first);
        ended(second);
        ended(third);
        assertThat(decide(() -> coordinator.history("flow"))).hasSize(3);
        assertThat(answer("2")).isEqualTo("x c1.0.0 d2.0.0");
    }

    @Test
    void an_update_that_needs_what_another_brings_waits_for_it() throws Exception {
        var opening = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        catalog.start(slow("b", "2.0.0", opening, letGo), say("d", "2.0.0", "b 2.0.0"));
        var first = update("b=b@2.0.0");
        assertThat(opening.await(10, TimeUnit.SECONDS)).isTrue();
        var second = update("d=d@2.0.0");
        assertThat(second).isNotDone();
        assertThat(waiting()).singleElement().asString().isEqualTo("update 1 touches b too");
        letGo.countDown();
        ended(first);
        assertThat(ended(second)).singleElement().isInstanceOf(Outcome.Completed.class);
        assertThat(answer("2")).isEqualTo("x c1.0.0 d2.0.0");
    }

    @Test
    void an_update_whose_partner_goes_with_another_is_refused_when_that_has_ended() throws Exception {
        var opening = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        catalog.start(slow("b", "2.0.0", opening, letGo), say("d", "2.0.0", "b 1.0.0"));
        var first = update("b=b@2.0.0");
        assertThat(opening.await(10, TimeUnit.SECONDS)).isTrue();
        var second = update("d=d@2.0.0");
        assertThat(second).isNotDone();
        letGo.countDown();
        ended(first);
        assertThatThrownBy(() -> ended(second)).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(FlowException.class)
                .hasMessageContaining("d@2.0.0 works only with b 1.0.0");
        assertThat(answer("2")).isEqualTo("x c1.0.0 d1.0.0");
    }

    @Test
    void an_update_on_probation_goes_alone_and_the_next_confirms_it() throws Exception {
        var opening = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        catalog.start(slow("b", "2.0.0", opening, letGo), say("d", "2.0.0"));
        var first = update("b=b@2.0.0", "--probation", "1h");
        assertThat(opening.await(10, TimeUnit.SECONDS)).isTrue();
        var second = update("d=d@2.0.0");
        assertThat(waiting()).containsExactly("update 1 goes alone");
        letGo.countDown();
        ended(first);
        ended(second);
        assertThat(decide(() -> coordinator.isOnProbation("flow"))).isFalse();
        assertThat(answer("2")).isEqualTo("x c1.0.0 d2.0.0");
    }

    @Test
    void versions_that_arrive_while_others_are_brought_are_brought_afterwards_the_highest_only() throws Exception {
        var opening = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        decide(() -> {
            coordinator.policy("flow", FlowRecord.Policy.AUTO);
            catalog.start(slow("b", "2.0.0", opening, letGo));
            coordinator.lookAround(true);
            return null;
        });
        assertThat(opening.await(10, TimeUnit.SECONDS)).isTrue();
        for (int minor = 1; minor <= 100; minor++) {
            catalog.start(say("b", "3." + minor + ".0"), say("c", "3." + minor + ".0"));
        }
        decide(() -> {
            coordinator.lookAround(true);
            return null;
        });
        await().untilAsserted(() -> assertThat(answer("2")).isEqualTo("x c3.100.0 d1.0.0"));
        letGo.countDown();
        await().untilAsserted(() -> assertThat(answer("")).isEqualTo("x a1.0.0 b3.100.0"));
        assertThat(decide(() -> coordinator.history("flow"))).hasSize(3);
    }

    @Test
    void a_coordinator_that_stops_aborts_all_that_is_under_way_and_refuses_what_waits() throws Exception {
        var opening = new CountDownLatch(2);
        var letGo = new CountDownLatch(1);
        catalog.start(slow("b", "2.0.0", opening, letGo), slow("d", "2.0.0", opening, letGo), say("b", "3.0.0"));
        var one = update("b=b@2.0.0");
        var other = update("d=d@2.0.0");
        var waiting = update("b=b@3.0.0");
        assertThat(opening.await(10, TimeUnit.SECONDS)).isTrue();
        decide(() -> coordinator.close("the coordinator is stopped")).get(10, TimeUnit.SECONDS);
        assertThat(ended(one)).singleElement().asString().contains("ABORTED: the coordinator is stopped");
        assertThat(ended(other)).singleElement().asString().contains("ABORTED: the coordinator is stopped");
        assertThatThrownBy(() -> ended(waiting)).hasMessageContaining("the coordinator is stopped");
        letGo.countDown();
        assertThat(answer("")).isEqualTo("x a1.0.0 b1.0.0");
    }

    // ---- flows as a whole ----

    @Test
    void a_flow_that_takes_its_time_to_start_keeps_nobody_waiting_and_its_versions_are_in_use() throws Exception {
        var opening = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        TestVersion slow = slow("e", "1.0.0", opening, letGo);
        catalog.start(slow, say("a", "2.0.0"));
        CompletableFuture<Flow> other = decide(() -> coordinator.start("other", new FbpParser().parse("e(e)")));
        assertThat(opening.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(decide(() -> coordinator.doing("other"))).hasValue("is being started");
        assertThat(decide(() -> coordinator.keysInUse())).contains(catalog.key(slow));
        assertThat(update("a=a@2").get(10, TimeUnit.SECONDS)).singleElement().isInstanceOf(Outcome.Completed.class);
        assertThat(answer("")).isEqualTo("x a2.0.0 b1.0.0");
        assertThat(other).isNotDone();
        letGo.countDown();
        assertThat(other.get(10, TimeUnit.SECONDS).name()).isEqualTo("other");
        decide(() -> coordinator.stop("other", Duration.ofSeconds(5))).get(10, TimeUnit.SECONDS);
    }

    @Test
    void a_flow_that_takes_its_time_to_stop_keeps_nobody_waiting_but_who_asks_for_it() throws Exception {
        var entered = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        var inbox = new Inbox();
        var texts = new LinkedBlockingQueue<String>();
        catalog.start(
                say("a", "2.0.0"),
                TestVersion.of("feed3", "1.0.0", 1, Feed.class, () -> new Feed(inbox)),
                TestVersion.of("stuck", "1.0.0", 2, Stuck.class, () -> new Stuck(entered, letGo)),
                TestVersion.of("collect3", "1.0.0", 3, Collect.class, () -> new Collect(texts)));
        Graph graph = new FbpParser().parse("feed3(feed3) OUT -> IN stuck(stuck) OUT -> IN collect3(collect3)");
        decide(() -> coordinator.start("other", graph)).get(10, TimeUnit.SECONDS);
        inbox.offer("x");
        assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Void> stopped = decide(() -> coordinator.stop("other", Duration.ofSeconds(60)));
        assertThat(decide(() -> coordinator.doing("other"))).hasValue("is being stopped");
        assertThat(update("a=a@2").get(10, TimeUnit.SECONDS)).singleElement().isInstanceOf(Outcome.Completed.class);
        assertThat(answer("")).isEqualTo("x a2.0.0 b1.0.0");
        CompletableFuture<List<Outcome>> late = decide(() -> coordinator.update("other", List.of("stuck=stuck@1"), home));
        CompletableFuture<Flow> again = decide(() -> coordinator.start("other", null));
        assertThat(decide(() -> coordinator.waiting("other"))).containsExactly("other is being stopped", "others wait before it");
        assertThat(stopped).isNotDone();
        letGo.countDown();
        stopped.get(10, TimeUnit.SECONDS);
        assertThat(texts.poll(10, TimeUnit.SECONDS)).as("what was in hand is finished").isEqualTo("x stuck");
        assertThatThrownBy(() -> late.get(10, TimeUnit.SECONDS)).hasMessageContaining("no flow 'other' runs");
        assertThat(again.get(10, TimeUnit.SECONDS).name()).isEqualTo("other");
        decide(() -> coordinator.stop("other", Duration.ofSeconds(5))).get(10, TimeUnit.SECONDS);
        inbox.close();
    }
}
