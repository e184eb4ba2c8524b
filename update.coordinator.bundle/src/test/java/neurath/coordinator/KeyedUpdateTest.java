package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import neurath.coordinator.Texts.Count;
import neurath.coordinator.Texts.Marking;
import neurath.coordinator.Texts.Say;
import neurath.coordinator.Texts.Tally;
import neurath.engine.Handover;
import neurath.events.Event;
import neurath.events.Phase;
import neurath.graph.Graph;
import neurath.graph.fbp.FbpParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keyed state through updates, aborts and rollbacks. */
class KeyedUpdateTest extends OnTexts {
    private static final Graph GRAPH = new FbpParser().parse("feed(feed) OUT -> IN n(tally) OUT -> IN collect(collect)");

    private final TestVersion tally = TestVersion.of("tally", "1.0.0", 3, Tally.class, () -> new Tally("t"));
    private final TestVersion marking = TestVersion.of("tally", "2.0.0", 4, Marking.class, Marking::new);

    @BeforeEach
    void serve() throws Exception {
        catalog.start(tally);
    }

    private void begin(Duration deadline) {
        coordinator = new Coordinator(flows, catalog, new FlowStore(home), deadline, new Health(Duration.ofHours(1), 0.01, 0),
                Schedule.onTheCallersThread());
        offer(GRAPH);
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
