package neurath.coordinator;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import neurath.coordinator.plan.Choice;
import neurath.engine.Adapter;
import neurath.engine.Catalog;
import neurath.engine.Connections;
import neurath.engine.Flow;
import neurath.engine.FlowException;
import neurath.engine.Flows;
import neurath.engine.InitialFlow;
import neurath.engine.Initialization;
import neurath.engine.OperatorVersion;
import neurath.events.Event;
import neurath.graph.Arc;
import neurath.graph.Graph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts flows: with the versions they had, or, where these are not there any more, with the highest that fit. */
final class Starts {
    private static final Logger LOG = LoggerFactory.getLogger(Starts.class);

    private final Flows flows;
    private final Catalog catalog;
    private final Duration limit;
    private final Set<String> saidToWait = new LinkedHashSet<>();
    private volatile Start running;

    /** @param limit for what authors wrote, which runs beside the caller's thread */
    Starts(Flows flows, Catalog catalog, Duration limit) {
        this.flows = flows;
        this.catalog = catalog;
        this.limit = limit;
    }

    /**
     * Starts a flow if what it needs is there.
     *
     * @param settled whether everything installed has had its chance to start: only then a recorded version that is not there is lost
     */
    Optional<Flow> ifComplete(FlowRecord record, List<OperatorVersion> available, boolean settled) {
        Map<String, OperatorVersion> versions = remembered(record, available);
        if (!settled && !(fills(versions, record) && connects(versions, record))) {
            return Optional.empty();
        }
        if (!fills(versions, record)) {
            versions = Choice.of(record.graph, notRefused(record, available), catalog.newest());
            if (!fills(versions, record)) {
                sayWhatIsMissing(record, versions);
                return Optional.empty();
            }
            if (!record.versions.isEmpty()) {
                notice(record.name(), "of the versions it had, " + record.versions.values()
                        + ", not all are there any more; the highest that fit are taken");
            }
        }
        try {
            return Optional.of(start(record, versions));
        } catch (FlowException e) {
            LOG.debug("{} was refused; the stream of events has the reason", record.name(), e);
            record.failed = true;
            return Optional.empty();
        }
    }

    /** Starts a flow because a person asks. */
    Flow asked(FlowRecord record, List<OperatorVersion> available) {
        Map<String, OperatorVersion> versions = remembered(record, available);
        return start(record, fills(versions, record) ? versions : Choice.of(record.graph, available, catalog.newest()));
    }

    private Flow start(FlowRecord record, Map<String, OperatorVersion> versions) {
        saidToWait.remove(record.name());
        Flow flow = withinTheLimit(record, versions);
        record.stopped = false;
        record.failed = false;
        record.remember(flow.configuration(), catalog);
        return flow;
    }

    /** Makes, opens and makes ready the first instances on a thread of their own. */
    private Flow withinTheLimit(FlowRecord record, Map<String, OperatorVersion> versions) {
        Map<String, InitialFlow> initialFlows = Planners.initialFlows(catalog).of(record.name(), record.graph, versions);
        List<String> problems = initialFlows.values().stream().flatMap(initial -> initial.problems().stream()).toList();
        if (!problems.isEmpty()) {
            flows.events().publish(new Event.FlowRefused(Instant.now(), record.name(), String.join("; ", problems)));
            throw new FlowException(record.name() + " does not start: " + String.join("; ", problems), null);
        }
        Map<Arc, Adapter> adapters = adapters(record.graph, versions);
        int revision = record.revision;
        Graph graph = record.graph;
        var start = new Start(flows, record.name(), new Initialization(initialFlows));
        running = start;
        try {
            return start.within(limit, initialization -> flows.start(record.name(), graph, versions, revision, adapters, initialization));
        } finally {
            running = null;
        }
    }

    /** Gives the start of a flow that is under way up, if there is one. For any thread. */
    boolean cancel(String flow, String reason) {
        Start start = running;
        return start != null && start.isOf(flow) && start.giveUp(reason);
    }

    /** Gives the start that is under way up, whatever the flow. For any thread. */
    void cancelAny(String reason) {
        Start start = running;
        if (start != null) {
            start.giveUp(reason);
        }
    }

    /** How far the start of a flow that is under way has come, if there is one. For any thread. */
    Optional<String> progressOf(String flow) {
        return Optional.ofNullable(running).filter(start -> start.isOf(flow)).map(Start::toString);
    }

    private Map<String, OperatorVersion> remembered(FlowRecord record, List<OperatorVersion> available) {
        var remembered = new LinkedHashMap<String, OperatorVersion>();
        for (String node : record.graph.nodes().keySet()) {
            available.stream()
                    .filter(version -> record.remembers(node, version))
                    .max((a, b) -> Boolean.compare(isExactly(record, node, a), isExactly(record, node, b)))
                    .ifPresent(version -> remembered.put(node, version));
        }
        return remembered;
    }

    private boolean isExactly(FlowRecord record, String node, OperatorVersion version) {
        return catalog.key(version).equals(record.versions.get(node));
    }

    private List<OperatorVersion> notRefused(FlowRecord record, List<OperatorVersion> available) {
        return available.stream()
                .filter(version -> !record.refused.contains(catalog.key(version)))
                .toList();
    }

    /** Whether the versions fit together, with what bundles offer to adapt packets now; an adapter may start after the operators. */
    private boolean connects(Map<String, OperatorVersion> versions, FlowRecord record) {
        return Connections.problems(record.name(), record.graph, versions, adapters(record.graph, versions).keySet()).isEmpty();
    }

    private Map<Arc, Adapter> adapters(Graph graph, Map<String, OperatorVersion> versions) {
        return Connections.adapters(graph, versions, Map.of(), catalog.conversions().adapters());
    }

    private static boolean fills(Map<String, OperatorVersion> versions, FlowRecord record) {
        return versions.size() == record.graph.nodes().size();
    }

    private void sayWhatIsMissing(FlowRecord record, Map<String, OperatorVersion> versions) {
        if (saidToWait.add(record.name())) {
            List<String> missing = record.graph.nodes().values().stream()
                    .filter(node -> !versions.containsKey(node.name()))
                    .map(node -> node.wish() + " for " + node.name())
                    .toList();
            List<String> incomplete = Planners.initialFlows(catalog).waiting(record.graph);
            notice(record.name(), "waits to be started for " + String.join(", ", missing)
                    + (incomplete.isEmpty() ? "" : "; " + String.join("; ", incomplete)));
        }
    }

    private void notice(String flow, String text) {
        flows.events().publish(new Event.Notice(Instant.now(), flow, text));
    }
}
