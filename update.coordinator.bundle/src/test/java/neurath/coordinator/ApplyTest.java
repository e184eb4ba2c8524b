package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import neurath.coordinator.Texts.Collect;
import neurath.coordinator.Texts.Say;
import neurath.coordinator.Texts.Stuck;
import neurath.coordinator.plan.Proposal;
import neurath.graph.fbp.FbpParser;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plans are shown with a number, and applied by it later. */
class ApplyTest extends OnTexts {
    private static final String GRAPH = "feed(feed) OUT -> IN a(a) OUT -> IN b(b) OUT -> IN collect(collect)";
    private static final String INSERTED = "feed(feed) OUT -> IN a(a) OUT -> IN c(c) OUT -> IN b(b) OUT -> IN collect(collect)";

    @BeforeEach
    void serve() throws Exception {
        catalog.start(
                say("a", "1.0.0", 11),
                say("b", "1.0.0", 12),
                say("c", "1.0.0", 13));
        coordinator = new Coordinator(flows, catalog, new FlowStore(home), Duration.ofSeconds(10));
        offer(new FbpParser().parse(GRAPH));
        assertThat(answer()).isEqualTo("x a1.0.0 b1.0.0");
    }

    private Proposal plan(String... change) {
        List<Proposal> proposals = coordinator.propose("flow", List.of(change), home);
        assertThat(proposals).hasSize(1);
        return proposals.getFirst();
    }

    private String apply(Proposal proposal) {
        return String.join("\n", coordinator.apply(proposal.number()).join().stream().map(Outcome::toString).toList());
    }

    private void update(String... change) {
        assertThat(coordinator.update("flow", List.of(change), home).join()).allMatch(Outcome.Completed.class::isInstance);
    }

    @Test
    void a_plan_has_a_number_and_is_carried_out_by_it_once() throws Exception {
        Proposal first = plan(INSERTED);
        assertThat(first.toString()).startsWith("plan 1 for flow, revision 1").contains("insert  c", "now     0 packets in the region");
        assertThat(answer()).as("nothing is touched").isEqualTo("x a1.0.0 b1.0.0");
        assertThat(plan(INSERTED).number()).isEqualTo(2);
        assertThat(apply(first)).contains("update 1 SWITCHED", "+ c 1.0.0");
        assertThat(answer()).isEqualTo("x a1.0.0 c1.0.0 b1.0.0");
        assertThatThrownBy(() -> apply(first)).hasMessageContaining("there is no plan 1 to apply; there are [2]");
    }

    @Test
    void a_plan_that_does_nothing_or_is_refused_has_no_number() {
        assertThat(plan(GRAPH).number()).isZero();
        assertThat(plan("feed(feed) OUT -> IN nowhere(none) OUT -> IN collect(collect)").toString()).startsWith("plan for flow")
                .contains("REFUSED");
        assertThatThrownBy(() -> coordinator.apply(0).join()).hasMessageContaining("there is no plan 0");
    }

    @Test
    void a_plan_outlasts_an_update_elsewhere() throws Exception {
        Proposal insert = plan(INSERTED);
        catalog.start(TestVersion.of("collect", "2.0.0", 22, Collect.class, () -> new Collect(out)));
        update("collect=collect@2.0.0");
        assertThat(apply(insert)).contains("SWITCHED");
        assertThat(flows.find("flow").orElseThrow().version("collect").version()).hasToString("2.0.0");
        assertThat(answer()).isEqualTo("x a1.0.0 c1.0.0 b1.0.0");
    }

    @Test
    void a_plan_whose_region_was_touched_is_refused_with_what_differs() throws Exception {
        catalog.start(say("a", "2.0.0", 21), say("a", "3.0.0", 31));
        Proposal to2 = plan("a=a@2.0.0");
        update("a=a@3.0.0");
        assertThatThrownBy(() -> apply(to2)).hasMessageContaining("plan 1 is stale, as updates since have touched a: ")
                .hasMessageContaining("there is no more to do: replace a  a@1.0.0 -> 2.0.0")
                .hasMessageContaining("there is to do now: replace a  a@3.0.0 -> 2.0.0");
        assertThat(answer()).isEqualTo("x a3.0.0 b1.0.0");
    }

    @Test
    void a_plan_whose_version_is_gone_is_refused() {
        TestVersion a2 = say("a", "2.0.0", 21);
        catalog.start(a2);
        Proposal to2 = plan("a=a@2.0.0");
        catalog.stop(a2);
        assertThatThrownBy(() -> apply(to2)).hasMessageContaining("a@2.0.0 of bundle 21 is not there any more");
    }

    @Test
    void a_plan_that_was_aborted_can_be_applied_again() throws Exception {
        var sick = new boolean[] {true};
        catalog.start(TestVersion.of("a", "2.0.0", 21, Say.class, () -> {
            if (sick[0]) {
                throw new IllegalStateException("no licence");
            }
            return new Say("a2");
        }));
        Proposal to2 = plan("a=a@2.0.0");
        assertThat(apply(to2)).contains("ABORTED", "no licence");
        sick[0] = false;
        assertThat(apply(to2)).contains("SWITCHED");
        assertThat(answer()).isEqualTo("x a2 b1.0.0");
    }

    @Test
    void an_update_under_way_says_where_its_marker_has_come_and_who_is_waited_for() throws Exception {
        var entered = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        catalog.start(TestVersion.of("b", "2.0.0", 22, Stuck.class, () -> new Stuck(entered, letGo)));
        update("b=b@2.0.0");
        assertThat(coordinator.progressOf("flow")).isEmpty();
        inbox.offer("x");
        assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
        catalog.start(say("a", "2.0.0", 21));
        var update = CompletableFuture.supplyAsync(
                () -> coordinator.update("flow", List.of("a=a@2.0.0", "b=b@1.0.0"), home).join());
        try {
            Awaitility.await().untilAsserted(() -> assertThat(coordinator.progressOf("flow")).singleElement().asString().matches(
                    "update 2 is under way, (ALIGNING|SWITCHED) after .* s: a 1\\.0\\.0 -> 2\\.0\\.0, b 2\\.0\\.0 -> 1\\.0\\.0;"
                            + " the marker has come to a; flow/b waits for marker 2: b@2\\.0\\.0 has been in apply\\(\\) for .*"));
        } finally {
            letGo.countDown();
        }
        assertThat(update.get(10, TimeUnit.SECONDS)).hasSize(1);
        assertThat(coordinator.progressOf("flow")).isEmpty();
    }
}
