package neurath.http;

import java.nio.ByteBuffer;
import neurath.api.Droppable;

/**
 * A response, ready to be written.
 *
 * @param head the bytes that come first: status line and fields, and the page where the status is explained by one
 * @param content what follows
 */
public record Response(Exchange exchange, ByteBuffer head, Content content) implements Droppable {
    @Override
    public void dropped(Throwable reason) {
        try {
            content.release();
        } finally {
            exchange.fail(reason);
        }
    }
}
