package neurath.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import neurath.api.StateTransfer;
import neurath.api.Stateful;

/**
 * The state of a node passing from the instance that fills it to one that is to take its place. Whatever authors wrote runs on the
 * caller's thread.
 */
public final class Handover {
    private final Instance successor;

    private Handover(Instance successor) {
        this.successor = successor;
    }

    /** The handover to an instance that was built beside the one that runs. */
    public static Handover to(Instance successor) {
        return new Handover(successor);
    }

    /**
     * What copies the keyed state ahead of the marker; empty where nothing changes its shape. {@link #take} moves what is left. Dismissing
     * the new instance ends it, and leaves the old one as it was.
     *
     * @throws Exception what the constructor of a transfer throws
     */
    public Optional<PreCopy> preCopy() throws Exception {
        return Optional.of(successor.preCopy(successor.predecessor())).filter(PreCopy::isNeeded);
    }

    /**
     * Takes the state over, while a marker holds the node. Where the old version keeps no state the new one makes its first.
     *
     * @throws Exception what {@code state}, {@code restore} or a transfer throws; the old instance is as it was
     */
    public void take() throws Exception {
        take(Optional.empty());
    }

    /**
     * The same, by a transfer that a bundle offers.
     *
     * @param by the transfer; without one by what the versions declare, or by name
     */
    public void take(Optional<StateTransfer<?, ?>> by) throws Exception {
        takeFrom(successor.predecessor(), by);
    }

    void takeFrom(Instance old, Optional<StateTransfer<?, ?>> by) throws Exception {
        if (old.isClosed()) {
            return; // the node has ended: it needs no successor, and its state was discarded
        }
        successor.preCopy(old).finish();
        if (old.operator() instanceof Stateful<?> from && successor.operator() instanceof Stateful<?> to) {
            Signature wanted = successor.version().signature();
            Record left = old.code().call(from::state);
            Record state = by.isPresent()
                    ? StateMapping.bring(left, by.get(), wanted)
                    : StateMapping.bring(left, old.version().signature(), wanted);
            successor.keyed().filling(() -> successor.code().call(() -> restore(to, state)));
        } else {
            successor.begin();
        }
    }

    @SuppressWarnings("unchecked")
    private static <S extends Record> Stateful<S> restore(Stateful<S> to, Record state) throws Exception {
        to.restore((S) state);
        return to;
    }

    /**
     * Has the new instance make a state of its own instead, while a marker holds the node.
     *
     * @throws Exception what {@code begin} throws
     */
    public void beginAnew() throws Exception {
        successor.begin();
    }

    /**
     * Keeps the keyed state of the version before in step with what the new instance will write, so that an update back to that version
     * moves no more than has changed lately. After {@link #take} and before the marker is committed; ends when the instance before is
     * retired ({@link Retirement#retireKept}), or with the next update of the node.
     *
     * @return whether the new version's entries can become the old one's; {@link States#problem} says why not
     * @throws Exception what the constructor of a transfer throws
     */
    public boolean keepWayBack() throws Exception {
        Instance before = successor.predecessor();
        boolean leadsBack = EntryMapping.problem(successor.version().signature(), before.version().signature()).isEmpty();
        if (leadsBack) {
            successor.wayBack(WayBack.from(successor, before));
        }
        return leadsBack;
    }

    /** Whether the keyed state that a node had with another version is kept in step by the instance that fills it. */
    public static boolean hasWayBack(Instance instance, OperatorVersion before) {
        WayBack back = instance.wayBack();
        return back != null && back.leadsTo(before);
    }

    /** Number of entries in the keyed maps of an instance, by their names. */
    public static Map<String, Long> entries(Instance instance) {
        var entries = new LinkedHashMap<String, Long>();
        instance.keyed().all().forEach(map -> entries.put(map.type.name(), map.table().size()));
        return entries;
    }
}
