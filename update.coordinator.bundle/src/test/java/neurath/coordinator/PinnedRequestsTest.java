package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import neurath.api.Beginning;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Pinnable;
import neurath.api.Stateful;
import neurath.api.Step;
import neurath.coordinator.Texts.Feed;
import neurath.coordinator.Texts.Inbox;
import neurath.engine.Flow;
import neurath.engine.Flows;
import neurath.engine.Threads;
import neurath.events.Events;
import neurath.graph.Graph;
import neurath.graph.fbp.FbpParser;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A request goes out of the flow and comes back by another arc, like one of a proxy; updates come between. */
@Timeout(60)
class PinnedRequestsTest {
    private static final Graph GRAPH = new FbpParser().parse("""
            feed(feed) OUT -> IN begin(begin) OUT -> IN load(load) OUT -> IN reply(reply) OUT -> IN turn(turn)
            back(back) OUT -> IN resume(resume) OUT -> IN load
            """);

    @TempDir
    Path home;

    private final TestCatalog catalog = new TestCatalog();
    private final BlockingQueue<Job> outside = new LinkedBlockingQueue<>();
    private final BlockingQueue<Job> done = new LinkedBlockingQueue<>();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch letGo = new CountDownLatch(1);
    private final Map<String, Job> asleep = new ConcurrentHashMap<>();
    private final Flows flows = new Flows(new Events(Runnable::run), Threads.ofTheJdk(), text -> text, 4);
    private final TestVersion load1 = stamp("load", "1.0.0", 11);
    private final TestVersion load2 = stamp("load", "2.0.0", 12);
    private Inbox inbox;
    private Inbox backbox;
    private Coordinator coordinator;

    /** A request with all that has handled it; it comes back once. */
    record Job(String name, Beginning beginning, List<String> seen, boolean isBack) implements Pinnable {
        Job by(String who) {
            var more = new ArrayList<>(seen);
            more.add(who);
            return new Job(name, beginning, more, isBack);
        }

        Job back() {
            return new Job(name, beginning, seen, true);
        }
    }

    /** Waits with the job {@code late} until it is let go. */
    @In(value = "IN", type = String.class)
    @Out(value = "OUT", type = Job.class)
    static final class Begin implements Operator {
        private final CountDownLatch entered;
        private final CountDownLatch letGo;

        Begin(CountDownLatch entered, CountDownLatch letGo) {
            this.entered = entered;
            this.letGo = letGo;
        }

        @Override
        public void open(Context context) {
            Output<Job> out = context.output("OUT", Job.class);
            context.receive("IN", String.class, name -> {
                if (name.equals("late")) {
                    entered.countDown();
                    letGo.await();
                }
                out.emit(new Job(name, name.equals("anonymous") ? null : context.begin(), List.of(), false));
            });
        }
    }

    /** Says who it was. */
    static class Stamp implements Step<Job, Job> {
        private final String who;

        Stamp(String who) {
            this.who = who;
        }

        @Override
        public Job apply(Job job) {
            return job.by(who);
        }
    }

    /** Works at its first job until it is let go. */
    static final class BusyStamp extends Stamp {
        private final CountDownLatch entered;
        private final CountDownLatch letGo;

        BusyStamp(String who, CountDownLatch entered, CountDownLatch letGo) {
            super(who);
            this.entered = entered;
            this.letGo = letGo;
        }

        @Override
        public Job apply(Job job) {
            entered.countDown();
            try {
                letGo.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return super.apply(job);
        }
    }

    record Handled(int jobs) {}

    /** Says who it was, and how many jobs it has handled. */
    @In(value = "IN", type = Job.class)
    @Out(value = "OUT", type = Job.class)
    static final class CountingStamp implements Stateful<Handled> {
        private final String who;
        private int jobs;

        CountingStamp(String who) {
            this.who = who;
        }

        @Override
        public void open(Context context) {
            Output<Job> out = context.output("OUT", Job.class);
            context.receive("IN", Job.class, job -> out.emit(job.by(who + '#' + ++jobs)));
        }

        @Override
        public Handled state() {
            return new Handled(jobs);
        }

        @Override
        public void restore(Handled state) {
            jobs = state.jobs();
        }
    }

    /** Lets a job out of the flow, or ends it when it has come back. */
    @In(value = "IN", type = Job.class)
    static final class Turn implements Operator {
        private final BlockingQueue<Job> outside;
        private final BlockingQueue<Job> done;

