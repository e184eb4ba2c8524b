package neurath.coordinator;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import neurath.coordinator.plan.Plan;
import neurath.engine.Catalog;
import neurath.engine.Flow;
import neurath.engine.OperatorVersion;

/** Writes one update of a flow down in the store, and into the flow's record. */
final class UpdateLedger implements Ledger {
    private final Instant began = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final FlowStore store;
    private final Catalog catalog;
    private final FlowRecord record;
    private final Flow flow;
    private final Plan plan;
    private final Collection<OperatorVersion> bad;

    /** @param bad versions that are refused from now on if the update, a rollback, succeeds */
    UpdateLedger(FlowStore store, Catalog catalog, FlowRecord record, Flow flow, Plan plan, Collection<OperatorVersion> bad) {
        this.store = store;
        this.catalog = catalog;
        this.record = record;
        this.flow = flow;
        this.plan = plan;
        this.bad = bad;
    }

    @Override
    public void begun() {
        List<String> brought = brought().stream().map(catalog::key).toList();
        store.begin(record, began.toString(), brought, plan.versions().values());
    }

    @Override
    public void ended(Outcome outcome) {
        String line = began + "  " + outcome;
        switch (outcome) {
            case Outcome.Completed completed -> switched(line);
            case Outcome.RolledBack rolledBack -> {
                bad.stream().map(catalog::key).forEach(record.refused::add);
                switched(line);
            }
            case Outcome.Aborted aborted -> {
                brought().stream().map(catalog::key).forEach(record.refused::add);
                record.remember(flow, catalog);
                store.aborted(record, line);
            }
        }
    }

    private void switched(String line) {
        record.remember(flow, plan, catalog);
        store.switched(record, line);
    }

    @Override
    public void force() {
        store.force();
    }

    private List<OperatorVersion> brought() {
        return plan.versionReplacements().values().stream().map(Plan.Replacement::to).toList();
    }
}
