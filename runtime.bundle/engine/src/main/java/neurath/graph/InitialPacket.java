package neurath.graph;

/**
 * A parameter: {@code '8080' -> PORT accept}.
 *
 * @param data a {@code String}, or what a JSON literal stands for: {@code Map}, {@code List}, {@code Number}, {@code Boolean}
 * @param to the port it is sent to, once, before the flow starts
 */
public record InitialPacket(Object data, Port to) {}
