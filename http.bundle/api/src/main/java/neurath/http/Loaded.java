package neurath.http;

import neurath.api.Beginning;
import neurath.api.Droppable;
import neurath.api.Pinnable;
import org.eclipse.jetty.http.HttpFields;

/**
 * A request with what was found for it.
 *
 * @param status of the response
 * @param name of the resource, such as {@code index.html}, which tells its media type; {@code null} if there is none
 * @param fields what the response must say because of the resource, such as {@code Location}
 * @param content what to send; {@code None} where the status calls for a page that explains it
 */
public record Loaded(Request request, int status, String name, HttpFields fields, Content content) implements Droppable, Pinnable {
    /** A request for which nothing was found, or that was refused before. */
    public static Loaded without(Request request, int status) {
        return new Loaded(request, status, null, HttpFields.EMPTY, Content.None.EMPTY);
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
