package neurath.coordinator;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import neurath.coordinator.plan.Plan;
import neurath.engine.Catalog;
import neurath.engine.Configuration;
import neurath.engine.OperatorVersion;
import neurath.events.Phase;

/** Writes one update of a flow down in the store, and into the flow's record. */
final class UpdateLedger implements Ledger {
    private final Instant began = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final FlowStore store;
    private final Catalog catalog;
    private final FlowRecord record;
    private final Plan plan;
    private final int number;
    private final Collection<OperatorVersion> bad;
    private final UnaryOperator<Owed> switched;
    /** What the record said when the update was completed. */
    private FlowRecord.State before;

    /**
     * @param bad versions that are refused from now on if the update, a rollback, succeeds
     * @param switched what becomes of what is owed when it is switched
     */
    UpdateLedger(
            FlowStore store, Catalog catalog, FlowRecord record, int number, Plan plan, Collection<OperatorVersion> bad,
            UnaryOperator<Owed> switched) {
        this.store = store;
        this.catalog = catalog;
        this.record = record;
        this.number = number;
        this.plan = plan;
        this.bad = bad;
        this.switched = switched;
    }

    @Override
    public void begun(List<Milestone> way) {
        List<String> brought = brought().stream().map(catalog::key).toList();
        store.begin(record, number, began.toString(), brought, plan.versions().values(), way);
    }

    @Override
    public void completed(Outcome outcome, Configuration configuration, List<Milestone> way) {
        before = record.state();
        bad.stream().map(catalog::key).forEach(record.refused::add);
        record.remember(configuration, catalog);
        record.owed.replaceAll(switched);
        store.switched(record, past(outcome, way, Phase.SWITCHED, ""));
    }

    @Override
    public void aborted(Outcome.Aborted outcome, List<Milestone> way) {
        if (before != null) {
            record.restore(before);
        }
        brought().stream().map(catalog::key).forEach(record.refused::add);
        store.aborted(record, past(outcome, way, Phase.ABORTED, outcome.reason()));
    }

    private Past past(Outcome outcome, List<Milestone> way, Phase end, String detail) {
        return new Past(number, began + "  " + outcome, way).with(new Milestone(end, Instant.now(), detail));
    }

    @Override
    public void force() {
        store.force();
    }

    private List<OperatorVersion> brought() {
        return plan.versionReplacements().values().stream().map(Plan.Replacement::to).toList();
    }
}
