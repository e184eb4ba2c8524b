package neurath.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * The control packet that switches a region of a flow from one epoch to the next: data before it belongs to the old epoch, data
 * behind it to the new one.
 *
 * <p>It enters at the region's heads between two packets, and travels on the arcs inside the region. A node waits until it has come on
 * all of them (I7: one that ended counts as come), sends it on, and
 * <ul>
 *   <li>{@link Commit#STREAM}: takes its new instance at once; the first to do so is the point of no return;
 *   <li>{@link Commit#HOLD}: freezes. When all have, the region is drained, and {@link #commit} or {@link #cancel} releases them all.
 * </ul>
 *
 * <p>The stage decides the race between the two ends: it leaves {@code TRAVELLING} once, by compare-and-set, and a node that meets a
 * cancelled marker forgets it. For any thread.
 */
public final class Marker extends Control {
    /** How the new epoch begins. */
    public enum Commit {
        /** Nobody waits: each node switches as the marker passes. Only where no switch can fail. */
        STREAM,
        /** The region waits, drained, until the handover is done; then all switch, or none. */
        HOLD
    }

    private enum Stage {
        TRAVELLING,
        SWITCHED,
        CANCELLED
    }

    private final int number;
    private final Commit commit;
    private final Map<LiveNode, Part> parts;
    private final Listener listener;
    private final Set<LiveNode> unaligned = ConcurrentHashMap.newKeySet();
    private final Set<LiveNode> unreleased = ConcurrentHashMap.newKeySet();
    private final Map<Loop, Drain> drains = new ConcurrentHashMap<>();
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.TRAVELLING);
    private final CompletableFuture<Void> aligned = new CompletableFuture<>();
    private final CompletableFuture<Void> switched = new CompletableFuture<>();
    private final CompletableFuture<Void> passed = new CompletableFuture<>();

    Marker(int number, Commit commit, Map<LiveNode, Part> parts, Listener listener) {
        this.number = number;
        this.commit = commit;
        this.parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
        this.listener = listener;
        entered().forEach(unaligned::add);
        unreleased.addAll(parts.keySet());
    }

    /** Is told how the marker fares, on the sections' threads: it must not wait. */
    @FunctionalInterface
    public interface Listener {
        void passed(String node, String what);
    }

    /** Number of the update: the epoch behind this marker. */
    public int number() {
        return number;
    }

    /** Completes when the marker has come on all live inputs of all nodes; with {@link Commit#HOLD} the region is drained and frozen. */
    public CompletableFuture<Void> aligned() {
        return aligned.copy();
    }

    /** Completes at the point of no return. */
    public CompletableFuture<Void> switched() {
        return switched.copy();
    }

    /** Completes when every node of the region works in the new epoch; with a {@link CancellationException} if it is cancelled. */
    public CompletableFuture<Void> passed() {
        return passed.copy();
    }

    /**
     * With {@link Commit#HOLD}, once aligned: every node takes its new instance and goes on. Whether it was not too late.
     *
     * @throws IllegalStateException if it is not aligned yet
     */
    public boolean commit() {
        if (!aligned.isDone()) {
            throw new IllegalStateException(this + " has not come everywhere yet: " + String.join("; ", awaited()));
        }
        if (!stage.compareAndSet(Stage.TRAVELLING, Stage.SWITCHED)) {
            return false;
        }
        switched.complete(null);
        parts.values().forEach(this::release);
        passedIfAll();
        return true;
    }

    /** Takes the marker back; every node goes on with the instance it has. Whether it was not too late. */
    public boolean cancel() {
        return cancel("the marker was cancelled");
    }

    boolean cancel(String reason) {
        if (!stage.compareAndSet(Stage.TRAVELLING, Stage.CANCELLED)) {
            return false;
        }
        parts.values().forEach(this::release);
        passed.completeExceptionally(new CancellationException(reason));
        return true;
    }

    /** Who keeps it from going on, and by what, one sentence each, for people. */
    public List<String> awaited() {
        return Delay.of(this, unaligned);
    }

    /** Whether it was neither cancelled nor has passed every node. */
    public boolean isOnItsWay() {
        return !isCancelled() && !passed.isDone();
    }

    void inject() {
        entered().forEach(node -> node.post(() -> node.passage.expect(this)));
        alignedIfAll();
    }

    /** The nodes of its region, in the order of the graph. */
    private Stream<LiveNode> entered() {
        return parts.values().stream().filter(part -> part.role() != Part.Role.JOINS).map(Part::node);
    }

    private void release(Part part) {
        part.node().post(() -> part.node().passage.release(this));
    }

    /** Waits until a loop of its region is empty. */
    Drain drain(Loop loop) {
        return drains.computeIfAbsent(loop, awaited -> new Drain(
                awaited, this::isCancelled, node -> node.passage.stop(this), node -> node.passage.goOnTogether(this)));
    }

    Part part(LiveNode node) {
        return parts.get(node);
    }

    Commit how() {
        return commit;
    }

    /** Whether it has not come yet on all live inputs of a node of its region. */
    boolean isAwaitedAt(LiveNode node) {
        return unaligned.contains(node);
    }

    boolean isCancelled() {
        return stage.get() == Stage.CANCELLED;
    }

    /** Whether the point of no return is behind it. */
    public boolean isSwitched() {
        return stage.get() == Stage.SWITCHED;
    }

    /** Whether a node may change now, with {@link Commit#STREAM}. */
    boolean pass() {
        if (stage.compareAndSet(Stage.TRAVELLING, Stage.SWITCHED)) {
            switched.complete(null);
            parts.values().stream().filter(part -> part.role() == Part.Role.JOINS).forEach(this::release);
        }
        return isSwitched();
    }

    void aligned(LiveNode node) {
        listener.passed(node.name(), "aligned");
        unaligned.remove(node);
        alignedIfAll();
    }

    private void alignedIfAll() {
        if (unaligned.isEmpty()) {
            aligned.complete(null);
            if (commit == Commit.STREAM && pass()) { // also where all that changes is that nodes join, or names
                passedIfAll();
            }
        }
    }

    /** Something to know about its way. */
    void tell(LiveNode node, String what) {
        listener.passed(node.name(), what);
    }

    void released(LiveNode node, boolean swapped) {
        listener.passed(node.name(), swapped ? "switched to " + node.label() : "passed");
        unreleased.remove(node);
        passedIfAll();
    }

    private void passedIfAll() {
        if (unreleased.isEmpty()) {
            passed.complete(null);
        }
    }

    @Override
    public String toString() {
        return "marker " + number;
    }
}
