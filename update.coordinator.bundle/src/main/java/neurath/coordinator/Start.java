package neurath.coordinator;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import neurath.engine.Flow;
import neurath.engine.FlowException;
import neurath.engine.Flows;
import neurath.engine.Initialization;
import neurath.engine.OperatorVersion;
import neurath.events.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One start of a flow, on a thread of its own. What hangs is left behind; a flow that comes too late is ended. */
final class Start {
    private static final Logger LOG = LoggerFactory.getLogger(Start.class);

    private final Flows flows;
    private final String name;
    private final Initialization initialization;
    private final long began = System.nanoTime();
    private final CompletableFuture<Flow> started = new CompletableFuture<>();
    private volatile Thread starter;

    private final List<OperatorVersion> versions;

    /** @param versions what fills the flow's nodes */
    Start(Flows flows, String name, Collection<OperatorVersion> versions, Initialization initialization) {
        this.flows = flows;
        this.name = name;
        this.versions = List.copyOf(versions);
        this.initialization = initialization;
    }

    /** What fills the flow's nodes. */
    List<OperatorVersion> versions() {
        return versions;
    }

    /**
     * Starts the flow, and waits as long as its instances move towards being ready.
     *
     * @param limit for everything else
     * @throws FlowException if it does not start
     */
    Flow within(Duration limit, Function<Initialization, Flow> start) {
        Thread thread = Thread.ofPlatform().daemon().name("start " + name).start(() -> {
            try {
                Flow flow = start.apply(initialization);
                if (!started.complete(flow)) {
                    Thread.ofPlatform().daemon().name("stop " + name).start(this::end); // this one was told to give up waiting
                }
            } catch (Throwable t) {
                started.completeExceptionally(t);
            }
        });
        starter = thread;
        if (started.isCompletedExceptionally()) {
            thread.interrupt(); // it was given up before anybody knew whom to tell
        }
        return await(limit, thread);
    }

    private Flow await(Duration limit, Thread thread) {
        while (true) {
            long moves = initialization.moves();
            try {
                return started.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof FlowException refusal ? refusal : new FlowException(name + " does not start", e.getCause());
            } catch (TimeoutException e) {
                if (initialization.moves() == moves) {
                    giveUp(culprit(thread) + " and is given up after " + limit);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                giveUp("whoever waited for it was interrupted");
                throw new FlowException(name + " does not start: whoever waited for it was interrupted", e);
            }
        }
    }

    private String culprit(Thread thread) {
        String doing = initialization.doing();
        StackTraceElement[] stack = thread.getStackTrace();
        return !doing.isEmpty()
                ? "what is to become ready does not move (" + doing + ')'
                : "it hangs" + (stack.length == 0 ? "" : " in " + stack[0].getClassName() + '.' + stack[0].getMethodName());
    }

    /** Waits no longer for it, if it is not too late. For any thread. */
    boolean giveUp(String reason) {
        boolean inTime = started.completeExceptionally(new FlowException(name + " does not start: " + reason, null));
        if (inTime) {
            flows.events().publish(new Event.FlowRefused(Instant.now(), name, reason));
            if (starter != null) {
                starter.interrupt();
            }
        }
        return inTime;
    }

    private void end() {
        try {
            flows.stop(name, Duration.ZERO);
        } catch (InterruptedException | FlowException e) {
            LOG.error("{} came too late and could not be ended", name, e);
        }
    }

    @Override
    public String toString() {
        String doing = initialization.doing();
        return String.format(Locale.ROOT, "%s is being started for %.1f s", name, (System.nanoTime() - began) / 1e9)
                + (doing.isEmpty() ? "" : "; not ready yet: " + doing);
    }
}
