package neurath.http;

import java.nio.ByteBuffer;
import neurath.api.Beginning;
import neurath.api.Droppable;
import neurath.api.Pinnable;

/**
 * A request as it came.
 *
 * @param head from the request line to the empty line, both included; empty if refused
 * @param refusal the status to refuse it with, or 0
 */
public record RawRequest(Exchange exchange, ByteBuffer head, int refusal) implements Droppable, Pinnable {
    @Override
    public Beginning beginning() {
        return exchange.beginning();
    }

    @Override
    public void dropped(Throwable reason) {
        exchange.fail(reason);
    }
}
