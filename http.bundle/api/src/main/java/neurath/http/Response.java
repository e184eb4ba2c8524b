package neurath.http;

import java.nio.ByteBuffer;
import neurath.api.Beginning;
import neurath.api.Droppable;
import neurath.api.Pinnable;

/**
 * A response, ready to be written.
 *
 * @param request what is answered
 * @param status of the response
 * @param head the bytes that come first: status line and fields, and the page where the status is explained by one
 * @param content what follows
 */
public record Response(Request request, int status, ByteBuffer head, Content content) implements Droppable, Pinnable {
    /** What the request and its answer belong to. */
    public Exchange exchange() {
        return request.exchange();
    }

    @Override
    public Beginning beginning() {
        return request.beginning();
    }

    @Override
    public void dropped(Throwable reason) {
        try {
            content.release();
        } finally {
            request.dropped(reason);
        }
    }
}
