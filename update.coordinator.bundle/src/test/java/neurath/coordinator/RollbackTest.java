package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import neurath.api.Context;
import neurath.api.Default;
import neurath.api.Effect;
import neurath.api.In;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.SelfTest;
import neurath.api.StateTransfer;
import neurath.api.Stateful;
import neurath.api.Step;
import neurath.api.TransferredBy;
import neurath.coordinator.Texts.Collect;
import neurath.coordinator.Texts.Count;
import neurath.coordinator.Texts.Feed;
import neurath.coordinator.Texts.Inbox;
import neurath.coordinator.Texts.Say;
import neurath.engine.Flow;
import neurath.engine.Flows;
import neurath.engine.Threads;
import neurath.events.Event;
import neurath.events.Events;
import neurath.events.Phase;
import neurath.graph.Graph;
import neurath.graph.fbp.FbpParser;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Updates on probation: confirmed or rolled back, by a person, by time, or because they are sick. */
class RollbackTest {
    private static final Graph GRAPH = new FbpParser().parse("feed(feed) OUT -> IN a(a) OUT -> IN n(count) OUT -> IN collect(collect)");
    private static final Health LONG = new Health(Duration.ofHours(1), 0.01, 0);

    @TempDir
    Path home;

    private final TestCatalog catalog = new TestCatalog();
    private final BlockingQueue<String> out = new LinkedBlockingQueue<>();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final Flows flows = new Flows(new Events(Runnable::run), Threads.ofTheJdk(), text -> text);
    private Inbox inbox;
    private Coordinator coordinator;

    @BeforeEach
    void serve() throws Exception {
        inbox = new Inbox();
        catalog.start(
                TestVersion.of("feed", "1.0.0", 1, Feed.class, () -> new Feed(inbox)),
                TestVersion.of("collect", "1.0.0", 2, Collect.class, () -> new Collect(out)),
                TestVersion.of("count", "1.0.0", 3, Count.class, () -> new Count("n")),
                say("a", "1.0.0", 4),
                say("c", "1.0.0", 5));
        flows.events().subscribe(events::add);
        begin(LONG);
        assertThat(answer()).isEqualTo("x a1.0.0 n1");
    }

    private void begin(Health health) {
        coordinator = new Coordinator(flows, catalog, new FlowStore(home), Duration.ofSeconds(5), health, Schedule.onTheCallersThread());
        coordinator.offer("flow", new Origin("the test", "1"), GRAPH);
        coordinator.lookAround(true);
    }

    @AfterEach
    void stop() throws Exception {
        flows.stop("flow", Duration.ofSeconds(5));
        inbox.close();
        Awaitility.await().untilAsserted(() -> assertThat(catalog.available())
                .allSatisfy(version -> assertThat(((TestVersion) version).alive).as(version.label()).hasValue(0)));
    }

    private static TestVersion say(String operator, String version, int bundle) {
        return TestVersion.of(operator, version, bundle, Say.class, () -> new Say(operator + version));
    }

    private String answer() throws InterruptedException {
        inbox.offer("x");
        return out.poll(10, TimeUnit.SECONDS);
    }

    private Flow flow() {
        return flows.find("flow").orElseThrow();
    }

    private TestVersion version(String label) {
        return (TestVersion) catalog.available().stream().filter(v -> v.label().equals(label)).findFirst().orElseThrow();
    }

    private void arrive(TestVersion... versions) {
        catalog.start(versions);
        coordinator.lookAround(true);
    }

    private String update(String... change) {
        return String.join("\n", coordinator.update("flow", List.of(change), home).join().stream().map(Outcome::toString).toList());
    }

    private String rollback() {
        return coordinator.rollback("flow", "asked for").join().toString();
    }

    private boolean hasBeen(Phase phase) {
        return events.stream().anyMatch(event -> event instanceof Event.UpdatePhase update && update.phase() == phase);
    }

