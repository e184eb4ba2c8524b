package neurath.engine;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import neurath.engine.Signature.ThreadKind;
import neurath.events.Event;

/**
 * The threads that operators have started themselves, against their contract, and that still run when the last instance of their code is
 * closed. They keep that code in memory, and whatever they do is done by a version that nobody knows of any more; so they are named.
 *
 * <p>A thread is of a version if the version's class loader is its context class loader, which it inherits from the thread that starts it,
 * or if its class is of that loader. Not found are virtual threads, which the JDK does not enumerate, and threads that were given another
 * context class loader. For any thread.
 */
final class LeftThreads {
    /** What a thread that was told to end may take for it. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    /** How many instances there are of the code of a loader; guarded by itself. */
    private final Map<ClassLoader, Integer> instances = new HashMap<>();
    private final List<Left> left = new CopyOnWriteArrayList<>();

    /** A thread that was left; who it is of holds nothing of its code. */
    private record Left(Flow flow, String version, WeakReference<Thread> thread) {
        boolean runs() {
            Thread still = thread.get();
            return still != null && still.isAlive();
        }

        String said() {
            Thread still = thread.get();
            StackTraceElement[] stack = still == null ? new StackTraceElement[0] : still.getStackTrace();
            return version + " is closed and its thread \"" + (still == null ? "" : still.getName()) + "\" still runs"
                    + Arrays.stream(stack).filter(Left::isNoneOfTheJdk).findFirst().or(() -> Arrays.stream(stack).findFirst())
                            .map(frame -> " (in " + at(frame) + ')')
                            .orElse("");
        }

        private static boolean isNoneOfTheJdk(StackTraceElement frame) {
            String module = frame.getModuleName();
            return module == null || !module.startsWith("java.") && !module.startsWith("jdk.");
        }

        /** As in a stack trace, without loader and module. */
        private static String at(StackTraceElement frame) {
            return new StackTraceElement(null, null, null, frame.getClassName(), frame.getMethodName(), frame.getFileName(),
                    frame.getLineNumber()).toString();
        }
    }

    /** An instance is about to be made. */
    void comes(ContextLoader code) {
        if (code.loader() != null) {
            synchronized (instances) {
                instances.merge(code.loader(), 1, Integer::sum);
            }
        }
    }

    /** An instance could not be made, or is closed: after the last of its code, looks for the threads it has left. */
    void goes(ContextLoader code, LiveNode node, OperatorVersion version) {
        if (code.loader() == null || !isLast(code.loader())) {
            return;
        }
        String label = version.label();
        String path = node.path();
        try {
            node.flow.threads.start(ThreadKind.VIRTUAL, path + " looks for threads", () -> look(code.loader(), node.flow, path, label));
        } catch (OutOfMemoryError e) {
            node.flow.log.warn("{}: nobody looks for threads that {} may have left", path, label, e);
        }
    }

    private boolean isLast(ClassLoader loader) {
        synchronized (instances) {
            return instances.computeIfPresent(loader, (key, number) -> number == 1 ? null : number - 1) == null;
        }
    }

    /** Those of a flow that still run, for people. */
    List<String> of(Flow flow) {
        left.removeIf(thread -> !thread.runs());
        return left.stream().filter(thread -> thread.flow() == flow).map(Left::said).toList();
    }

    private void look(ClassLoader loader, Flow flow, String path, String label) {
        left.removeIf(thread -> !thread.runs());
        long until = System.nanoTime() + GRACE.toNanos();
        for (Thread thread : running(loader)) {
            if (!ends(thread, until)) {
                var found = new Left(flow, label, new WeakReference<>(thread));
                left.add(found);
                flow.publish(at -> new Event.Notice(at, flow.name(), path + ": " + found.said()
                        + "; an operator starts no threads: let the runtime do its waiting (Timed, Polling, @RunsBlocking), or end them in"
                        + " close(). What it holds in memory stays until it ends"));
            }
        }
    }

    private static boolean ends(Thread thread, long until) {
        try {
            return thread.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !thread.isAlive();
        }
    }

    private static List<Thread> running(ClassLoader loader) {
        var found = new ArrayList<Thread>();
        for (Thread thread : platformThreads()) {
            if (loader.equals(thread.getContextClassLoader()) || loader.equals(thread.getClass().getClassLoader())) {
                found.add(thread);
            }
        }
        return found;
    }

    private static List<Thread> platformThreads() {
        ThreadGroup all = Thread.currentThread().getThreadGroup();
        while (all.getParent() != null) {
            all = all.getParent();
        }
        Thread[] threads;
        int number;
        do {
            threads = new Thread[2 * all.activeCount() + 16];
            number = all.enumerate(threads);
        } while (number == threads.length);
        return Arrays.asList(threads).subList(0, number);
    }
}
