package neurath.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * The simple level of an operator: one packet from port {@code IN}, one packet to port {@code OUT}.
 *
 * <p>The port types are the type arguments. State, if any, lives in fields.
 *
 * @param <I> type of the packets taken
 * @param <O> type of the packets emitted
 */
@ConsumerType
@FunctionalInterface
public interface Step<I, O> extends Operator {
    /**
     * Handles one packet.
     *
     * @return the packet to emit, or {@code null} to emit none: the packet counts as filtered
     */
    O apply(I packet) throws Exception;
}