        Turn(BlockingQueue<Job> outside, BlockingQueue<Job> done) {
            this.outside = outside;
            this.done = done;
        }

        @Override
        public void open(Context context) {
            context.receive("IN", Job.class, job -> {
                if (job.isBack() && job.beginning() != null) {
                    job.beginning().close();
                }
                (job.isBack() ? done : outside).add(job);
            });
        }
    }

    /** A job comes back by its name. */
    static final class Resume implements Step<String, Job> {
        private final Map<String, Job> asleep;

        Resume(Map<String, Job> asleep) {
            this.asleep = asleep;
        }

        @Override
        public Job apply(String name) {
            return asleep.remove(name).back();
        }
    }

    private static TestVersion stamp(String operator, String version, int bundle, String... partners) {
        return TestVersion.of(operator, version, bundle, Stamp.class, () -> new Stamp(operator + version.charAt(0)), partners);
    }

    @BeforeEach
    void serve() throws Exception {
        inbox = new Inbox();
        backbox = new Inbox();
        catalog.start(
                TestVersion.of("feed", "1.0.0", 1, Feed.class, () -> new Feed(inbox)),
                TestVersion.of("back", "1.0.0", 2, Feed.class, () -> new Feed(backbox)),
                TestVersion.of("begin", "1.0.0", 3, Begin.class, () -> new Begin(entered, letGo)),
                TestVersion.of("resume", "1.0.0", 4, Resume.class, () -> new Resume(asleep)),
                TestVersion.of("turn", "1.0.0", 5, Turn.class, () -> new Turn(outside, done)),
                load1,
                stamp("reply", "1.0.0", 21));
        begin(Health.NONE);
        coordinator.offer("flow", new Origin("the test", "1"), GRAPH);
        coordinator.lookAround(true);
        coordinator.policy("flow", FlowRecord.Policy.MANUAL);
        catalog.start(load2);
        coordinator.lookAround(true);
    }

    private void begin(Health health) {
        coordinator = new Coordinator(flows, catalog, new FlowStore(home), Duration.ofSeconds(10), health, Schedule.onTheCallersThread());
    }

    @AfterEach
    void stop() throws Exception {
        flows.stop("flow", Duration.ofSeconds(5));
        inbox.close();
        backbox.close();
        Awaitility.await().untilAsserted(() -> assertThat(catalog.available())
                .allSatisfy(version -> assertThat(((TestVersion) version).alive).as(version.label()).hasValue(0)));
    }

    private Flow flow() {
        return flows.find("flow").orElseThrow();
    }

    private String update(String... change) {
        return String.join("\n", coordinator.update("flow", List.of(change), home).join().stream().map(Outcome::toString).toList());
    }

    private String plan(String... change) {
        return String.join("\n", coordinator.plan("flow", List.of(change), home).stream().map(Object::toString).toList());
    }

    /** A job goes through the flow and is outside. */
    private void goOut(String name) throws InterruptedException {
        inbox.offer(name);
        Job job = outside.poll(10, TimeUnit.SECONDS);
        assertThat(job.name()).isEqualTo(name);
        asleep.put(name, job);
    }

    /** It comes back, and ends; who has seen it. */
    private List<String> comeBack(String name) throws InterruptedException {
        backbox.offer(name);
        return done.poll(10, TimeUnit.SECONDS).seen();
    }

    @Test
    void a_request_under_way_meets_two_versions_when_it_is_switched() throws Exception {
        goOut("a");
        update("load=load@2.0.0");
        assertThat(comeBack("a")).containsExactly("load1", "reply1", "load2", "reply1");
    }

    @Test
    void a_request_under_way_ends_with_the_version_it_began_with_when_it_is_pinned_and_later_ones_have_the_new() throws Exception {
        goOut("old");
        assertThat(update("load=load@2.0.0", "--requests", "pin")).contains("SWITCHED", "load 1.0.0 -> 2.0.0 beside load~1");
        goOut("new");
        assertThat(comeBack("new")).containsExactly("load2", "reply1", "load2", "reply1");
        assertThat(comeBack("old")).containsExactly("load1", "reply1", "load1", "reply1");
    }

