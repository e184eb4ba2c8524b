package neurath.coordinator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;
import neurath.coordinator.plan.Plan;
import neurath.engine.Flow;
import neurath.engine.Instance;
import neurath.engine.NodeStatus;
import neurath.engine.OperatorVersion;
import neurath.events.Event;
import neurath.events.Events;
import neurath.events.Phase;
import neurath.graph.Graph;

/**
 * An update that is switched and can still be rolled back: its old instances are kept. It ends when it is confirmed, by a person or by
 * time, or rolled back, by a person or because a rule of its {@link Health} says so. For the deployer's thread.
 */
final class Probation {
    private final int update;
    private final Flow flow;
    private final Plan plan;
    private final Graph before;
    private final Map<String, OperatorVersion> versionsBefore;
    /** What is out, and whether nobody took its state over. */
    private final Map<Instance, Boolean> kept;
    private final Health health;
    private final Events events;
    private final Map<String, NodeStatus> atTheSwitch = new HashMap<>();
    private final Map<String, CompletableFuture<Optional<String>>> tests = new HashMap<>();
    private final long ends;

    Probation(
            int update, Flow flow, Plan plan, Graph before, Map<String, OperatorVersion> versionsBefore, Map<Instance, Boolean> kept,
            Health health, Events events) {
        this.update = update;
        this.flow = flow;
        this.plan = plan;
        this.before = before;
        this.versionsBefore = Map.copyOf(versionsBefore);
        this.kept = kept;
        this.health = health;
        this.events = events;
        this.ends = System.nanoTime() + health.probation().toNanos();
        flow.status().forEach(status -> atTheSwitch.put(status.name(), status));
    }

    /** Number of the update. */
    int update() {
        return update;
    }

    /** What was done, and is undone by a rollback. */
    Plan plan() {
        return plan;
    }

    Graph before() {
        return before;
    }

    Map<String, OperatorVersion> versionsBefore() {
        return versionsBefore;
    }

    /** The kept instance that filled a node, by the node's former name, if the node is still there. */
    Optional<Instance> replaced(String node) {
        return plan.difference().removed().contains(node) ? Optional.empty() : of(node);
    }

    /** The kept last instance of a node that is no more. */
    Optional<Instance> removed(String node) {
        return plan.difference().removed().contains(node) ? of(node) : Optional.empty();
    }

    /** What was kept, and is not among the instances that were put in again: last instances of nodes, and those of nodes that had ended. */
    List<Instance> leftBy(Collection<Instance> putIn) {
        return kept.keySet().stream().filter(instance -> !putIn.contains(instance)).toList();
    }

    /** Whether an instance's state was taken over by nobody, so that it is still its own. */
    boolean hasItsState(Instance instance) {
        return kept.getOrDefault(instance, false);
    }

    private Optional<Instance> of(String formerNode) {
        String node = plan.difference().formerNames().entrySet().stream()
                .filter(names -> names.getValue().equals(formerNode))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(formerNode);
        return kept.keySet().stream().filter(instance -> instance.node().equals(node)).findFirst();
    }

    boolean isOver() {
        return System.nanoTime() - ends >= 0;
    }

    /** Seconds left, for people. */
    long secondsLeft() {
        return Math.max(0, (ends - System.nanoTime()) / 1_000_000_000);
    }

    /** The old instances may go. */
    void confirm(String because) {
        var _ = flow.retirement().retireKept(List.copyOf(kept.keySet())).thenRun(() -> events.publish(new Event.UpdatePhase(
                Instant.now(), flow.name(), update, Phase.RETIRED, "confirmed " + because + "; the old instances are closed")));
    }

    /** It was undone by another update. */
    void rolledBack(int by, String because) {
        events.publish(new Event.UpdatePhase(
                Instant.now(), flow.name(), update, Phase.ROLLED_BACK, "by update " + by + ", " + because));
    }

    /** Why it is to be rolled back, if a rule says so. */
    Optional<String> sickness() {
        List<NodeStatus> now = flow.status();
        return tooManyErrors(now).or(() -> tooSlow(now)).or(this::failedTest);
    }

    private Optional<String> tooManyErrors(List<NodeStatus> now) {
        long failed = now.stream().mapToLong(status -> status.failed() - then(status, NodeStatus::failed)).sum();
        long failedBefore = now.stream().mapToLong(status -> then(status, NodeStatus::failed)).sum();
        long taken = most(now, status -> status.taken() - then(status, NodeStatus::taken));
        long takenBefore = most(now, status -> then(status, NodeStatus::taken));
        double rate = (double) failed / Math.max(1, taken);
        double allowed = health.errors() + (double) failedBefore / Math.max(1, takenBefore);
        return failed >= Health.FEW && rate > allowed
                ? Optional.of(String.format(
                        Locale.ROOT, "%d of %d packets failed since the switch, and %.1f %% may", failed, taken, allowed * 100))
                : Optional.empty();
    }

    private Optional<String> tooSlow(List<NodeStatus> now) {
        return now.stream()
                .filter(status -> health.slowdown() > 0 && plan.replacements().containsKey(status.name()))
                .flatMap(status -> tooSlow(status).stream())
                .findFirst();
    }

    private Optional<String> tooSlow(NodeStatus now) {
        NodeStatus then = atTheSwitch.get(now.name());
        long taken = then == null ? 0 : now.taken() - then.taken();
        if (taken < Health.FEW || then.taken() < Health.FEW) {
            return Optional.empty();
        }
        double before = Math.max(1, (double) then.nanos() / then.taken());
        double since = (double) (now.nanos() - then.nanos()) / taken;
        boolean tells = taken >= Health.COLD || since > Health.SLOW_THOUGH_COLD_NANOS;
        return tells && since > health.slowdown() * before
                ? Optional.of(String.format(Locale.ROOT, "%s takes %.1f µs a packet, and took %.1f before the switch", now.name(),
                        since / 1_000, before / 1_000))
                : Optional.empty();
    }

    /** Asks the operators that came; one that is asked is not asked again before it has answered. */
    private Optional<String> failedTest() {
        Optional<String> sick = tests.values().stream()
                .filter(CompletableFuture::isDone)
                .flatMap(test -> test.join().stream())
                .findFirst();
        tests.values().removeIf(CompletableFuture::isDone);
        var came = new ArrayList<>(plan.replacements().keySet());
        came.addAll(plan.difference().added());
        came.forEach(node -> tests.computeIfAbsent(node, flow::test));
        return sick;
    }

    private long then(NodeStatus status, ToLongFunction<NodeStatus> what) {
        NodeStatus then = atTheSwitch.get(status.name());
        return then == null ? 0 : what.applyAsLong(then);
    }

    private static long most(List<NodeStatus> nodes, ToLongFunction<NodeStatus> what) {
        return nodes.stream().mapToLong(what).max().orElse(0);
    }
}
