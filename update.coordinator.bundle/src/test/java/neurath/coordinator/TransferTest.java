package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.StateTransfer;
import neurath.api.Stateful;
import neurath.api.TransferredBy;
import neurath.coordinator.Texts.Count;
import neurath.graph.fbp.FbpParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** State passes by a transfer that a third bundle offers. */
class TransferTest extends OnTexts {
    private static final String TO_TALLY = "a=tally@1";

    private final TestTransfer forwards = new TestTransfer("count@1.0.0", "tally@1.0.0", new CountToTally());
    private final TestTransfer back = new TestTransfer("tally@1.0.0", "count@1.0.0", new TallyToCount());
    private Runnable whenOpened = () -> {};

    record Tally(long total, String by) {}

    /** Counts as {@link Count} does and keeps a state of another shape. */
    @In(value = "IN", type = String.class)
    @Out(value = "OUT", type = String.class)
    static class Tallying implements Stateful<Tally> {
        private final Runnable whenOpened;
        private Tally tally = new Tally(0, "nobody");

        Tallying(Runnable whenOpened) {
            this.whenOpened = whenOpened;
        }

        @Override
        public void open(Context context) {
            Output<String> out = context.output("OUT", String.class);
            context.receive("IN", String.class, text -> {
                tally = new Tally(tally.total() + 1, tally.by());
                out.emit(text + " tally" + tally.total() + " by " + tally.by());
            });
            whenOpened.run();
        }

        @Override
        public Tally state() {
            return tally;
        }

        @Override
        public void restore(Tally state) {
            tally = state;
        }
    }

    /** The same, with a transfer of its own. */
    @TransferredBy(OfItsOwn.class)
    @In(value = "IN", type = String.class)
    @Out(value = "OUT", type = String.class)
    static final class Declaring extends Tallying {
        Declaring() {
            super(() -> {});
        }
    }

    record Before(int count) {}

    static final class OfItsOwn implements StateTransfer<Before, Tally> {
        @Override
        public Tally transfer(Before old) {
            return new Tally(old.count(), "its own");
        }
    }

    /** As it is in the third bundle: both shapes mirror those of the versions. */
    static final class CountToTally implements StateTransfer<CountToTally.Single, CountToTally.Sum> {
        record Single(int count) {}

        record Sum(long total, String by) {}

        @Override
        public Sum transfer(Single old) {
            return new Sum(old.count() * 100L, "the third bundle");
        }
    }

    static final class TallyToCount implements StateTransfer<Tally, TallyToCount.Back> {
        record Back(int count) {}

        @Override
        public Back transfer(Tally old) {
            return new Back((int) old.total());
        }
    }

    static final class OfSomethingElse implements StateTransfer<OfSomethingElse.Words, Tally> {
        record Words(String words) {}

        @Override
        public Tally transfer(Words old) {
            return new Tally(0, old.words());
        }
    }

    @BeforeEach
    void serve() throws Exception {
        catalog.start(
                TestVersion.of("count", "1.0.0", 3, Count.class, () -> new Count("n")),
                TestVersion.of("tally", "1.0.0", 4, Tallying.class, () -> new Tallying(() -> whenOpened.run())),
                TestVersion.of("own", "1.0.0", 5, Declaring.class, Declaring::new));
        coordinator = new Coordinator(flows, catalog, new FlowStore(home), Duration.ofSeconds(5));
        offer(new FbpParser().parse("feed(feed) OUT -> IN a(count) OUT -> IN collect(collect)"));
        assertThat(answer("x")).isEqualTo("x n1");
    }

    @Override
    @AfterEach
    void nothing_is_left() throws Exception {
        super.nothing_is_left();
        assertThat(List.of(forwards, back)).allSatisfy(transfer -> assertThat(transfer.inUse).hasValue(0));
    }

    private String plan(String... change) {
        return String.join("\n", coordinator.plan("flow", List.of(change), home).stream().map(Object::toString).toList());
    }

    private Outcome update(String... change) {
        return coordinator.update("flow", List.of(change), home).join().getFirst();
    }

