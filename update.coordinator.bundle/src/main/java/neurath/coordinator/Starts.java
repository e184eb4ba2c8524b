package neurath.coordinator;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import neurath.coordinator.plan.Choice;
import neurath.engine.Adapter;
import neurath.engine.Catalog;
import neurath.engine.Connections;
import neurath.engine.Flow;
import neurath.engine.FlowException;
import neurath.engine.Flows;
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

    /** Makes and opens the first instances on a thread of its own. What hangs is left behind; a flow that comes too late is ended. */
    private Flow withinTheLimit(FlowRecord record, Map<String, OperatorVersion> versions) {
        String name = record.name();
        Graph graph = record.graph;
        int revision = record.revision;
        var started = new CompletableFuture<Flow>();
        Thread starter = Thread.ofPlatform().daemon().name("start " + name).start(() -> {
            try {
                Flow flow = flows.start(name, graph, versions, revision, adapters(graph, versions));
                if (!started.complete(flow)) {
                    Thread.ofPlatform().daemon().name("stop " + name).start(() -> end(name)); // this one was told to give up waiting
                }
            } catch (Throwable t) {
                started.completeExceptionally(t);
            }
        });
        return await(name, started, starter);
    }

    private void end(String name) {
        try {
            flows.stop(name, Duration.ZERO);
        } catch (InterruptedException | FlowException e) {
            LOG.error("{} came too late and could not be ended", name, e);
        }
    }

    private Flow await(String name, CompletableFuture<Flow> started, Thread starter) {
        try {
            return started.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof FlowException refusal ? refusal : new FlowException(name + " does not start", e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            giveUp(name, started, starter);
            return await(name, started, starter);
        }
    }

    private void giveUp(String name, CompletableFuture<Flow> started, Thread starter) {
        StackTraceElement[] stack = starter.getStackTrace();
        String reason = "it hangs" + (stack.length == 0 ? "" : " in " + stack[0].getClassName() + '.' + stack[0].getMethodName())
                + " and is given up after " + limit;
        if (started.completeExceptionally(new FlowException(name + " does not start: " + reason, null))) {
            starter.interrupt();
            flows.events().publish(new Event.FlowRefused(Instant.now(), name, reason));
        }
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
            notice(record.name(), "waits to be started for " + String.join(", ", missing));
        }
    }

    private void notice(String flow, String text) {
        flows.events().publish(new Event.Notice(Instant.now(), flow, text));
    }
}
