package neurath.coordinator;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
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
import neurath.graph.Node;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts flows: with the versions they had, or, where these are not there any more, with the highest that fit. */
final class Starts {
    private static final Logger LOG = LoggerFactory.getLogger(Starts.class);

    private final Flows flows;
    private final Catalog catalog;
    private final Duration limit;
    private final Schedule schedule;
    private final ParallelChanges changes;
    private final Set<String> saidToWait = new LinkedHashSet<>();
    /** By flow. */
    private final Map<String, Start> running = new ConcurrentHashMap<>();

    /**
     * @param limit for what authors wrote
     * @param schedule where flows are started
     */
    Starts(Flows flows, Catalog catalog, Duration limit, Schedule schedule, ParallelChanges changes) {
        this.flows = flows;
        this.catalog = catalog;
        this.limit = limit;
        this.schedule = schedule;
        this.changes = changes;
    }

    /**
     * Starts a flow if what it needs is there.
     *
     * @param settled whether everything installed has had its chance to start: only then a recorded version that is not there is lost
     * @param then what follows when it runs
     */
    void ifComplete(FlowRecord record, List<OperatorVersion> available, boolean settled, Consumer<Flow> then) {
        Map<String, OperatorVersion> versions = remembered(record, available);
        if (!settled && !(fills(versions, record) && connects(versions, record))) {
            return;
        }
        if (!fills(versions, record)) {
            versions = Choice.of(record.graph, notRefused(record, available), catalog.newest());
            if (!fills(versions, record)) {
                sayWhatIsMissing(record, versions);
                return;
            }
            if (!record.versions.isEmpty()) {
                notice(record.name(), "of the versions it had, " + record.versions.values()
                        + ", not all are there any more; the highest that fit are taken");
            }
        }
        try {
            var _ = start(record, versions, then).whenComplete((flow, failure) -> record.failed |= failure != null);
        } catch (FlowException e) {
            LOG.debug("{} was refused; the stream of events has the reason", record.name(), e);
            record.failed = true;
        }
    }

    /**
     * Starts a flow because a person asks.
     *
     * @param then what follows when it runs
     */
    CompletableFuture<Flow> asked(FlowRecord record, List<OperatorVersion> available, Consumer<Flow> then) {
        Map<String, OperatorVersion> versions = remembered(record, available);
        return start(record, fills(versions, record) ? versions : Choice.of(record.graph, available, catalog.newest(), versions), then);
    }

    private CompletableFuture<Flow> start(FlowRecord record, Map<String, OperatorVersion> versions, Consumer<Flow> then) {
        saidToWait.remove(record.name());
        StartingChanges outside = changes.starting(record, versions);
        return schedule.asWhole(record.name(), "is being started", withinTheLimit(record, versions, outside), flow -> {
            changes.started(record, outside);
            record.stopped = false;
            record.failed = false;
            record.remember(flow.configuration(), catalog);
            then.accept(flow);
        }).whenComplete((flow, failure) -> {
            running.remove(record.name());
            changes.runsOrNot(record.name());
        });
    }

    /** Expands what is outside, and makes, opens and makes ready the first instances on a thread of their own. */
    private Callable<Flow> withinTheLimit(FlowRecord record, Map<String, OperatorVersion> versions, StartingChanges outside) {
        Map<String, InitialFlow> initialFlows = Planners.initialFlows(catalog).of(record.name(), record.graph, versions);
        List<String> problems = initialFlows.values().stream().flatMap(initial -> initial.problems().stream()).toList();
        if (!problems.isEmpty()) {
            flows.events().publish(new Event.FlowRefused(Instant.now(), record.name(), String.join("; ", problems)));
            throw new FlowException(record.name() + " does not start: " + String.join("; ", problems), null);
        }
        Map<Arc, Adapter> adapters = adapters(record.graph, versions);
        String name = record.name();
        int revision = record.revision;
        Graph graph = record.graph;
        var start = new Start(flows, name, versions.values(), new Initialization(initialFlows));
        running.put(name, start);
        changes.starts(name);
        return () -> start.within(limit, initialization -> {
            outside.carryOut();
            return flows.start(name, graph, versions, revision, adapters, initialization);
        });
    }

    /** Gives the start of a flow that is under way up, if there is one. For any thread. */
    boolean cancel(String flow, String reason) {
        Start start = running.get(flow);
        return start != null && start.giveUp(reason);
    }

    /** Gives all that are under way up. For any thread. */
    void cancelAll(String reason) {
        running.values().forEach(start -> start.giveUp(reason));
    }

    /** How far the start of a flow that is under way has come, if there is one. For any thread. */
    Optional<String> progressOf(String flow) {
        return Optional.ofNullable(running.get(flow)).map(Start::toString);
    }

    /** What fills the nodes of flows that are being started. */
    Stream<OperatorVersion> versions() {
        return running.values().stream().flatMap(start -> start.versions().stream());
    }

    /** The versions a flow had, where its graph still wishes for them. */
    private Map<String, OperatorVersion> remembered(FlowRecord record, List<OperatorVersion> available) {
        var remembered = new LinkedHashMap<String, OperatorVersion>();
        for (Node node : record.graph.nodes().values()) {
            available.stream()
                    .filter(version -> record.remembers(node.name(), version) && Choice.fits(version, node))
                    .max((a, b) -> Boolean.compare(isExactly(record, node.name(), a), isExactly(record, node.name(), b)))
                    .ifPresent(version -> remembered.put(node.name(), version));
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
