package neurath.operator.http.parse;

import neurath.api.Context;
import neurath.api.Default;
import neurath.api.Operator;
import neurath.api.OperatorType;
import neurath.api.Parameters;
import neurath.api.Step;
import neurath.http.Body;
import neurath.http.Exchange;
import neurath.http.RawRequest;
import neurath.http.Request;
import org.eclipse.jetty.http.HostPortHttpField;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ServiceScope;

/**
 * Makes a request of its head, or says with which status it is refused (RFC 9110, 9112).
 *
 * <p>Where the head was understood the connection may go on after a refusal: the body, if there is one, is read over before. It is closed
 * after the answer where the head was not, and where the client waits to be told whether its body is wanted, and it is not.
 */
@Component(service = Operator.class, scope = ServiceScope.PROTOTYPE)
@OperatorType("http/parse")
@Parameters(Parse.Settings.class)
public final class Parse implements Step<RawRequest, Request> {
    private static final String CHUNKED = "chunked";
    private static final int NO_CONTENT = 204;
    private static final int BAD_REQUEST = 400;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int URI_TOO_LONG = 414;
    private static final int EXPECTATION_FAILED = 417;
    private static final int NOT_IMPLEMENTED = 501;

    /**
     * Parameters.
     *
     * @param maxUriBytes length of a request's target
     * @param codings content codings that the server may have, separated by commas, its favourite first
     */
    record Settings(
            @Default("8192") int maxUriBytes,
            @Default("br,gzip") String codings) {}

    private final Head head = new Head();
    private HttpParser parser = newParser();
    private Settings settings;
    private Codings codings;

    @Override
    public void open(Context context) {
        settings = context.parameters(Settings.class);
        codings = new Codings(settings.codings());
    }

    @Override
    public Request apply(RawRequest raw) {
        Exchange exchange = raw.exchange();
        head.clear();
        int refusal = raw.refusal() == 0 ? parse(raw) : raw.refusal();
        if (refusal != 0) {
            exchange.closeAfter();
            return Request.refused(exchange, refusal, head.method, head.version);
        }
        if (!isPersistent()) {
            exchange.closeAfter();
        }
        int settled = settledStatus();
        Request request = settled == 0 ? understood(exchange) : Request.refused(exchange, settled, head.method, head.version);
        if (hasBody()) {
            expectBody(exchange, request);
        }
        return request;
    }

    private HttpParser newParser() {
        return new HttpParser(head, -1, HttpCompliance.STRICT);
    }

    /** Lets the parser read the head; the status to refuse it with, or 0. A parser that refused a head reads no other. */
    private int parse(RawRequest raw) {
        int refusal = Versions.settle(raw.head());
        if (refusal != 0) {
            return refusal;
        }
        if (parser.isClose() || parser.isClosed()) {
            parser = newParser();
        } else {
            parser.reset();
        }
        parser.parseNext(raw.head());
        if (head.refusal != 0) {
            // The parser takes a line of two words for HTTP/0.9, whatever its second word is.
            return head.refusal == HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505 ? BAD_REQUEST : head.refusal;
        }
        if (!head.complete || raw.head().hasRemaining() || isFramedBeyondItsVersion()) {
            return BAD_REQUEST;
        }
        return head.transferCoding == null || head.transferCoding.equalsIgnoreCase(CHUNKED) ? 0 : NOT_IMPLEMENTED;
    }

    /** HTTP/1.0 knows no transfer coding: where such a request ends is not certain (RFC 9112, 6.1). */
    private boolean isFramedBeyondItsVersion() {
        return head.version == HttpVersion.HTTP_1_0 && head.transferCoding != null;
    }

    /** The status of a request that asks for no file, or 0. */
    private int settledStatus() {
        if (head.target.length() > settings.maxUriBytes()) {
            return URI_TOO_LONG;
        }
        if (head.expectation != null && head.version == HttpVersion.HTTP_1_1 && !isAwaitingInvitation()) {
            return EXPECTATION_FAILED;
        }
        return switch (head.method) {
            case "GET", "HEAD" -> 0;
            case "OPTIONS" -> NO_CONTENT;
            default -> HttpMethod.CACHE.get(head.method) == null ? NOT_IMPLEMENTED : METHOD_NOT_ALLOWED;
        };
    }

    private Request understood(Exchange exchange) {
        HttpURI uri;
        try {
            uri = HttpURI.from(head.method, head.target);
        } catch (IllegalArgumentException unreadable) {
            return Request.refused(exchange, BAD_REQUEST, head.method, head.version);
        }
        String path = Paths.of(uri);
        if (path == null) {
            return Request.refused(exchange, BAD_REQUEST, head.method, head.version);
        }
        if (uri.getHost() != null) {
            // What the target says takes the place of what the field says (RFC 9112, 3.2.2).
            head.fields.put(new HostPortHttpField(uri.getAuthority()));
        }
        return new Request(exchange, 0, head.method, uri, path, head.version, head.fields, codings.of(head.fields));
    }

    private boolean isPersistent() {
        return head.version == HttpVersion.HTTP_1_1
                ? !head.fields.contains(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString())
                : head.fields.contains(HttpHeader.CONNECTION, HttpHeaderValue.KEEP_ALIVE.asString());
    }

    private boolean hasBody() {
        return parser.isChunking() || parser.getContentLength() > 0;
    }

    /** A client that waits to be told whether to send its body learns from a refusal that it is not wanted. */
    private void expectBody(Exchange exchange, Request request) {
        boolean isAwaitingInvitation = isAwaitingInvitation();
        if (isAwaitingInvitation && request.refusal() >= BAD_REQUEST) {
            exchange.closeAfter();
        } else if (parser.isChunking()) {
            exchange.expect(Body.chunked(isAwaitingInvitation));
        } else {
            exchange.expect(Body.ofLength(parser.getContentLength(), isAwaitingInvitation));
        }
    }

    private boolean isAwaitingInvitation() {
        return head.version == HttpVersion.HTTP_1_1 && HttpHeaderValue.CONTINUE.is(head.expectation);
    }
}
