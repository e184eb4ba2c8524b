package neurath.engine;

import java.util.concurrent.Callable;

/**
 * The class loader of an operator version, which threads have as their context class loader while they run its code: what authors look up
 * by it is found in their bundle, and a thread that they start, against their contract, can be told to be theirs.
 *
 * @param loader {@code null} if the version has none of its own
 */
record ContextLoader(ClassLoader loader) {
    static ContextLoader of(OperatorVersion version) {
        return new ContextLoader(version.loader().orElse(null));
    }

    /** Runs what authors wrote, on the caller's thread. */
    <T> T call(Callable<T> code) throws Exception {
        if (loader == null) {
            return code.call();
        }
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return code.call();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Code of an author that returns nothing. */
    @FunctionalInterface
    interface Code {
        void run() throws Exception;
    }

    /** Runs what authors wrote, on the caller's thread. */
    void run(Code code) throws Exception {
        call(() -> {
            code.run();
            return null;
        });
    }
}
