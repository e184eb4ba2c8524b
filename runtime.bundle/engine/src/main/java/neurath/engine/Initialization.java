package neurath.engine;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import neurath.api.Initializing;

/**
 * The gate before new instances are put in: makes them ready, beside what runs, by their initial flows and by
 * {@link Initializing#initialize}. Each has a thread of its own; the gate opens when all are ready.
 *
 * <p>It has no bound of its own: whoever waits at it looks whether it {@linkplain #moves moves}, and interrupts who passes it where it does
 * not. For any thread; it is passed once.
 */
public final class Initialization {
    private final Map<String, InitialFlow> flows;
    private final List<Initializer> initializers = new CopyOnWriteArrayList<>();

    /** @param flows those of the instances that have one, by node */
    public Initialization(Map<String, InitialFlow> flows) {
        this.flows = Map.copyOf(flows);
    }

    /** What grows while it moves: packets of initial flows, what operators say, instances that are ready. */
    public long moves() {
        return initializers.stream().mapToLong(Initializer::moves).sum();
    }

    /** Who is not ready yet, and what it does, for people; empty if all are, or nobody needs time. */
    public String doing() {
        return initializers.stream()
                .filter(initializer -> !initializer.isReady())
                .map(Initializer::doing)
                .collect(Collectors.joining("; "));
    }

    /** How long it took, for people: {@code load was ready after 1.3 s}; empty if nobody needed time. */
    public String summary() {
        return initializers.stream().map(Initializer::summary).collect(Collectors.joining("; "));
    }

    /** Whether one of these instances needs time. */
    boolean isNeededBy(Map<String, Instance> instances) {
        return instances.entrySet().stream().anyMatch(entry -> isNeededBy(entry.getKey(), entry.getValue()));
    }

    private boolean isNeededBy(String node, Instance instance) {
        return flows.containsKey(node) || instance.version().signature().initialFlow().isPresent()
                || instance.operator() instanceof Initializing;
    }

    /**
     * Makes instances ready, and waits for it. Where one fails, or the caller is interrupted, those that still work are interrupted and not
     * waited for, see {@link Instance#dismissWhenLeft}.
     *
     * @param instances by node
     * @throws FlowException if one does not become ready
     */
    void pass(Map<String, Instance> instances) throws InterruptedException {
        instances.forEach((node, instance) -> {
            if (isNeededBy(node, instance)) {
                initializers.add(new Initializer(node, instance, flows.get(node)));
            }
        });
        if (initializers.isEmpty()) {
            return;
        }
        var all = CompletableFuture.allOf(initializers.stream().map(Initializer::ready).toArray(CompletableFuture<?>[]::new));
        var failed = new CompletableFuture<Void>();
        initializers.forEach(initializer -> initializer.ready().exceptionally(failure -> {
            failed.completeExceptionally(failure);
            return null;
        }));
        try {
            initializers.forEach(Initializer::start);
            CompletableFuture.anyOf(all, failed).get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw cause instanceof FlowException failure ? failure : new FlowException(cause.getMessage(), cause);
        } finally {
            initializers.forEach(Initializer::giveUp);
        }
    }
}
