package neurath.engine;

import neurath.engine.Signature.ThreadKind;

/**
 * Where the engine's threads and its time come from. In production the JDK's; in a simulation a scheduler that decides by a seed who
 * runs next.
 */
public interface Threads {
    /** Starts a thread. */
    Thread start(ThreadKind kind, String name, Runnable task);

    /** Nanoseconds of a clock that only goes forward. */
    long now();

    /** The JDK's threads: virtual ones, and daemons for those that wait in selectors or in native calls. */
    static Threads ofTheJdk() {
        return new Threads() {
            @Override
            public Thread start(ThreadKind kind, String name, Runnable task) {
                Thread.Builder builder = kind == ThreadKind.VIRTUAL
                        ? Thread.ofVirtual().inheritInheritableThreadLocals(false)
                        : Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false);
                Thread thread = builder.name(name).unstarted(task);
                thread.setContextClassLoader(null);
                thread.start();
                return thread;
            }

            @Override
            public long now() {
                return System.nanoTime();
            }
        };
    }
}
