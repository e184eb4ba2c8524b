package neurath.coordinator;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import neurath.engine.ResourceChange;
import neurath.engine.ResourceChange.Step;

/**
 * What one update changes outside before its new instances are made, so that they and those that run can both use it. For the thread that
 * carries the update out, but where it says otherwise.
 */
final class Expansion {
    /** Nothing is changed. */
    static final Expansion NONE = new Expansion(null, "", Map.of());

    private final ParallelChanges changes;
    private final String flow;
    private final Map<Owed, ResourceChange> expanding;
    /** What has to end first, by node. */
    private final Map<String, CompletableFuture<Optional<String>>> first = new LinkedHashMap<>();
    /** What others have expanded and could not withdraw. */
    private Map<Owed, ResourceChange> again = Map.of();
    private final Set<Owed> withdrawn = new LinkedHashSet<>();
    /** Completes when authors' code that was called has returned, also where nobody waited for it. */
    private CompletableFuture<Void> left = CompletableFuture.completedFuture(null);

    Expansion(ParallelChanges changes, String flow, Map<Owed, ResourceChange> expanding) {
        this.changes = changes;
        this.flow = flow;
        this.expanding = expanding;
    }

    /**
     * Expands, under the update's deadline.
     *
     * @throws Abort if it fails, or what an earlier update has expanded cannot be contracted before
     */
    void carryOut(Deadline deadline, Update.Decisions decisions) throws Abort {
        if (expanding.isEmpty()) {
            return;
        }
        do {
            decisions.decide(this::begin);
            for (var before : first.entrySet()) {
                await(before.getKey(), before.getValue(), deadline);
            }
        } while (!first.isEmpty());
        for (var earlier : again.entrySet()) {
            if (run(deadline, Step.WITHDRAW, earlier.getValue()).isEmpty()) {
                withdrawn.add(earlier.getKey());
            }
        }
        decisions.decide(() -> changes.done(flow, withdrawn));
        for (ResourceChange change : expanding.values()) {
            Optional<String> failure = run(deadline, Step.EXPAND, change);
            if (failure.isPresent()) {
                throw new Abort(said(Step.EXPAND, change) + " failed: " + failure.get()
                        + "; what it has expanded is withdrawn; mend that, then flow:update " + flow);
            }
        }
    }

    private void await(String node, CompletableFuture<Optional<String>> before, Deadline deadline) throws Abort {
        Optional<String> failure = deadline.await(
                before, () -> "what was expanded at " + node + " before is not contracted yet; see flow:show " + flow);
        if (failure.isPresent()) {
            throw new Abort("what was expanded at " + node + " before could not be contracted: " + failure.get()
                    + "; mend that, then ask again; or stop the flow, and start it with the new version");
        }
    }

    /** Begins, or finds what has to end first: one decision, so that nothing comes between. */
    private void begin() throws Abort {
        first.clear();
        expanding.keySet().forEach(owed -> changes.before(flow, owed.node()).ifPresent(before -> first.put(owed.node(), before)));
        if (!first.isEmpty()) {
            return;
        }
        try {
            again = changes.begin(flow, expanding);
        } catch (UncheckedIOException e) {
            throw Update.notDurable(e);
        }
    }

    private Optional<String> run(Deadline deadline, Step step, ResourceChange change) throws Abort {
        var returned = new CompletableFuture<Void>();
        left = CompletableFuture.allOf(left, returned);
        var work = new StepAtWork(step, change);
        return deadline.beside(said(step, change), () -> {
            try {
                return work.carryOut();
            } finally {
                returned.complete(null);
            }
        }, late -> {});
    }

    private static String said(Step step, ResourceChange change) {
        String doing = step == Step.EXPAND ? "expanding " : "withdrawing from ";
        return doing + change.resource() + " by " + change.version().label() + " for " + change.node();
    }

    /** What is owed once the update is switched. Where things are decided. */
    Owed switched(Owed owed) {
        return expanding.containsKey(owed) ? owed.to(Step.CONTRACT) : owed;
    }

    /**
     * The update has ended. Where things are decided.
     *
     * @param closed when its instances are closed, if it was aborted
     */
    void ended(CompletableFuture<Void> closed) {
        if (!expanding.isEmpty()) {
            Set<Owed> expanded = new LinkedHashSet<>(expanding.keySet());
            List<CompletableFuture<Void>> all = new ArrayList<>(List.of(left, closed));
            var _ = CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new))
                    .thenRun(() -> changes.schedule().decide(() -> changes.ended(flow, expanded)));
        }
    }
}