    @Test
    void a_plan_that_pins_is_applied_as_shown_and_made_again_when_there_was_another_update() throws Exception {
        goOut("old");
        int shown = coordinator.propose("flow", List.of("load=load@2.0.0", "--requests", "pin"), home).getFirst().number();
        int later = coordinator.propose("flow", List.of("load=load@2.0.0", "--requests", "pin"), home).getFirst().number();
        assertThat(coordinator.apply(shown).join()).singleElement().asString().contains("load 1.0.0 -> 2.0.0 beside load~1");
        assertThatThrownBy(() -> coordinator.apply(later).join())
                .hasMessageContaining("pins requests that began before revision 1, and there were updates since; make it again");
        assertThat(comeBack("old")).containsExactly("load1", "reply1", "load1", "reply1");
    }

    @Test
    void an_update_that_pins_goes_beside_no_other() {
        assertThat(new Update(1, flow(), coordinator.plan("flow", List.of("load=load@2.0.0", "--requests", "pin"), home).getFirst(),
                flows.events(), Duration.ofSeconds(10), catalog::conversions).goesAlone()).isTrue();
        assertThat(new Update(2, flow(), coordinator.plan("flow", List.of("load=load@2.0.0"), home).getFirst(),
                flows.events(), Duration.ofSeconds(10), catalog::conversions).goesAlone()).isFalse();
    }

    @Test
    void a_request_that_begins_while_the_marker_passes_has_one_version() throws Exception {
        inbox.offer("late");
        entered.await();
        CompletableFuture<String> update = CompletableFuture.supplyAsync(() -> update("load=load@2.0.0", "--requests", "pin"));
        await().until(() -> flow().isPassing());
        letGo.countDown();
        Job job = outside.poll(10, TimeUnit.SECONDS);
        asleep.put("late", job);
        assertThat(update.get(10, TimeUnit.SECONDS)).contains("SWITCHED");
        List<String> seen = comeBack("late");
        assertThat(seen.get(2)).isEqualTo(seen.get(0));
    }

    @Test
    void a_new_version_works_beside_an_old_one_that_is_busy_and_the_old_one_is_taken_out_when_it_is_done() throws Exception {
        TestVersion busy = TestVersion.of("load", "3.0.0", 13, BusyStamp.class, () -> new BusyStamp("load3", entered, letGo));
        catalog.start(busy);
        update("load=load@3.0.0");
        inbox.offer("slow");
        entered.await();
        assertThat(plan("load=load@2.0.0", "--requests", "pin")).contains("region  begin, reply, resume, each for itself");
        assertThat(update("load=load@2.0.0", "--requests", "pin")).contains("SWITCHED");
        goOut("quick");
        assertThat(comeBack("quick")).containsExactly("load2", "reply1", "load2", "reply1");
        letGo.countDown();
        asleep.put("slow", outside.poll(10, TimeUnit.SECONDS));
        assertThat(comeBack("slow")).containsExactly("load3", "reply1", "load3", "reply1");
        coordinator.tendPinned();
        assertThat(flow().graph().nodes()).doesNotContainKey("load~2");
        await().untilAsserted(() -> assertThat(busy.alive).hasValue(0));
    }

    @Test
    void a_request_that_does_not_say_when_it_began_takes_the_new_way() throws Exception {
        goOut("anonymous");
        update("load=load@2.0.0", "--requests", "pin");
        assertThat(comeBack("anonymous")).containsExactly("load1", "reply1", "load2", "reply1");
    }

    @Test
    void the_old_version_is_taken_out_when_the_last_request_that_began_with_it_has_ended() throws Exception {
        goOut("a");
        goOut("b");
        update("load=load@2.0.0", "--requests", "pin");
        assertThat(new PinnedRequests(flow()).said()).containsExactly("load~1 (load@1.0.0) is kept for 2 requests that began before");
        comeBack("a");
        coordinator.tendPinned();
        assertThat(flow().graph().nodes()).containsKey("load~1");
        assertThat(new PinnedRequests(flow()).said()).containsExactly("load~1 (load@1.0.0) is kept for 1 request that began before");
        assertThat(comeBack("b")).containsExactly("load1", "reply1", "load1", "reply1");
        coordinator.tendPinned();
        assertThat(flow().graph().nodes()).doesNotContainKey("load~1");
        assertThat(flow().graph().arcs()).hasSize(6);
        await().untilAsserted(() -> assertThat(load1.alive).hasValue(0));
        assertThat(coordinator.history("flow")).hasSize(2);
        coordinator.tendPinned();
        assertThat(coordinator.history("flow")).as("there is nothing more to do").hasSize(2);
        goOut("c");
        assertThat(comeBack("c")).containsExactly("load2", "reply1", "load2", "reply1");
    }

