package neurath.graph;

/**
 * A directed, bounded, first-in-first-out link between two ports.
 *
 * @param from an output port
 * @param to an input port
 */
public record Arc(Port from, Port to) {
    @Override
    public String toString() {
        return from + " -> " + to;
    }
}
