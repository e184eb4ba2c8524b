package neurath.http;

import java.nio.ByteBuffer;
import neurath.api.Beginning;
import neurath.api.Droppable;
import neurath.api.Pinnable;

/**
 * A response, ready to be written.
 *
 * @param head the bytes that come first: status line and fields, and the page where the status is explained by one
 * @param content what follows
 */
public record Response(Exchange exchange, ByteBuffer head, Content content) implements Droppable, Pinnable {
    @Override
    public Beginning beginning() {
        return exchange.beginning();
    }

    @Override
    public void dropped(Throwable reason) {
        try {
            content.release();
        } finally {
            exchange.fail(reason);
        }
    }
}
