package neurath.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;

/**
 * A place in a graph that asks for an operator by type name and version range.
 *
 * @param name unique in its graph
 * @param operator type name, such as {@code http/load}
 * @param metadata as written behind the operator: {@code load(http/load:version=2)}, in that order; unmodifiable
 */
public record Node(String name, String operator, Map<String, String> metadata) {
    public Node {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /**
     * The versions that may fill the node: {@code version=2} is {@code [2,3)}, {@code version=2.1} is {@code [2.1,2.2)},
     * {@code version=2.1.0} is exactly that, none is any.
     *
     * @throws IllegalArgumentException if the metadata's version is none
     */
    public VersionRange versions() {
        String wish = metadata.get("version");
        if (wish == null) {
            return new VersionRange("0");
        }
        try {
            return versions(wish);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("node '" + name + "' (" + operator + ") asks for version=" + wish
                    + ", which is none; write version=2 for [2,3), version=2.1 for [2.1,2.2), or version=2.1.0", e);
        }
    }

    /** What it asks for, for people: {@code http/load}, {@code http/load [2.0.0,3.0.0)}, {@code http/load 2.0.0}. */
    public String wish() {
        VersionRange range = versions();
        if (!metadata.containsKey("version")) {
            return operator;
        }
        return operator + ' ' + (range.isExact() ? range.getLeft() : range);
    }

    private static VersionRange versions(String wish) {
        if (wish.isBlank()) {
            throw new IllegalArgumentException("empty version");
        }
        Version low = Version.valueOf(wish);
        return switch ((int) wish.chars().filter(c -> c == '.').count()) {
            case 0 -> range(low, new Version(low.getMajor() + 1, 0, 0));
            case 1 -> range(low, new Version(low.getMajor(), low.getMinor() + 1, 0));
            default -> new VersionRange(VersionRange.LEFT_CLOSED, low, low, VersionRange.RIGHT_CLOSED);
        };
    }

    private static VersionRange range(Version low, Version high) {
        return new VersionRange(VersionRange.LEFT_CLOSED, low, high, VersionRange.RIGHT_OPEN);
    }
}
