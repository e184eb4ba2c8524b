package neurath.coordinator;

import neurath.coordinator.plan.InitialFlows;
import neurath.coordinator.plan.Planner;
import neurath.engine.Catalog;
import neurath.engine.Conversions;
import neurath.engine.Flow;

/** Planners for what runs and what is there at this moment. */
final class Planners {
    private Planners() {}

    static Planner of(Flow flow, Catalog catalog) {
        Conversions conversions = catalog.conversions();
        return new Planner(flow.name(), flow.revision(), flow.graph(), flow.versions(), flow.adapters(), conversions)
                .with(initialFlows(catalog));
    }

    /** The initial flows that can run now. */
    static InitialFlows initialFlows(Catalog catalog) {
        return new InitialFlows(catalog.available(), catalog.newest(), catalog.conversions().adapters());
    }
}
