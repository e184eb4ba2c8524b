package neurath.operator.http.send;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import neurath.http.Request;
import neurath.http.upstream.EndToEnd;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.util.URIUtil;

/**
 * Head of a request as the backend gets it. It asks for the path that it was routed by, encoded anew, so that no two readers of the target
 * see two paths in it.
 */
final class RequestHead {
    private static final String VIA = "1.1 neurath";
    private static final String FORWARDED_FOR = HttpHeader.X_FORWARDED_FOR.asString();

    private final String authority;

    /** @param authority of the backend, for clients that name no host */
    RequestHead(String authority) {
        this.authority = authority;
    }

    ByteBuffer of(Request request) throws IOException {
        var head = new StringBuilder(256);
        String query = request.uri().getQuery();
        head.append(request.method()).append(' ').append(URIUtil.encodePath(request.path()));
        if (query != null) {
            head.append('?').append(query);
        }
        head.append(" HTTP/1.1\r\n");
        for (HttpField field : fields(request)) {
            head.append(field.getName()).append(": ").append(field.getValue() == null ? "" : field.getValue()).append("\r\n");
        }
        return ByteBuffer.wrap(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    private HttpFields fields(Request request) throws IOException {
        HttpFields.Mutable fields = EndToEnd.of(request.fields());
        if (!fields.contains(HttpHeader.HOST)) {
            fields.add(HttpHeader.HOST, authority);
        }
        fields.add(HttpHeader.VIA, VIA);
        var client = (InetSocketAddress) request.exchange().connection().channel().getRemoteAddress();
        String before = String.join(", ", fields.getValuesList(FORWARDED_FOR));
        fields.put(FORWARDED_FOR, (before.isEmpty() ? "" : before + ", ") + client.getAddress().getHostAddress());
        return fields;
    }
}
