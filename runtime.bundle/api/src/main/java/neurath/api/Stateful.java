package neurath.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * An operator with state that its successor takes over.
 *
 * <p>In an update the old instance is frozen at the marker, its {@link #state} is taken, brought into the new version's shape and
 * given to the new instance, which then takes the old one's place. Where the handover fails, the old instance goes on as if nothing
 * had been: so {@code state} and {@code restore} change nothing outside their own instance.
 *
 * <p>The shape is a record. Components of JDK types and of types in exported packages (sockets and channels included) pass by
 * reference; records of the operator's own bundle, alone or in lists, sets, maps and optionals, are mapped component by component, by name. Where
 * shapes differ in more than new components with a {@link Default}, the new version names a {@link StateTransfer} with
 * {@link TransferredBy}.
 *
 * @param <S> the shape of the state
 */
@ConsumerType
public interface Stateful<S extends Record> extends Operator {
    /**
     * There is no earlier state: makes the first one (binds the socket, creates the tables). Called after {@link #open}, instead of
     * {@link #restore}.
     */
    default void begin() throws Exception {}

    /** The state. Called beside the section while the instance is frozen. */
    S state() throws Exception;

    /**
     * Takes over a state, after {@link #open}. Called beside the section, before the instance is put in; once more where an update is rolled
     * back and this instance, which was kept, is put in again.
     */
    void restore(S state) throws Exception;

    /**
     * About how many entries the state holds, so that a plan can say how long its handover takes; -1 if nobody knows. Called by the section
     * after work was done; it does not wait.
     */
    default long size() {
        return -1;
    }

    /** The flow ends, and the state with it: releases what it holds. Called before {@link #close}. */
    default void discard() throws Exception {}
}