    @Test
    void a_version_is_rolled_back_to_the_very_instance_that_was_there() throws Exception {
        arrive(say("a", "2.0.0", 14));
        assertThat(answer()).isEqualTo("x a2.0.0 n2");
        assertThat(version("a@1.0.0").alive).as("kept").hasValue(1);
        assertThat(rollback()).contains("update 2 ROLLED BACK update 1", "asked for", "a 2.0.0 -> 1.0.0");
        assertThat(answer()).isEqualTo("x a1.0.0 n3");
        await().untilAsserted(() -> assertThat(version("a@2.0.0").alive).hasValue(0));
        assertThat(version("a@1.0.0").alive).hasValue(1);
        assertThat(hasBeen(Phase.ROLLED_BACK)).isTrue();
        assertThat(coordinator.history("flow")).last().asString().contains("ROLLED BACK update 1");
    }

    @Test
    void the_history_tells_what_an_update_and_its_rollback_came_to() throws Exception {
        arrive(say("a", "2.0.0", 14));
        assertThat(way(1)).startsWith("PLANNED", "PREPARED", "MARKING", "ALIGNING").endsWith("SWITCHED");
        assertThat(answer()).isEqualTo("x a2.0.0 n2");
        rollback();
        assertThat(way(2)).startsWith("PLANNED", "PREPARED", "MARKING", "ALIGNING").endsWith("SWITCHED");
        assertThat(coordinator.past("flow", 2).orElseThrow().milestones()).extracting(Milestone::at)
                .isSorted();
        assertThat(coordinator.past("flow", 3)).isEmpty();
    }

    private List<String> way(int update) {
        return coordinator.past("flow", update).orElseThrow().milestones().stream().map(Milestone::name).toList();
    }

    @Test
    void the_instance_of_a_node_that_had_ended_is_not_kept_beyond_a_rollback() throws Exception {
        arrive(TestVersion.of("pages", "1.0.0", 6, Sites.Pages.class, Sites.Pages::new));
        update("feed(feed) OUT -> IN a(a) OUT -> IN n(count) OUT -> IN collect(collect), pages(pages) OUT -> IN collect");
        coordinator.confirm("flow");
        assertThat(out.poll(10, TimeUnit.SECONDS)).isEqualTo("p1");
        await().untilAsserted(() -> assertThat(version("pages@1.0.0").alive).as("it has ended").hasValue(0));
        arrive(TestVersion.of("pages", "2.0.0", 7, Sites.Pages.class, Sites.Pages::new));
        assertThat(flow().retirement().kept()).isNotEmpty();
        rollback();
        await().untilAsserted(() -> assertThat(flow().retirement().kept()).isEmpty());
        assertThat(flow().retirement().retiring()).isEmpty();
    }

    @Test
    void a_source_that_had_ended_and_was_deleted_does_not_begin_anew_with_a_rollback() throws Exception {
        String without = "feed(feed) OUT -> IN a(a) OUT -> IN n(count) OUT -> IN collect(collect)";
        arrive(TestVersion.of("pages", "1.0.0", 6, Sites.Pages.class, Sites.Pages::new));
        update(without + ", pages(pages) OUT -> IN collect");
        coordinator.confirm("flow");
        for (String page : List.of("p1", "p2", "p3")) {
            assertThat(out.poll(10, TimeUnit.SECONDS)).isEqualTo(page);
        }
        await().untilAsserted(() -> assertThat(version("pages@1.0.0").alive).as("it has ended").hasValue(0));
        update(without);
        rollback();
        assertThat(flow().graph().nodes()).containsKey("pages");
        await().untilAsserted(() -> assertThat(version("pages@1.0.0").alive).as("it has ended again").hasValue(0));
        assertThat(answer()).isEqualTo("x a1.0.0 n2");
    }

    /** Says what it does outside. */
    @Effect("writes /var/words")
    @Effect("mails the editor")
    static final class SayAndWrite extends Say {
        SayAndWrite() {
            super("written");
        }
    }

    @Test
    void what_an_operator_does_outside_is_said_by_the_plan_that_brings_it_and_by_the_rollback_that_cannot_take_it_back() {
        catalog.start(TestVersion.of("a", "2.0.0", 14, SayAndWrite.class, SayAndWrite::new));
        assertThat(coordinator.plan("flow", List.of("a=a@2"), home).toString())
                .contains("note    a: a@2.0.0 writes /var/words, which no rollback takes back")
                .contains("note    a: a@2.0.0 mails the editor, which no rollback takes back")
                .doesNotContain("remains");
        update("a=a@2");
        String remains = "a: a@2.0.0 writes /var/words; a: a@2.0.0 mails the editor";
        assertThat(coordinator.probationOf("flow")).hasValueSatisfying(
                said -> assertThat(said).endsWith("or flow:rollback flow, which cannot take back: " + remains));
        assertThat(rollback()).endsWith("a 2.0.0 -> 1.0.0; not taken back: " + remains);
        assertThat(coordinator.history("flow")).last().asString().endsWith("not taken back: " + remains);
    }

