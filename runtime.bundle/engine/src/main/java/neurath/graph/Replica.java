package neurath.graph;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of several nodes that share the packets of a node by a key, see {@link Replicas}.
 *
 * @param group name of the node as it is written: {@code count}
 * @param index of this one, from 1
 * @param count how many there are
 * @param key by which packets are shared: an accessor of the packet, or {@link #IT}
 */
public record Replica(String group, int index, int count, String key) {
    /** Metadata key by which a node tells its number of replicas. */
    public static final String REPLICAS = "replicas";
    /** Metadata key by which a node with replicas tells by what its packets are shared. */
    public static final String KEY = "key";
    /** The key that is the packet itself. */
    public static final String IT = "it";

    private static final Pattern NAME = Pattern.compile("(.+)~([1-9]\\d{0,8})");

    /** The replica that a node is, if it is one. */
    public static Optional<Replica> of(Node node) {
        String count = node.metadata().get(REPLICAS);
        Matcher name = NAME.matcher(node.name());
        if (count == null || !name.matches()) {
            return Optional.empty();
        }
        return Optional.of(new Replica(name.group(1), Integer.parseInt(name.group(2)), Replicas.count(node), key(node)));
    }

    /** By what a node's packets are shared. */
    static String key(Node node) {
        return node.metadata().getOrDefault(KEY, IT);
    }

    /** Its node's name: {@code count~2}. */
    static String name(String group, int index) {
        return group + '~' + index;
    }
}
