package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import neurath.coordinator.Texts.Collect;
import neurath.coordinator.Texts.Count;
import neurath.coordinator.Texts.Feed;
import neurath.coordinator.Texts.Inbox;
import neurath.coordinator.Texts.Marking;
import neurath.coordinator.Texts.Say;
import neurath.coordinator.Texts.Tally;
import neurath.engine.Handover;
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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keyed state through updates, aborts and rollbacks. */
@Timeout(60)
class KeyedUpdateTest {
    private static final Graph GRAPH = new FbpParser().parse("feed(feed) OUT -> IN n(tally) OUT -> IN collect(collect)");

    @TempDir
    Path home;

    private final TestCatalog catalog = new TestCatalog();
    private final BlockingQueue<String> out = new LinkedBlockingQueue<>();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final Flows flows = new Flows(new Events(Runnable::run), Threads.ofTheJdk(), text -> text);
    private final TestVersion tally = TestVersion.of("tally", "1.0.0", 3, Tally.class, () -> new Tally("t"));
    private final TestVersion marking = TestVersion.of("tally", "2.0.0", 4, Marking.class, Marking::new);
    private Inbox inbox;
    private Coordinator coordinator;

    @BeforeEach
    void serve() throws Exception {
        inbox = new Inbox();
        catalog.start(
                TestVersion.of("feed", "1.0.0", 1, Feed.class, () -> new Feed(inbox)),
                TestVersion.of("collect", "1.0.0", 2, Collect.class, () -> new Collect(out)),
                tally);
        flows.events().subscribe(events::add);
    }

    private void begin(Duration deadline) {
        coordinator = new Coordinator(flows, catalog, new FlowStore(home), deadline, new Health(Duration.ofHours(1), 0.01, 0),
                Schedule.onTheCallersThread());
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

    private String answer(String text) throws InterruptedException {
        inbox.offer(text);
        return out.poll(10, TimeUnit.SECONDS);
    }

    private Flow flow() {
        return flows.find("flow").orElseThrow();
    }

    private void arrive(TestVersion version) {
        catalog.start(version);
        coordinator.lookAround(true);
    }

    private String detail(Phase phase) {
        return events.stream()
                .filter(event -> event instanceof Event.UpdatePhase update && update.phase() == phase)
                .map(event -> ((Event.UpdatePhase) event).detail())
                .reduce((first, last) -> last)
                .orElse("");
    }

    @Test
    void entries_are_copied_ahead_and_brought_back_by_a_rollback() throws Exception {
        begin(Duration.ofSeconds(10));
        for (int i = 1; i <= 3; i++) {
            assertThat(answer("x")).isEqualTo("x t" + i);
        }
        assertThat(answer("y")).isEqualTo("y t1");
        arrive(marking);
        assertThat(detail(Phase.PREPARED)).contains("n: 2 entries of keyed state");
        assertThat(answer("x")).isEqualTo("x ||||");
        assertThat(Handover.hasWayBack(flow().instance("n"), tally)).isTrue();

        assertThat(coordinator.rollback("flow", "asked for").join().toString()).contains("ROLLED BACK update 1");
        assertThat(detail(Phase.PREPARED)).as("what is copied back is what has changed").contains("n: 1 entries of keyed state");
        assertThat(answer("x")).isEqualTo("x t5");
        assertThat(answer("y")).isEqualTo("y t2");
    }

    @Test
    void a_confirmed_update_follows_its_entries_no_more() throws Exception {
        begin(Duration.ofSeconds(10));
        assertThat(answer("x")).isEqualTo("x t1");
        arrive(marking);
        assertThat(Handover.hasWayBack(flow().instance("n"), tally)).isTrue();
        coordinator.confirm("flow");
        assertThat(Handover.hasWayBack(flow().instance("n"), tally)).isFalse();
        await().untilAsserted(() -> assertThat(tally.alive).hasValue(0));
        assertThat(answer("x")).isEqualTo("x ||");
    }

    @Test
    void an_entry_that_cannot_be_brought_aborts_with_its_key_and_node_and_the_old_version_goes_on() throws Exception {
        begin(Duration.ofSeconds(10));
        assertThat(answer("bad")).isEqualTo("bad t1");
        arrive(marking);
        assertThat(detail(Phase.ABORTED))
                .isEqualTo("flow/n.seen: the entry of the key 'bad' cannot be brought into Marks: no marks for it");
        assertThat(detail(Phase.MARKING)).isEmpty();
        assertThat(answer("bad")).isEqualTo("bad t2");
        assertThat(marking.alive).hasValue(0);
    }

    @Test
    void an_entry_at_which_the_copying_hangs_aborts_with_its_key_and_node() throws Exception {
        begin(Duration.ofMillis(500));
        assertThat(answer("endless")).isEqualTo("endless t1");
        arrive(marking);
        assertThat(detail(Phase.ABORTED))
                .isEqualTo("copying ahead for n: nothing has moved for PT0.5S, at flow/n.seen: the entry of the key 'endless'");
        assertThat(answer("endless")).isEqualTo("endless t2");
        assertThat(marking.alive).hasValue(0);
    }

    @Test
    void copying_may_take_longer_than_the_deadline_as_long_as_it_moves() throws Exception {
        Duration deadline = Duration.ofSeconds(2);
        begin(deadline);
        int entries = (int) (deadline.toMillis() / Texts.ToMarks.SLOW.toMillis()) + 3;
        for (int i = 0; i < entries; i++) {
            assertThat(answer("slow" + i)).isEqualTo("slow" + i + " t1");
        }
        arrive(marking);
        assertThat(detail(Phase.PREPARED)).contains("n: " + entries + " entries of keyed state");
        assertThat(answer("slow1")).isEqualTo("slow1 ||");
    }

    @Test
    void a_plan_says_what_is_copied_ahead_and_refuses_what_would_be_lost() {
        begin(Duration.ofSeconds(10));
        coordinator.policy("flow", FlowRecord.Policy.MANUAL);
        arrive(marking);
        assertThat(plan("n=tally@2.0.0")).contains("hold", "the entries of n (seen) are copied ahead");
        arrive(TestVersion.of("tally", "3.0.0", 5, Say.class, () -> new Say("s")));
        assertThat(plan("n=tally@3.0.0")).contains("REFUSED", "the keyed state 'seen'", "would be lost");
        arrive(TestVersion.of("tally", "4.0.0", 6, Count.class, () -> new Count("c")));
        assertThat(plan("n=tally@4.0.0")).contains("REFUSED");
    }

    private String plan(String change) {
        return String.join("\n", coordinator.plan("flow", List.of(change), home).stream().map(Object::toString).toList());
    }
}
