package neurath.bench;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import neurath.api.Operator;
import neurath.coordinator.Outcome;
import neurath.coordinator.Updates;
import neurath.coordinator.plan.Options;
import neurath.engine.Flow;
import neurath.engine.Flows;
import neurath.engine.NodeStatus;
import neurath.engine.OperatorVersion;
import neurath.engine.Threads;
import neurath.events.Events;
import neurath.graph.fbp.FbpParser;

/** One flow in this process, with the real engine, planner and updates, but no platform. */
final class Rig implements AutoCloseable {
    /** What the engine takes if nobody says otherwise. */
    static final int ARC_CAPACITY = 1024;

    private static final String FLOW = "flow";
    private static final Duration GRACE = Duration.ofSeconds(20);

    final Flows flows;
    private final Updates updates;
    private final Map<String, OperatorVersion> first = new LinkedHashMap<>();
    private int versions = 1;

    Rig(int arcCapacity) {
        this(arcCapacity, Duration.ofSeconds(60));
    }

    /** @param limit for each update, up to SWITCHED */
    Rig(int arcCapacity, Duration limit) {
        flows = new Flows(new Events(Runnable::run), Threads.ofTheJdk(), text -> text, arcCapacity);
        updates = new Updates(flows, limit);
    }

    /** What fills a node at the start; its operator is named as the node. */
    <T extends Operator> Rig fill(String node, Class<T> type, Supplier<? extends T> constructor) {
        first.put(node, Versions.of(node, 1, type, constructor));
        return this;
    }

    /** Starts the flow. */
    Flow start(String fbp) {
        return flows.start(FLOW, new FbpParser().parse(fbp), first, 1);
    }

    Flow flow() {
        return flows.find(FLOW).orElseThrow();
    }

    NodeStatus status(String node) {
        return flow().status().stream().filter(status -> status.name().equals(node)).findFirst().orElseThrow();
    }

    /** Replaces a node by the next version; on the caller's thread, up to SWITCHED or ABORTED. */
    <T extends Operator> Outcome replace(String node, Class<T> type, Supplier<? extends T> constructor) {
        return replace(node, type, constructor, Options.NONE);
    }

    <T extends Operator> Outcome replace(String node, Class<T> type, Supplier<? extends T> constructor, Options options) {
        OperatorVersion next = Versions.of(node, ++versions, type, constructor);
        Flow flow = flow();
        return updates.carryOut(flow, updates.plan(flow, Map.of(node, next), options));
    }

    /** Replaces nodes of one kind by the next version, all in one update; nanoseconds from the request to SWITCHED. */
    <T extends Operator> long replacedAll(Collection<String> nodes, Class<T> type, Supplier<? extends T> constructor) {
        int version = ++versions;
        Map<String, OperatorVersion> next = nodes.stream().collect(
                Collectors.toMap(Function.identity(), node -> Versions.of(node, version, type, constructor)));
        Flow flow = flow();
        return completed(updates.carryOut(flow, updates.plan(flow, next, Options.NONE)));
    }

    private static long completed(Outcome outcome) {
        if (outcome instanceof Outcome.Completed completed) {
            return completed.nanos();
        }
        throw new IllegalStateException("an update that should have been carried out was not: " + outcome);
    }

    /** Replaces a node, where anything but success ends the experiment; nanoseconds from the request to SWITCHED. */
    <T extends Operator> long replaced(String node, Class<T> type, Supplier<? extends T> constructor, Options options) {
        return completed(replace(node, type, constructor, options));
    }

    <T extends Operator> long replaced(String node, Class<T> type, Supplier<? extends T> constructor) {
        return replaced(node, type, constructor, Options.NONE);
    }

    /** Waits until replaced instances are closed. */
    void awaitRetirement() {
        Waiting.until("replaced instances to retire", GRACE, () -> flow().retirement().retiring().isEmpty());
    }

    @Override
    public void close() throws InterruptedException {
        if (flows.find(FLOW).isPresent()) {
            flows.stop(FLOW, GRACE);
        }
    }
}