    @Test
    void what_an_inserted_node_does_outside_remains_too() {
        catalog.start(TestVersion.of("write", "1.0.0", 14, SayAndWrite.class, SayAndWrite::new));
        update("feed(feed) OUT -> IN a(a) OUT -> IN w(write) OUT -> IN n(count) OUT -> IN collect(collect)");
        assertThat(rollback()).contains("not taken back: w: write@1.0.0 writes /var/words");
    }

    @Test
    void a_version_that_was_rolled_back_is_not_chosen_again_by_itself_but_when_a_person_asks() throws Exception {
        arrive(say("a", "2.0.0", 14));
        rollback();
        coordinator.lookAround(true);
        arrive(say("c", "3.0.0", 15));
        assertThat(answer()).isEqualTo("x a1.0.0 n2");
        assertThat(coordinator.pending("flow")).anyMatch(line -> line.contains("a@2.0.0") && line.contains("not tried again"));
        update("a=a@2.0.0");
        assertThat(answer()).isEqualTo("x a2.0.0 n3");
    }

    @Test
    void what_was_counted_since_is_not_lost_when_it_is_rolled_back() throws Exception {
        arrive(TestVersion.of("count", "2.0.0", 20, Count.class, () -> new Count("m")));
        assertThat(answer()).isEqualTo("x a1.0.0 m2");
        assertThat(answer()).isEqualTo("x a1.0.0 m3");
        rollback();
        assertThat(answer()).isEqualTo("x a1.0.0 n4");
    }

    record Tally(long tens, int ones) {}

    /** The shape before, as this version's bundle mirrors it. */
    record Before(int count) {}

    static final class Forth implements StateTransfer<Before, Tally> {
        @Override
        public Tally transfer(Before old) {
            return new Tally(old.count() / 10, old.count() % 10);
        }
    }

    static final class Back implements StateTransfer<Tally, Before> {
        @Override
        public Before transfer(Tally tally) {
            return new Before((int) (tally.tens() * 10 + tally.ones()));
        }
    }

    /** Counts in another shape, and knows the way back. */
    @TransferredBy({Forth.class, Back.class})
    @In(value = "IN", type = String.class)
    @Out(value = "OUT", type = String.class)
    static final class CountInTens implements Stateful<Tally> {
        private long tens;
        private int ones;

        @Override
        public void open(Context context) {
            Output<String> out = context.output("OUT", String.class);
            context.receive("IN", String.class, text -> {
                ones++;
                tens += ones / 10;
                ones %= 10;
                out.emit(text + " t" + tens + "/" + ones);
            });
        }

        @Override
        public Tally state() {
            return new Tally(tens, ones);
        }

        @Override
        public void restore(Tally state) {
            tens = state.tens();
            ones = state.ones();
        }
    }

    @Test
    void a_state_of_another_shape_comes_back_through_the_transfer_of_the_version_that_goes() throws Exception {
        arrive(TestVersion.of("count", "2.0.0", 20, CountInTens.class, CountInTens::new));
        for (int i = 0; i < 10; i++) {
            answer();
        }
        assertThat(answer()).isEqualTo("x a1.0.0 t1/2");
        rollback();
        assertThat(answer()).isEqualTo("x a1.0.0 n13");
    }

    /** Keeps a state from which there is no way back. */
    @In(value = "IN", type = String.class)
    @Out(value = "OUT", type = String.class)
    static final class OneWay implements Stateful<OneWay.State> {
        record State(@Default("0") long other) {}

        @Override
        public void open(Context context) {
            Output<String> out = context.output("OUT", String.class);
            context.receive("IN", String.class, out::emit);
        }

        @Override
        public State state() {
            return new State(7);
        }

        @Override
        public void restore(State state) {}
    }

