package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import neurath.api.Operator;
import neurath.engine.Marker.Commit;
import neurath.events.Event;
import neurath.events.Events;

/** A place where a test runs one flow on real threads; closing it stops the flow and checks that nothing is left. */
final class Workshop implements AutoCloseable {
    /** What any awaited event may take on a busy machine. */
    static final Duration LONG = Duration.ofSeconds(15);

    final List<Event> events = new CopyOnWriteArrayList<>();
    final CountedThreads threads = new CountedThreads();
    final Flows flows;

    private final Map<String, OperatorVersion> versions = new LinkedHashMap<>();
    private final List<Versions> all = new CopyOnWriteArrayList<>();
    private int updates;

    Workshop(int arcCapacity) {
        flows = new Flows(new Events(Runnable::run), threads, text -> text, arcCapacity);
        flows.events().subscribe(events::add);
    }

    /** The version that is to fill a node at the start. */
    <T extends Operator> Versions fill(String node, Class<T> type, java.util.function.Supplier<T> constructor) {
        Versions version = version(node, "1.0.0", type, constructor);
        versions.put(node, version);
        return version;
    }

    /** Another version for a node. */
    <T extends Operator> Versions version(String node, String number, Class<T> type, java.util.function.Supplier<T> constructor) {
        Versions version = Versions.of(node, number, type, constructor);
        all.add(version);
        return version;
    }

    Flow start(String... statements) {
        return flows.start("test", Graphs.of(statements), versions, 1);
    }

    Flow flow() {
        return flows.find("test").orElseThrow();
    }

    NodeStatus status(String node) {
        return flow().status().stream().filter(status -> status.name().equals(node)).findFirst().orElseThrow();
    }

    /** Injects a marker that replaces nodes of a region. */
    Marking mark(Commit commit, Set<String> region, Map<String, Versions> targets) throws Exception {
        var successors = new HashMap<String, Instance>();
        var replaced = new HashMap<String, Instance>();
        for (var target : targets.entrySet()) {
            replaced.put(target.getKey(), flow().instance(target.getKey()));
            successors.put(target.getKey(), flow().build(target.getKey(), target.getValue()));
        }
        Marker marker = flow().mark(++updates, region, successors, commit, (node, what) -> {});
        return new Marking(flow(), marker, commit, replaced, successors);
    }

    /** Carries an update out, to its end. */
    void update(Commit commit, Set<String> region, Map<String, Versions> targets) throws Exception {
        mark(commit, region, targets).complete();
    }

    /** A marker on its way, with the instances it takes out and puts in. */
    record Marking(Flow flow, Marker marker, Commit commit, Map<String, Instance> replaced, Map<String, Instance> successors) {
        void complete() throws Exception {
            if (commit == Commit.HOLD) {
                marker.aligned().get(LONG.toSeconds(), TimeUnit.SECONDS);
                for (Instance successor : successors.values()) {
                    Handover.to(successor).take();
                }
                assertThat(marker.commit()).isTrue();
            }
            marker.passed().get(LONG.toSeconds(), TimeUnit.SECONDS);
            for (Instance old : replaced.values()) {
                var _ = flow.retirement().retire(old);
            }
        }

        void cancel() {
            assertThat(marker.cancel()).isTrue();
            successors.values().forEach(Instance::dismiss);
        }
    }

    /** Ends the flow and waits until what it had in hand is done. */
    void end() throws Exception {
        flow().end().get(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    <E extends Event> List<E> events(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** Stops the flow within the time, and checks that every instance is closed and every thread has ended. */
    @Override
    public void close() throws InterruptedException {
        if (flows.find("test").isPresent()) {
            flows.stop("test", LONG);
        }
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(all).allSatisfy(version -> assertThat(version.alive).as("instances of %s", version).hasValue(0));
            assertThat(threads.alive).as("threads").hasValue(0);
        });
    }
}