    @Test
    void two_versions_that_need_each_other_stay_together_for_old_requests_and_for_new_ones() throws Exception {
        catalog.start(pair("3.0.0", 13));
        goOut("old");
        assertThat(plan("load=load@3.0.0", "reply=reply@3.0.0", "--requests", "pin")).contains(
                "pin     load  load@1.0.0 -> 3.0.0", "pin     reply  reply@1.0.0 -> 3.0.0",
                "requests pin: those that began before end with the old versions", "commit  stream")
                .doesNotContain("connect load~1.OUT -> reply.IN", "connect load.OUT -> reply~1.IN");
        update("load=load@3.0.0", "reply=reply@3.0.0", "--requests", "pin");
        goOut("new");
        assertThat(comeBack("old")).containsExactly("load1", "reply1", "load1", "reply1");
        assertThat(comeBack("new")).containsExactly("load3", "reply3", "load3", "reply3");
    }

    @Test
    void what_is_kept_has_partners_of_its_own_time_and_a_newer_pair_may_come() throws Exception {
        catalog.start(pair("3.0.0", 13));
        update("load=load@3", "reply=reply@3");
        goOut("old");
        catalog.start(pair("4.0.0", 14));
        update("load=load@4", "reply=reply@4", "--requests", "pin");
        assertThat(coordinator.pending("flow")).as("the kept ones wait for nobody").isEmpty();
        coordinator.policy("flow", FlowRecord.Policy.AUTO);
        catalog.start(pair("4.1.0", 15));
        coordinator.lookAround(true);
        goOut("new");
        assertThat(flow().versions().get("load")).hasToString("load@4.1.0");
        assertThat(comeBack("old")).containsExactly("load3", "reply3", "load3", "reply3");
        assertThat(comeBack("new")).containsExactly("load4", "reply4", "load4", "reply4");
    }

    private static TestVersion[] pair(String version, int bundle) {
        return new TestVersion[] {stamp("load", version, bundle, "reply " + version),
            stamp("reply", version, bundle + 10, "load " + version)};
    }

    @Test
    void requests_come_and_go_while_versions_are_pinned_one_after_the_other_and_each_has_one_version() throws Exception {
        for (int round = 0; round < 30; round++) {
            for (int i = 0; i < 10; i++) {
                inbox.offer(round + "." + i);
            }
            update("load=load@" + (round % 2 == 0 ? "2.0.0" : "1.0.0"), "--requests", "pin");
            for (int i = 0; i < 10; i++) {
                Job job = outside.poll(10, TimeUnit.SECONDS);
                asleep.put(job.name(), job);
                backbox.offer(job.name());
            }
            for (int i = 0; i < 10; i++) {
                List<String> seen = done.poll(10, TimeUnit.SECONDS).seen();
                assertThat(seen.get(0)).as("in round %d", round).isEqualTo(seen.get(2));
            }
            coordinator.tendPinned();
            assertThat(flow().graph().nodes()).as("all have ended").hasSize(GRAPH.nodes().size());
        }
    }

    @Test
    void while_old_requests_go_on_the_new_version_is_replaced_as_any_and_nothing_else_takes_the_old_one_out() throws Exception {
        goOut("old");
        update("load=load@2.0.0", "--requests", "pin");
        catalog.start(stamp("load", "3.0.0", 13));
        coordinator.lookAround(true);
        assertThatThrownBy(() -> update("load=load@3.0.0", "--requests", "pin")).hasMessageContaining("may still be at load~1");
        String text = "feed(feed) OUT -> IN begin(begin) OUT -> IN load(load:version=3) OUT -> IN reply(reply) OUT -> IN turn(turn),"
                + " back(back) OUT -> IN resume(resume) OUT -> IN load";
        assertThatThrownBy(() -> update(text)).hasMessageContaining("load~1 would be taken out")
                .hasMessageContaining("is kept for 1 request that began before");
        assertThat(update("load=load@3.0.0")).contains("SWITCHED");
        goOut("new");
        assertThat(comeBack("new")).containsExactly("load3", "reply1", "load3", "reply1");
        assertThat(comeBack("old")).containsExactly("load1", "reply1", "load1", "reply1");
        coordinator.tendPinned();
        assertThat(update(text)).as("now it may, and nothing is left to do").isEmpty();
    }