    @Test
    void another_operator_takes_the_state_over_by_a_transfer_that_the_plan_names() throws Exception {
        assertThat(plan(TO_TALLY)).contains("REFUSED", "does not fit");
        catalog.offer(forwards);
        assertThat(plan(TO_TALLY)).contains("state   a  by the transfer CountToTally of bundle 99").doesNotContain("REFUSED");
        assertThat(update(TO_TALLY)).isInstanceOf(Outcome.Completed.class);
        assertThat(answer("x")).isEqualTo("x tally101 by the third bundle");
    }

    @Test
    void it_goes_before_what_a_version_declares() throws Exception {
        catalog.offer(new TestTransfer("count@1.0.0", "own@1.0.0", new CountToTally()));
        assertThat(update("a=own@1")).isInstanceOf(Outcome.Completed.class);
        assertThat(answer("x")).isEqualTo("x tally101 by the third bundle");
    }

    @Test
    void one_that_is_meant_for_other_versions_is_left_alone() throws Exception {
        catalog.offer(forwards);
        assertThat(plan("a=own@1")).contains("state   a  by OfItsOwn, which a version declares");
        assertThat(update("a=own@1")).isInstanceOf(Outcome.Completed.class);
        assertThat(answer("x")).isEqualTo("x tally2 by its own");
    }

    @Test
    void the_plan_says_so_where_state_passes_by_name() {
        catalog.start(TestVersion.of("count", "1.1.0", 13, Count.class, () -> new Count("n")));
        assertThat(plan("a=count@1.1")).contains("state   a  by name");
    }

    @Test
    void a_rollback_takes_the_way_back_that_a_bundle_offers() throws Exception {
        catalog.offer(forwards);
        assertThat(update("--probation", "1m", TO_TALLY)).isInstanceOf(Outcome.Completed.class);
        assertThat(answer("x")).isEqualTo("x tally101 by the third bundle");
        assertThatThrownBy(() -> coordinator.rollback("flow", "by the test").join()).hasMessageContaining("cannot be rolled back");
        catalog.offer(back);
        assertThat(coordinator.rollback("flow", "by the test").join()).isInstanceOf(Outcome.RolledBack.class);
        assertThat(answer("x")).isEqualTo("x n102");
    }

    @Test
    void one_that_is_meant_for_the_two_and_does_not_fit_is_refused_with_its_bundle_named() {
        catalog.offer(new TestTransfer("count@1.0.0", "tally@1.0.0", new OfSomethingElse()));
        assertThat(plan(TO_TALLY)).contains("REFUSED", "the transfer OfSomethingElse of bundle 99 is meant for it and does not take the"
                + " state: nothing is there for its component words");
    }

    @Test
    void of_several_the_best_that_fits_is_taken() throws Exception {
        catalog.offer(new TestTransfer("count@1.0.0", "tally@1.0.0", new OfSomethingElse()));
        catalog.offer(forwards);
        catalog.offer(new TestTransfer("count@1.0.0", "tally@1.0.0", new OfItsOwn()));
        assertThat(plan(TO_TALLY)).contains("by the transfer CountToTally of bundle 99");
    }

    @Test
    void a_transfer_that_goes_before_the_handover_aborts_the_update_and_the_old_state_stays() throws Exception {
        catalog.offer(forwards);
        whenOpened = () -> catalog.withdraw(forwards);
        assertThat(update(TO_TALLY)).isInstanceOf(Outcome.Aborted.class).asString()
                .contains("the transfer CountToTally of bundle 99 for a has gone since the plan was made");
        assertThat(answer("x")).isEqualTo("x n2");
    }

    @Test
    void a_transfer_that_comes_before_the_handover_aborts_the_update_too() throws Exception {
        catalog.start(TestVersion.of("own", "1.1.0", 15, Declaring.class, () -> {
            catalog.offer(new TestTransfer("count@1.0.0", "own@1.1.0", new CountToTally()));
            return new Declaring();
        }));
        assertThat(update("a=own@1.1")).isInstanceOf(Outcome.Aborted.class).asString()
                .contains("the transfer CountToTally of bundle 99 for a has come since the plan was made; plan again");
        assertThat(answer("x")).isEqualTo("x n2");
    }
}
