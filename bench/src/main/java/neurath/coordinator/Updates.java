package neurath.coordinator;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import neurath.coordinator.plan.Options;
import neurath.coordinator.plan.Plan;
import neurath.coordinator.plan.Planner;
import neurath.engine.Catalog;
import neurath.engine.Conversions;
import neurath.engine.Flow;
import neurath.engine.Flows;
import neurath.engine.OperatorVersion;
import neurath.graph.Graph;
import neurath.graph.Node;

/**
 * Updates of flows without a platform. It stands in the coordinator's package, on the class path of the experiments only, and is the
 * one place of theirs that uses what the coordinator keeps to itself.
 */
public final class Updates {
    private final Flows flows;
    private final Duration limit;
    private final AtomicInteger number = new AtomicInteger();

    /** @param limit for each update, up to SWITCHED */
    public Updates(Flows flows, Duration limit) {
        this.flows = flows;
        this.limit = limit;
    }

    /** The plan that puts versions into nodes. */
    public Plan plan(Flow flow, Map<String, OperatorVersion> to, Options options) {
        Graph target = flow.graph();
        for (Entry<String, OperatorVersion> wish : to.entrySet()) {
            Node node = target.node(wish.getKey());
            var metadata = new HashMap<>(node.metadata());
            metadata.put("version", wish.getValue().version().toString());
            target = target.with(new Node(node.name(), wish.getValue().operator(), metadata));
        }
        return new Planner(flow.name(), flow.revision(), flow.graph(), flow.versions(), Map.of(), Conversions.NONE)
                .towards(target, List.copyOf(to.values()), Comparator.comparing(OperatorVersion::version), options);
    }

    /** Carries a plan out, on the caller's thread. */
    public Outcome carryOut(Flow flow, Plan plan) {
        return new Update(number.incrementAndGet(), flow, plan, flows.events(), limit, () -> Conversions.NONE).carryOut();
    }

    /** The coordinator as a platform has it: with its records on disk, and one thread that decides. */
    public static final class Coordinated implements AutoCloseable {
        /** As often as a platform looks. */
        private static final long WATCH_MILLIS = 20;

        private final ScheduledExecutorService thread =
                Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("deployer").factory());
        private final ExecutorService workers = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("update ", 1).factory());
        private final Coordinator coordinator;
        private final Path home;

        /**
         * Without probation.
         *
         * @param home folder for its records
         */
        public Coordinated(Flows flows, Catalog catalog, Path home, Duration limit) {
            this(flows, catalog, home, limit, Health.NONE);
        }

        private Coordinated(Flows flows, Catalog catalog, Path home, Duration limit, Health health) {
            this.home = home;
            this.coordinator = new Coordinator(flows, catalog, new FlowStore(home.resolve("flows")), limit, health,
                    new Schedule(workers, thread, () -> {}));
            var _ = thread.scheduleWithFixedDelay(coordinator::tendProbations, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
        }

        /**
         * One that keeps what each update replaced, and goes back to it where more packets fail than {@code errors} of all, or a node
         * takes {@code slowdown} times longer than before, or an operator fails its own test.
         */
        public static Coordinated withProbation(
                Flows flows, Catalog catalog, Path home, Duration limit, Duration probation, double errors, double slowdown) {
            return new Coordinated(flows, catalog, home, limit, new Health(probation, errors, slowdown));
        }

        /** Starts a flow as {@code flow:start} does. */
        public Flow start(String name, Graph graph) {
            return CompletableFuture.completedFuture(name).thenComposeAsync(flow -> coordinator.start(flow, graph), thread).join();
        }

        /** Asks for a change as {@code flow:update} does; completes when it is carried out. */
        public CompletableFuture<List<Outcome>> update(String flow, String... change) {
            return CompletableFuture.completedFuture(List.of(change))
                    .thenComposeAsync(words -> coordinator.update(flow, words, home), thread);
        }

        @Override
        public void close() {
            workers.shutdown();
            thread.shutdown();
        }
    }
}
