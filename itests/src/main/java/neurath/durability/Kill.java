package neurath.durability;

import java.util.List;

/**
 * A kill of a platform in the middle of an update of a pair, and what a restart is to find.
 *
 * @param pair that is updated
 * @param point where
 * @param found what is there afterwards
 */
public record Kill(Pair pair, KillPoint point, Found found) {
    private static final String STORE = "neurath.coordinator.FlowStore";
    private static final String JOURNAL = "neurath.coordinator.journal.Journal";
    private static final String MARKER = "neurath.engine.Marker";

    /** At every step of an update that switches while the marker passes. */
    public static final List<Kill> OF_A_STREAM = List.of(
            new Kill(Pair.STREAM, KillPoint.at("PLANNED"), Found.OLD),
            new Kill(Pair.STREAM, KillPoint.at("PREPARED"), Found.OLD),
            new Kill(Pair.STREAM, KillPoint.before("UPDATE_BEGUN"), Found.OLD),
            new Kill(Pair.STREAM, KillPoint.in(JOURNAL, "reserve"), Found.OLD_ABORTED),
            new Kill(Pair.STREAM, KillPoint.at("MARKING"), Found.OLD_ABORTED),
            new Kill(Pair.STREAM, KillPoint.at("ALIGNING"), Found.OLD_ABORTED),
            new Kill(Pair.STREAM, KillPoint.in(MARKER, "pass"), Found.OLD_ABORTED),
            new Kill(Pair.STREAM, KillPoint.before("UPDATE_SWITCHED"), Found.OLD_ABORTED),
            new Kill(Pair.STREAM, KillPoint.in(STORE, "force"), Found.NEW),
            new Kill(Pair.STREAM, KillPoint.at("SWITCHED"), Found.NEW),
            new Kill(Pair.STREAM, KillPoint.at("RETIRED"), Found.NEW));

    /** At the steps that an update has besides where the region stands still. */
    public static final List<Kill> OF_A_HOLD = List.of(
            new Kill(Pair.HOLD, KillPoint.at("HANDING_OVER"), Found.OLD_ABORTED),
            new Kill(Pair.HOLD, KillPoint.before("UPDATE_SWITCHED"), Found.OLD_ABORTED),
            new Kill(Pair.HOLD, KillPoint.in(MARKER, "commit"), Found.NEW),
            new Kill(Pair.HOLD, KillPoint.at("SWITCHED"), Found.NEW));

    /** What a restart finds. */
    public enum Found {
        /** The old pair, and no trace of the update. */
        OLD,
        /** The old pair, and the update aborted. */
        OLD_ABORTED,
        /** The new pair. */
        NEW
    }

    @Override
    public String toString() {
        return (pair.equals(Pair.HOLD) ? "hold, " : "stream, ") + point;
    }
}
