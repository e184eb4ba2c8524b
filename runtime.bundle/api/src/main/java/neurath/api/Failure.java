package neurath.api;

/**
 * A packet whose handling threw, as it leaves through a port {@code ERROR}.
 *
 * @param node where, with its version: {@code web-server/load@1.0.0}
 * @param packet the packet, now the receiver's
 * @param cause what was thrown
 */
public record Failure(String node, Object packet, Throwable cause) {}
