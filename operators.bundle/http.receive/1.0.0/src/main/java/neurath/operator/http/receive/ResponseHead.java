package neurath.operator.http.receive;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import neurath.http.Content;
import neurath.http.Response;
import neurath.http.upstream.EndToEnd;
import neurath.http.upstream.Forwarded;
import neurath.http.upstream.Relay;
import org.eclipse.jetty.http.DateGenerator;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;

/** Heads of responses as the client gets them: made of what the backend has answered, or said by the proxy itself. */
final class ResponseHead {
    private static final String VIA = "1.1 neurath";

    /** The response that hands on an answer. */
    Response response(Forwarded request) {
        HttpFields.Mutable fields = EndToEnd.of(request.fields());
        addDate(fields);
        fields.add(HttpHeader.VIA, VIA);
        Content content = content(request, fields);
        return response(request, request.status(), request.reason(), fields, content, "");
    }

    /** What follows, and the fields that say how it is framed. */
    private static Content content(Forwarded request, HttpFields.Mutable fields) {
        Relay relay = request.content();
        if (!request.hasContent()) {
            relay.release();
            if (request.length() >= 0) {
                fields.put(HttpHeader.CONTENT_LENGTH, request.length());
            }
            return new Content.None(Math.max(0, request.length()));
        }
        if (relay.length() >= 0) {
            fields.put(HttpHeader.CONTENT_LENGTH, relay.length());
        } else if (isOld(request)) {
            request.request().exchange().closeAfter();
        } else {
            fields.put(HttpHeader.TRANSFER_ENCODING, "chunked");
            relay.writeInChunks();
        }
        return relay;
    }

    /** The response that says why there is no answer. */
    Response failure(Forwarded request, int status) {
        String title = status + " " + HttpStatus.getMessage(status);
        String page =
                """
                <!doctype html>
                <meta charset="utf-8">
                <title>%1$s</title>
                <h1>%1$s</h1>
                """
                        .formatted(title);
        HttpFields.Mutable fields = HttpFields.build();
        addDate(fields);
        fields.add(HttpHeader.SERVER, "neurath");
        fields.add(HttpHeader.CONTENT_TYPE, "text/html;charset=utf-8");
        fields.put(HttpHeader.CONTENT_LENGTH, page.length());
        return response(request, status, null, fields, Content.None.EMPTY, request.request().isHead() ? "" : page);
    }

    private static void addDate(HttpFields.Mutable fields) {
        if (!fields.contains(HttpHeader.DATE)) {
            fields.add(HttpHeader.DATE, DateGenerator.formatDate(System.currentTimeMillis()));
        }
    }

    private static Response response(
            Forwarded request, int status, String reason, HttpFields.Mutable fields, Content content, String page) {
        if (request.request().exchange().isLast()) {
            fields.put(HttpHeader.CONNECTION, "close");
        } else if (isOld(request)) {
            fields.put(HttpHeader.CONNECTION, "keep-alive");
        }
        var head = new StringBuilder(256);
        head.append(isOld(request) ? "HTTP/1.0 " : "HTTP/1.1 ").append(status).append(' ');
        head.append(reason == null ? HttpStatus.getMessage(status) : reason).append("\r\n");
        for (HttpField field : fields) {
            head.append(field.getName()).append(": ").append(field.getValue() == null ? "" : field.getValue()).append("\r\n");
        }
        head.append("\r\n").append(page);
        ByteBuffer bytes = ByteBuffer.wrap(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        return new Response(request.request(), status, bytes, content);
    }

    private static boolean isOld(Forwarded request) {
        return request.request().version() == HttpVersion.HTTP_1_0;
    }
}