    @Test
    void where_there_is_no_way_back_for_the_state_a_rollback_says_so_and_the_update_stays() throws Exception {
        arrive(TestVersion.of("count", "2.0.0", 20, OneWay.class, OneWay::new));
        assertThatThrownBy(this::rollback).hasMessageContaining("update 1 cannot be rolled back")
                .hasMessageContaining("nothing is there for its component count");
        assertThat(answer()).isEqualTo("x a1.0.0");
    }

    @Test
    void a_graph_that_was_changed_is_rolled_back_with_the_state_of_what_was_deleted() throws Exception {
        assertThat(update("feed(feed) OUT -> IN first(a:was=a) OUT -> IN c(c) OUT -> IN collect(collect)")).contains("SWITCHED");
        assertThat(answer()).isEqualTo("x a1.0.0 c1.0.0");
        assertThat(version("count@1.0.0").alive).as("kept with its state").hasValue(1);
        assertThat(rollback()).contains("+ n", "- c", "first is named a");
        assertThat(answer()).isEqualTo("x a1.0.0 n2");
        assertThat(flow().graph()).isEqualTo(GRAPH);
        await().untilAsserted(() -> assertThat(version("c@1.0.0").alive).hasValue(0));
    }

    @Test
    void a_state_that_was_given_up_is_there_again_after_a_rollback() throws Exception {
        catalog.start(TestVersion.of("count", "2.0.0", 20, Count.class, () -> new Count("m")));
        update("feed(feed) OUT -> IN a(a) OUT -> IN n(count:version=2,state=fresh) OUT -> IN collect(collect)");
        assertThat(answer()).isEqualTo("x a1.0.0 m1");
        rollback();
        assertThat(answer()).isEqualTo("x a1.0.0 n2");
    }

    @Test
    void a_confirmed_update_lets_the_old_instances_go_and_cannot_be_rolled_back() throws Exception {
        arrive(say("a", "2.0.0", 14));
        coordinator.confirm("flow");
        await().untilAsserted(() -> assertThat(version("a@1.0.0").alive).hasValue(0));
        assertThatThrownBy(this::rollback).hasMessageContaining("no update of flow is on probation");
        assertThatThrownBy(() -> coordinator.confirm("flow")).hasMessageContaining("no update of flow is on probation");
        assertThat(answer()).isEqualTo("x a2.0.0 n2");
    }

    @Test
    void what_arrives_during_a_probation_waits_for_its_end_and_what_a_person_asks_for_ends_it() throws Exception {
        arrive(say("a", "2.0.0", 14));
        arrive(say("a", "3.0.0", 15));
        assertThat(answer()).isEqualTo("x a2.0.0 n2");
        update("a=a@3.0.0");
        assertThat(answer()).isEqualTo("x a3.0.0 n3");
        await().untilAsserted(() -> assertThat(version("a@1.0.0").alive).hasValue(0));
        assertThat(version("a@2.0.0").alive).as("now this one is kept").hasValue(1);
    }

    @Test
    void time_confirms() {
        begin(new Health(Duration.ofNanos(1), 0.01, 0));
        arrive(say("a", "2.0.0", 14));
        assertThat(coordinator.tendProbations()).isFalse();
        await().untilAsserted(() -> assertThat(version("a@1.0.0").alive).hasValue(0));
    }

    /** Fails on everything. */
    static final class Sick implements Step<String, String> {
        @Override
        public String apply(String text) {
            throw new IllegalStateException("sick");
        }
    }

    @Test
    void a_version_that_fails_on_too_many_packets_is_rolled_back_by_itself() throws Exception {
        arrive(TestVersion.of("a", "2.0.0", 14, Sick.class, Sick::new));
        for (int i = 0; i < Health.FEW; i++) {
            inbox.offer("lost");
        }
        await().until(() -> {
            coordinator.tendProbations();
            return !coordinator.isOnProbation("flow");
        });
        assertThat(answer()).isEqualTo("x a1.0.0 n2");
        assertThat(coordinator.history("flow")).last().asString().contains("ROLLED BACK", "5 of 5 packets failed since the switch");
    }

