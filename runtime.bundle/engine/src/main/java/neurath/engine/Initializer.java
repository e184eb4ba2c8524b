package neurath.engine;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import neurath.api.Initializing;
import neurath.engine.Signature.ThreadKind;
import neurath.events.Event;
import neurath.events.Events;

/** Makes one new instance ready: by its initial flow, if it has one, and then by its own {@link Initializing#initialize}. */
final class Initializer implements Runnable, Initializing.Progress {
    /** What an initial flow that is given up may take to end, and then to be cut off. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final String node;
    private final Instance instance;
    private final InitialFlow initial;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    /** The instance is nobody's any more. */
    private final CompletableFuture<Void> left = new CompletableFuture<>();

    private final AtomicLong said = new AtomicLong();
    private final long began = System.nanoTime();
    private volatile String latest = "";
    private volatile Flow flow;
    private volatile Thread thread;
    private volatile long took;

    /** @param initial {@code null} if it has none */
    Initializer(String node, Instance instance, InitialFlow initial) {
        this.node = node;
        this.instance = instance;
        this.initial = initial;
    }

    /** Completes when the instance is ready, or with the reason why it will not be. */
    CompletableFuture<Void> ready() {
        return ready;
    }

    boolean isReady() {
        return ready.isDone();
    }

    void start() {
        instance.inWorkUntil(left);
        try {
            thread = instance.flow().threads.start(ThreadKind.PLATFORM, instance.path() + " gets ready", this);
        } catch (Throwable t) {
            left.complete(null);
            throw t;
        }
    }

    /** Nobody waits for it any more. */
    void giveUp() {
        Thread worker = thread;
        if (!ready.isDone() && worker != null) {
            worker.interrupt();
        }
    }

    @Override
    public void run() {
        try {
            if (initial != null) {
                feed();
            } else if (instance.version().signature().initialFlow().isPresent()) {
                throw new IllegalStateException("it has an initial flow, and nobody said what fills it");
            }
            if (instance.operator() instanceof Initializing operator) {
                instance.code().run(() -> operator.initialize(this));
            }
            took = System.nanoTime() - began;
            ready.complete(null);
        } catch (Throwable t) {
            ready.completeExceptionally(
                    new FlowException(instance.path() + ": " + instance.version().label() + " does not become ready: " + reason(t), t));
        } finally {
            CompletableFuture<Void> over = flow == null ? CompletableFuture.completedFuture(null) : flow.over();
            var _ = over.thenRun(() -> left.complete(null));
        }
    }

    private static String reason(Throwable thrown) {
        if (thrown instanceof FlowException) {
            return thrown.getMessage();
        }
        return thrown.getClass().getSimpleName() + (thrown.getMessage() == null ? "" : ": " + thrown.getMessage());
    }

    /** Runs the initial flow to its end, or to the first packet that is lost in it. */
    private void feed() throws Exception {
        var lost = new CompletableFuture<Void>();
        var events = new Events(Runnable::run);
        var _ = events.subscribe(event -> happened(event, lost));
        Flow beside = instance.flow().beside(initial.name(), events);
        beside.start(initial.graph(), initial.versionsFor(instance), initial.adapters());
        flow = beside;
        try {
            CompletableFuture.anyOf(beside.over(), lost).get();
            lost.getNow(null);
            checkNothingIsLost(beside);
        } catch (ExecutionException | CompletionException e) {
            throw e.getCause() instanceof FlowException failure ? failure : e;
        } finally {
            stop(beside);
        }
    }

    private void happened(Event event, CompletableFuture<Void> lost) {
        if (!(event instanceof Event.FlowStopped)) {
            instance.flow().publish(at -> event);
        }
        if (event instanceof Event.PacketFailed failed) {
            lost.completeExceptionally(new FlowException(
                    initial.name() + '/' + failed.node() + " failed on " + failed.packet() + ": " + failed.cause(), null));
        }
    }

    private void checkNothingIsLost(Flow over) {
        over.status().stream().filter(status -> status.failed() > 0 || status.dropped() > 0).findFirst().ifPresent(status -> {
            throw new FlowException(initial.name() + '/' + status.name() + ": " + status.version().label() + " lost "
                    + Math.max(status.failed(), status.dropped()) + " packets", null);
        });
    }

    /** Whoever interrupts it wants just that. */
    private static void stop(Flow beside) {
        boolean stopped = false;
        while (!stopped) {
            try {
                beside.stop(GRACE);
                stopped = true;
            } catch (InterruptedException e) {
                beside.log.debug("{} is being stopped already", beside.name(), e);
            }
        }
    }

    @Override
    public void say(String what) {
        latest = what;
        said.incrementAndGet();
    }

    long moves() {
        return packets() + said.get() + (flow == null ? 0 : 1) + (ready.isDone() ? 1 : 0);
    }

    /** Packets taken and emitted in the initial flow. */
    private long packets() {
        Flow beside = flow;
        return beside == null ? 0 : beside.status().stream().mapToLong(status -> status.taken() + status.emitted()).sum();
    }

    /** For people: {@code load: 1200 of 4000 pages}. */
    String doing() {
        Flow beside = flow;
        if (latest.isEmpty() && beside != null && !beside.over().isDone()) {
            return node + ": " + beside.name() + " has handled " + packets() + " packets and has yet to finish "
                    + String.join(", ", beside.unfinished());
        }
        Thread worker = thread;
        StackTraceElement[] stack = worker == null ? new StackTraceElement[0] : worker.getStackTrace();
        return node + ": " + (latest.isEmpty() ? "nothing said yet" : latest)
                + (stack.length == 0 ? "" : ", in " + stack[0].getClassName() + '.' + stack[0].getMethodName());
    }

    String summary() {
        return String.format(Locale.ROOT, "%s was ready after %.1f s%s", node, took / 1e9, latest.isEmpty() ? "" : ", " + latest);
    }
}