    @Test
    void a_version_that_arrives_meanwhile_takes_the_place_of_the_new_one_and_not_of_the_old() throws Exception {
        goOut("old");
        update("load=load@2", "--requests", "pin");
        coordinator.policy("flow", FlowRecord.Policy.AUTO);
        catalog.start(TestVersion.of("load", "2.1.0", 13, Stamp.class, () -> new Stamp("load2.1")));
        coordinator.lookAround(true);
        catalog.stop(load1);
        coordinator.lookAround(true);
        goOut("new");
        assertThat(comeBack("new")).containsExactly("load2.1", "reply1", "load2.1", "reply1");
        assertThat(comeBack("old")).containsExactly("load1", "reply1", "load1", "reply1");
        catalog.start(load1);
    }

    @Test
    void an_update_that_pins_is_rolled_back_to_the_instance_that_was_kept() throws Exception {
        catalog.start(TestVersion.of("load", "3.0.0", 13, CountingStamp.class, () -> new CountingStamp("load3")),
                TestVersion.of("load", "4.0.0", 14, CountingStamp.class, () -> new CountingStamp("load4")));
        begin(new Health(Duration.ofHours(1), 0.01, 0));
        coordinator.policy("flow", FlowRecord.Policy.MANUAL);
        update("load=load@3.0.0");
        goOut("a");
        String text = "feed(feed) OUT -> IN begin(begin) OUT -> IN load(load:version=4%s) OUT -> IN reply(reply) OUT -> IN turn(turn),"
                + " back(back) OUT -> IN resume(resume) OUT -> IN load";
        assertThat(plan(text.formatted(""), "--requests", "pin"))
                .contains("REFUSED flow/load: load@4.0.0 keeps state, which old and new cannot both have", "load(load:state=fresh)");
        update(text.formatted(",state=fresh"), "--requests", "pin");
        goOut("b");
        assertThat(comeBack("b")).containsExactly("load4#1", "reply1", "load4#2", "reply1");
        coordinator.tendPinned();
        assertThat(coordinator.rollback("flow", "asked for").join().toString()).contains("ROLLED BACK");
        assertThat(flow().graph().nodes()).hasSize(GRAPH.nodes().size()).doesNotContainKey("load~2");
        assertThat(comeBack("a")).as("the count goes on").containsExactly("load3#1", "reply1", "load3#2", "reply1");
    }

    @Test
    void a_restart_finds_the_new_version_alone_as_no_old_request_outlives_it() throws Exception {
        goOut("old");
        update("load=load@2.0.0", "--requests", "pin");
        flows.stop("flow", Duration.ofSeconds(5));
        begin(Health.NONE);
        coordinator.lookAround(true);
        assertThat(flow().graph().nodes()).containsOnlyKeys(GRAPH.nodes().keySet().toArray(String[]::new));
        assertThat(flow().version("load")).isEqualTo(load2);
    }

    @Test
    void what_cannot_be_pinned_is_refused_with_what_to_do() {
        catalog.start(stamp("resume", "2.0.0", 14), TestVersion.of("begin", "2.0.0", 15, Begin.class, () -> new Begin(entered, letGo)),
                TestVersion.of("feed", "2.0.0", 16, Feed.class, () -> new Feed(inbox)));
        assertThat(plan("begin=begin@2.0.0", "--requests", "pin"))
                .contains("REFUSED flow/begin: a java.lang.String, which comes from feed.OUT, does not say when its request began");
        assertThat(plan("feed=feed@2.0.0", "--requests", "pin")).contains("REFUSED flow/feed: no arc leads to it");
        assertThat(plan("feed(feed) OUT -> IN begin(begin) OUT -> IN load(load:version=2) OUT -> IN turn(turn)", "--requests", "pin"))
                .contains("REFUSED flow: --requests pin keeps old versions beside new ones, and the change does more");
        assertThatThrownBy(() -> plan("load=load@2.0.0", "--requests", "keep")).hasMessage("--requests is switch or pin, not 'keep'");
    }
}
