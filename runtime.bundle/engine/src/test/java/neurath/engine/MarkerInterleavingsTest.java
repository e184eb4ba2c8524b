package neurath.engine;

import static neurath.engine.Interleavings.allSatisfy;
import static neurath.engine.Interleavings.check;
import static neurath.engine.Interleavings.oneViolates;
import static neurath.engine.Interleavings.shared;
import static neurath.engine.Interleavings.together;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import neurath.engine.Marker.Commit;
import org.junit.jupiter.api.Test;

/** The race of those who end a marker's way: one wins, and each is told whether it did. */
class MarkerInterleavingsTest {
    @Test
    void of_those_who_commit_and_cancel_a_marker_that_holds_one_wins() {
        allSatisfy(new CommittedAndCancelled());
    }

    @Test
    void a_marker_that_streams_has_passed_for_all_nodes_or_is_cancelled_for_all() {
        allSatisfy(new PassedAndCancelled());
    }

    @Test
    void a_commit_that_looks_before_it_sets_is_found() {
        oneViolates(
                Mutant.of(Marker.class, "if (!stage.compareAndSet(Stage.TRAVELLING, Stage.SWITCHED)) {", lookThenSet("SWITCHED"))
                        .running(CommittedAndCancelled.class),
                "won");
    }

    @Test
    void a_cancel_that_looks_before_it_sets_is_found() {
        oneViolates(
                Mutant.of(Marker.class, "if (!stage.compareAndSet(Stage.TRAVELLING, Stage.CANCELLED)) {", lookThenSet("CANCELLED"))
                        .running(PassedAndCancelled.class),
                "and it is");
    }

    @Test
    void a_marker_that_lets_only_the_first_node_pass_is_found() {
        oneViolates(
                Mutant.of(
                        Marker.class,
                        "        return isSwitched();\n    }\n\n    void aligned",
                        "        return switched.complete(null);\n    }\n\n    void aligned")
                        .running(PassedAndCancelled.class),
                "and it is");
    }

    private static String lookThenSet(String stage) {
        return "if (!(stage.get() == Stage.TRAVELLING && stage.getAndSet(Stage." + stage + ") != null)) {";
    }

    static final class CommittedAndCancelled implements Runnable {
        @Override
        public void run() {
            Marker marker = shared(new Marker(1, Commit.HOLD, Map.of(), (node, what) -> {}));
            marker.inject();
            AtomicInteger committed = shared(new AtomicInteger());
            AtomicInteger cancelled = shared(new AtomicInteger());
            together(
                    () -> count(marker.commit(), committed),
                    () -> count(marker.cancel(), cancelled),
                    () -> count(marker.commit(), committed));
            check(committed.get() + cancelled.get() == 1, committed + " who commit and " + cancelled + " who cancel have won");
            check(marker.isSwitched() == (committed.get() == 1), "committed " + committed + ", and it is otherwise");
            check(marker.isCancelled() == (cancelled.get() == 1), "cancelled " + cancelled + ", and it is otherwise");
            check(marker.switched().isDone() == marker.isSwitched(), "the future tells otherwise of the point of no return");
            check(marker.passed().isCompletedExceptionally() == marker.isCancelled(), "the future tells otherwise of the cancellation");
        }
    }

    static final class PassedAndCancelled implements Runnable {
        @Override
        public void run() {
            Marker marker = shared(new Marker(1, Commit.STREAM, Map.of(), (node, what) -> {}));
            AtomicInteger passed = shared(new AtomicInteger());
            AtomicInteger cancelled = shared(new AtomicInteger());
            together(
                    () -> count(marker.pass(), passed),
                    () -> count(marker.cancel(), cancelled),
                    () -> count(marker.pass(), passed));
            check(
                    passed.get() == (marker.isSwitched() ? 2 : 0) && cancelled.get() == (marker.isCancelled() ? 1 : 0)
                            && marker.isSwitched() != marker.isCancelled(),
                    passed + " passed and " + cancelled + " cancelled, and it is " + (marker.isSwitched() ? "switched" : "not switched"));
            check(marker.switched().isDone() == marker.isSwitched(), "the future tells otherwise of the point of no return");
        }
    }

    private static void count(boolean done, AtomicInteger counter) {
        if (done) {
            counter.incrementAndGet();
        }
    }
}
