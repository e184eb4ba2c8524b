package neurath.http;

import java.util.List;
import neurath.api.Beginning;
import neurath.api.Droppable;
import neurath.api.Pinnable;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;

/**
 * A request that was understood, or whose answer is settled: it is refused mostly.
 *
 * @param refusal the status of an answer that asks for nothing to be found, or 0; 204 where the client wants to know what is allowed
 * @param method {@code null} if it was refused before it was known
 * @param uri the target as it came; {@code null} if refused
 * @param path the target's path, decoded, from {@code /} on, without dot segments, empty segments, backslashes and control
 *     characters: it cannot climb out of anything; {@code null} if refused
 * @param version {@code null} if it was refused before it was known
 * @param codings content codings that the client takes, best first, out of those the server may have; {@code identity} among them
 *     unless the client takes no content without coding; empty if refused
 * @param fill who keeps what is found for it; {@code null} if nobody does
 */
public record Request(
        Exchange exchange,
        int refusal,
        String method,
        HttpURI uri,
        String path,
        HttpVersion version,
        HttpFields fields,
        List<String> codings,
        Fill fill)
        implements Droppable, Pinnable {

    /** A request for which nobody keeps what is found. */
    public Request(
            Exchange exchange, int refusal, String method, HttpURI uri, String path, HttpVersion version, HttpFields fields,
            List<String> codings) {
        this(exchange, refusal, method, uri, path, version, fields, codings, null);
    }

    /** A request whose answer is settled. */
    public static Request refused(Exchange exchange, int status, String method, HttpVersion version) {
        return new Request(exchange, status, method, null, null, version, HttpFields.EMPTY, List.of());
    }

    /** The same request, with one more who keeps what is found for it. */
    public Request with(Fill another) {
        Fill all = fill == null ? another : fill.and(another);
        return new Request(exchange, refusal, method, uri, path, version, fields, codings, all);
    }

    /** Whether only the head of the response is wanted. */
    public boolean isHead() {
        return "HEAD".equals(method);
    }

    @Override
    public Beginning beginning() {
        return exchange.beginning();
    }

    @Override
    public void dropped(Throwable reason) {
        exchange.fail(reason);
    }
}
