package neurath.simulation;

import java.util.LinkedHashMap;
import java.util.Map;
import neurath.graph.Difference;
import neurath.graph.Replica;
import neurath.graph.Sections;
import neurath.simulation.Kind.Role;

/**
 * A node of a {@link Sketch}.
 *
 * @param id the same for ever, whatever it is named
 * @param pieces what a joiner waits for
 * @param was its former name, or {@code null}
 * @param fresh whether its state is to begin anew
 * @param section number of the section it shares; 0 for one of its own
 * @param replicas how many share its packets
 * @param key by which they do
 */
record Place(
        int id, String name, Kind kind, int version, int mark, int pieces, String was, boolean fresh, int section, int replicas, Key key) {

    static Place of(int id, Kind kind) {
        return new Place(id, "n" + id, kind, 1, 0, 1, null, false, 0, 1, Key.LANE);
    }

    Place with(Kind other) {
        return new Place(id, name, other, version, mark, pieces, was, fresh, section, replicas, key);
    }

    Place withVersion(int other) {
        return new Place(id, name, kind, other, mark, pieces, was, fresh, section, replicas, key);
    }

    Place withMark(int other) {
        return new Place(id, name, kind, version, other, pieces, was, fresh, section, replicas, key);
    }

    Place withPieces(int other) {
        return new Place(id, name, kind, version, mark, other, was, fresh, section, replicas, key);
    }

    Place named(String other) {
        return new Place(id, other, kind, version, mark, pieces, was == null ? name : was, fresh, section, replicas, key);
    }

    Place beginsAnew(boolean anew) {
        return new Place(id, name, kind, version, mark, pieces, was, anew, section, replicas, key);
    }

    Place inSection(int other) {
        return new Place(id, name, kind, version, mark, pieces, was, fresh, other, replicas, key);
    }

    Place shared(int among, Key by) {
        return new Place(id, name, kind, version, mark, pieces, was, fresh, section, among, by);
    }

    /** The same, without what was said for the update that made it so. */
    Place settled() {
        return new Place(id, name, kind, version, mark, pieces, null, false, section, replicas, key);
    }

    boolean is(Role role) {
        return kind.role == role;
    }

    /** What it writes on pieces; where replicas share them, but for which one it was. */
    String stamp() {
        return kind.stamp(id, version, mark) + (replicas == 1 ? "" : Ways.shared(replicas, key));
    }

    /** What the product is told of it. */
    Map<String, String> metadata() {
        var metadata = new LinkedHashMap<String, String>();
        metadata.put("version", String.valueOf(version));
        if (was != null) {
            metadata.put(Difference.WAS, was);
        }
        if (fresh) {
            metadata.put("state", "fresh");
        }
        if (section != 0) {
            metadata.put(Sections.SECTION, "s" + section);
        }
        if (replicas > 1) {
            metadata.put(Replica.REPLICAS, String.valueOf(replicas));
            metadata.put(Replica.KEY, key.accessor());
        }
        return metadata;
    }
}