    @Test
    void errors_as_often_as_before_are_no_sickness() throws Exception {
        begin(new Health(Duration.ofHours(1), 0.1, 0));
        catalog.start(TestVersion.of("a", "2.0.0", 14, Sick.class, Sick::new));
        update("a=a@2.0.0");
        coordinator.confirm("flow");
        for (int i = 0; i < 20; i++) {
            inbox.offer("lost");
        }
        await().until(() -> flow().status().get(1).failed() == 20);
        catalog.start(say("c", "2.0.0", 15));
        update("feed(feed) OUT -> IN a(a) OUT -> IN c(c:version=2) OUT -> IN collect(collect)");
        for (int i = 0; i < 20; i++) {
            inbox.offer("lost");
        }
        await().until(() -> flow().status().get(1).failed() == 40);
        assertThat(coordinator.tendProbations()).as("still on probation").isTrue();
    }

    /** Says whether it is well. */
    static final class Modest implements Step<String, String>, SelfTest {
        private final AtomicBoolean well;

        Modest(AtomicBoolean well) {
            this.well = well;
        }

        @Override
        public String apply(String text) {
            return text + " modest";
        }

        @Override
        public void test() {
            if (!well.get()) {
                throw new IllegalStateException("the index is empty");
            }
        }
    }

    @Test
    void a_version_that_says_it_is_not_well_is_rolled_back_by_itself() throws Exception {
        var well = new AtomicBoolean(true);
        arrive(TestVersion.of("a", "2.0.0", 14, Modest.class, () -> new Modest(well)));
        assertThat(answer()).isEqualTo("x modest n2");
        assertThat(coordinator.tendProbations()).isTrue();
        well.set(false);
        await().until(() -> !coordinator.tendProbations());
        assertThat(answer()).isEqualTo("x a1.0.0 n3");
        assertThat(coordinator.history("flow")).last().asString().contains("flow/a@2.0.0 says that it is not well: the index is empty");
    }

    /** Takes its time: spins, so that it is work and no waiting. */
    static final class Slow implements Step<String, String> {
        @Override
        public String apply(String text) {
            long until = System.nanoTime() + 20_000_000;
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            return text + " slow";
        }
    }

    @Test
    void a_version_that_is_much_slower_is_rolled_back_by_itself() throws Exception {
        begin(new Health(Duration.ofHours(1), 1, 3));
        for (int i = 0; i < 20; i++) {
            answer();
        }
        arrive(TestVersion.of("a", "2.0.0", 14, Slow.class, Slow::new));
        for (int i = 0; i < 20; i++) {
            answer();
        }
        await().until(() -> !coordinator.tendProbations());
        assertThat(answer()).startsWith("x a1.0.0 n");
        assertThat(coordinator.history("flow")).last().asString().contains("a takes ", "µs a packet, and took");
    }

    @Test
    void the_bundle_that_ran_before_may_go_and_the_kept_instance_still_comes_back() throws Exception {
        arrive(say("a", "2.0.0", 14));
        catalog.stop(version("a@1.0.0"));
        coordinator.lookAround(true);
        rollback();
        assertThat(answer()).isEqualTo("x a1.0.0 n2");
    }

    @Test
    void a_flow_that_stops_on_probation_leaves_nothing_behind() throws Exception {
        update("feed(feed) OUT -> IN a(a) OUT -> IN c(c) OUT -> IN collect(collect)");
        coordinator.stop("flow", Duration.ofSeconds(5)).join();
        assertThat(version("count@1.0.0").alive).hasValue(0);
        coordinator.start("flow", null).join();
        assertThat(answer()).isEqualTo("x a1.0.0 c1.0.0");
    }

    @Test
    void a_new_coordinator_confirms_what_was_on_probation() {
        arrive(say("a", "2.0.0", 14));
        begin(LONG);
        await().untilAsserted(() -> assertThat(version("a@1.0.0").alive).hasValue(0));
    }

    @Test
    void a_probation_can_be_asked_for_and_declined() throws Exception {
        begin(Health.NONE);
        catalog.start(say("a", "2.0.0", 14));
        update("a=a@2.0.0", "--probation", "1h", "--errors", "5%");
        assertThat(coordinator.probationOf("flow")).get().asString().contains("update 1 (a 1.0.0 -> 2.0.0)", "flow:rollback flow");
        rollback();
        update("a=a@2.0.0");
        assertThat(coordinator.isOnProbation("flow")).isFalse();
    }
}
