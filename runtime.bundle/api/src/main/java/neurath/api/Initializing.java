package neurath.api;

import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An operator that needs time before it is of use: it fills a cache, warms its code up, connects to another process. The marker of an
 * update, and the start of a flow, wait until all new instances are ready; what runs goes on meanwhile.
 *
 * <p>It may take as long as it moves: where nothing is said for as long as the deadline of an update, the update is aborted and the old
 * version carries on. Whoever cancels the update interrupts it.
 */
@ConsumerType
public interface Initializing extends Operator {
    /**
     * Becomes ready. Called once, after {@link #open} and before {@link Stateful#begin} or {@link Stateful#restore}, on a thread of its own
     * that may block; never for an instance that was kept and is put in again. It emits nothing and touches no keyed state.
     *
     * @param progress is told how far it has come
     * @throws Exception if it cannot become ready: the flow does not start, or the update is aborted
     */
    void initialize(Progress progress) throws Exception;

    /** Whoever waits until an operator is ready. */
    @FunctionalInterface
    @ProviderType
    interface Progress {
        /**
         * Says that it goes on, and how far it has come. For the thread that initializes only.
         *
         * @param what for people: {@code 1200 of 4000 pages}
         */
        void say(String what);
    }
}
