package neurath.graph;

import java.util.OptionalInt;

/**
 * One end of an arc: a port of a node.
 *
 * @param node name of the node
 * @param name name of the port, in upper case unless the text was parsed as case-sensitive
 * @param index the element of an array port, from 0; empty for a plain port
 */
public record Port(String node, String name, OptionalInt index) {
    public static Port of(String node, String name) {
        return new Port(node, name, OptionalInt.empty());
    }

    /** As written in messages: {@code load.IN}, {@code split.OUT[2]}. */
    @Override
    public String toString() {
        return node + '.' + name + (index.isPresent() ? "[" + index.getAsInt() + "]" : "");
    }
}
