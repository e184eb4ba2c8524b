package neurath.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The model of the update protocol in docs/model holds its invariants, and each way to break the protocol breaks one of them. */
public class ModelTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private void holds(String defines, long atLeast) throws Exception {
        var verdict = Spin.safety(fresh(), defines);
        assertThat(verdict.isComplete()).as(defines + ": " + verdict.output()).isTrue();
        assertThat(verdict.states()).as("states of " + defines).isGreaterThanOrEqualTo(atLeast);
    }

    private void happens(String claim, String defines, long atLeast) throws Exception {
        var verdict = Spin.liveness(fresh(), defines, claim);
        assertThat(verdict.isComplete()).as(defines + ": " + verdict.output()).isTrue();
        assertThat(verdict.states()).as("states of " + defines).isGreaterThanOrEqualTo(atLeast);
    }

    private void breaks(String invariant, String defines) throws Exception {
        assertThat(Spin.assertions(fresh(), defines).output()).as(defines).contains("errors: 1").contains(invariant);
    }

    private void deadlocks(String defines) throws Exception {
        assertThat(Spin.safety(fresh(), defines).output()).as(defines).contains("errors: 1").contains("invalid end state (");
    }

    private void stalls(String claim, String defines) throws Exception {
        assertThat(Spin.liveness(fresh(), defines, claim).output()).as(defines).contains("errors: 1").contains("acceptance cycle");
    }

    private Path fresh() throws Exception {
        return folder.newFolder().toPath();
    }

    @Test
    public void operators_of_a_pipeline_and_of_branches_switch_together() throws Exception {
        holds("PIPELINE STREAM REQUESTS=2", 3_000);
        holds("PIPELINE HOLD REQUESTS=2", 2_000);
        holds("DIAMOND STREAM REQUESTS=2", 40_000);
        holds("DIAMOND HOLD REQUESTS=2", 20_000);
        holds("FORKJOIN STREAM REQUESTS=2", 20_000);
        holds("FORKJOIN HOLD REQUESTS=2", 10_000);
    }

    @Test
    public void a_cancel_at_any_moment_leaves_the_old_or_comes_too_late() throws Exception {
        holds("PIPELINE STREAM CANCEL REQUESTS=1", 10_000);
        holds("PIPELINE HOLD CANCEL REQUESTS=1", 40_000);
        holds("DIAMOND STREAM CANCEL REQUESTS=1", 200_000);
        holds("FORKJOIN STREAM CANCEL REQUESTS=1", 200_000);
    }

    @Test
    public void a_merge_does_not_wait_for_an_input_that_has_ended() throws Exception {
        holds("MERGE STREAM ENDS REQUESTS=2", 30_000);
        holds("MERGE HOLD ENDS REQUESTS=2", 15_000);
        stalls("every_update_ends", "MERGE STREAM ENDS NO_END_COUNTS REQUESTS=2");
    }

    @Test
    public void nodes_come_and_go_at_the_marker() throws Exception {
        holds("INSERT STREAM ENDS REQUESTS=2", 3_000);
        holds("INSERT HOLD ENDS REQUESTS=2", 2_000);
        holds("REMOVE STREAM ENDS REQUESTS=2", 7_000);
        holds("REMOVE HOLD ENDS REQUESTS=2", 5_000);
    }

    @Test
    public void a_rollback_is_an_update() throws Exception {
        holds("PIPELINE STREAM UPDATES=2 REQUESTS=2", 15_000);
        holds("PIPELINE HOLD UPDATES=2 REQUESTS=2", 7_000);
    }

    @Test
    public void a_loop_drains_with_the_old_instances() throws Exception {
        holds("CYCLE HOLD REQUESTS=2 CAPACITY=2", 13_000);
        breaks("I5_one_epoch", "CYCLE HOLD FINE ONE_WAVE REQUESTS=2 CAPACITY=2");
        stalls("every_update_ends", "CYCLE HOLD BACK_EDGE REQUESTS=1 CAPACITY=2");
    }

    @Test
    public void every_update_ends() throws Exception {
        happens("every_update_ends", "PIPELINE STREAM REQUESTS=2", 3_000);
    }

    @Test
    public void outside_the_region_nothing_stops() throws Exception {
        happens("I9_outside_nothing_stops", "OUTSIDE STREAM REQUESTS=5", 40_000);
        happens("I9_outside_nothing_stops", "BESIDE HOLD REQUESTS=3", 200);
        stalls("I9_outside_nothing_stops", "OUTSIDE STREAM NO_SPILL REQUESTS=5");
        stalls("I9_outside_nothing_stops", "BESIDE HOLD WIDE REQUESTS=3");
    }

    @Test
    public void without_marker_alignment_or_fork_a_request_is_mixed() throws Exception {
        breaks("I5_one_epoch", "PIPELINE HOLD EARLY_COMMIT REQUESTS=2");
        breaks("I4_marker_first", "PIPELINE STREAM NAIVE REQUESTS=2");
        breaks("I5_one_epoch", "DIAMOND STREAM NO_ALIGNMENT REQUESTS=2");
        breaks("I5_one_epoch", "FORKJOIN STREAM NO_FORK REQUESTS=2");
    }

    @Test
    public void a_marker_that_comes_late_or_not_everywhere_is_missed() throws Exception {
        breaks("I4_marker_first", "PIPELINE STREAM LATE_MARKER REQUESTS=2");
        breaks("I4_marker_first", "FORKJOIN STREAM ONE_BRANCH REQUESTS=1");
        breaks("I4_marker_first", "INSERT STREAM ENDS NEW_ARC_EARLY REQUESTS=2");
    }

    @Test
    public void an_old_instance_retired_too_early_is_called() throws Exception {
        breaks("I6_no_call_after_close", "PIPELINE STREAM RETIRED_EARLY REQUESTS=2");
    }

    @Test
    public void a_cancel_that_is_dropped_leaves_a_node_frozen() throws Exception {
        breaks("I8_abort_leaves_the_old", "PIPELINE HOLD CANCEL CANCEL_DROPPED REQUESTS=1");
    }

    @Test
    public void state_that_is_taken_before_the_region_is_frozen_lacks_what_came_after() throws Exception {
        breaks("I2_conservation", "PIPELINE HOLD HANDED_EARLY REQUESTS=2");
    }

    @Test
    public void packets_that_overtake_those_that_made_room_are_out_of_order() throws Exception {
        breaks("I1_fifo", "DIAMOND STREAM RING_BEFORE_SPILL REQUESTS=3");
    }

    @Test
    public void a_cancel_that_overwrites_the_switch_leaves_a_mixture() throws Exception {
        breaks("I3_one_version", "PIPELINE STREAM CANCEL NO_CAS REQUESTS=1");
    }

    @Test
    public void a_node_that_goes_before_the_switch_is_missing_after_a_cancel() throws Exception {
        deadlocks("REMOVE STREAM ENDS CANCEL GONE_BEFORE_SWITCHED REQUESTS=1");
    }
}
