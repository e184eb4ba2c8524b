package neurath.engine;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The keyed state of the version before, kept in step while a rollback is possible: its maps are shadows of those that are written now.
 * An update back to that version takes them over, and moves only what has changed lately.
 *
 * @param version the version before
 * @param shadows by the names of the maps
 */
record WayBack(OperatorVersion version, Map<String, Shadow> shadows) {
    /**
     * Begins to keep the maps of the instance before in step. At the marker, when the new instance has taken them over and has written
     * nothing yet.
     *
     * @throws Exception what a transfer's constructor throws
     */
    static WayBack from(Instance after, Instance before) throws Exception {
        var shadows = new LinkedHashMap<String, Shadow>();
        EntryMapping.between(after.version().signature(), before.version().signature()).forEach((name, mapping) -> {
            KeyedMap written = after.keyed().find(name);
            Shadow shadow = Shadow.inSync(written, mapping, before.keyed().find(name).table());
            if (!shadow.isByReference()) {
                written.follow(shadow);
            }
            shadows.put(name, shadow);
        });
        return new WayBack(before.version(), shadows);
    }

    boolean leadsTo(OperatorVersion wanted) {
        return version.equals(wanted);
    }

    /** Nobody goes back any more. On the section's thread. */
    void end() {
        shadows.values().forEach(shadow -> shadow.source.unfollow(shadow));
    }
}
