package neurath.operator.http.parse;

import neurath.api.Context;
import neurath.api.Default;
import neurath.api.Operator;
import neurath.api.OperatorType;
import neurath.api.Parameters;
import neurath.api.Step;
import neurath.http.Exchange;
import neurath.http.RawRequest;
import neurath.http.Request;
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
 * <p>Where the head was understood the connection may go on after a refusal. It is closed after the answer where the head was not, and
 * where a body follows, which nobody reads.
 */
@Component(service = Operator.class, scope = ServiceScope.PROTOTYPE)
@OperatorType("http/parse")
@Parameters(Parse.Settings.class)
public final class Parse implements Step<RawRequest, Request> {
    private static final int BAD_REQUEST = 400;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int URI_TOO_LONG = 414;
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
        int refusal = raw.refusal() == 0 ? parse(raw) : raw.refusal();
        if (refusal != 0) {
            exchange.closeAfter();
            return refused(exchange, refusal, raw);
        }
        if (!isPersistent() || hasBody()) {
            exchange.closeAfter();
        }
        if (!head.method.equals("GET") && !head.method.equals("HEAD")) {
            return refused(exchange, HttpMethod.CACHE.get(head.method) == null ? NOT_IMPLEMENTED : METHOD_NOT_ALLOWED, raw);
        }
        return understood(exchange, raw);
    }

    private HttpParser newParser() {
        return new HttpParser(head, -1, HttpCompliance.STRICT);
    }

    /** Lets the parser read the head; the status to refuse it with, or 0. A parser that refused a head reads no other. */
    private int parse(RawRequest raw) {
        head.clear();
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
        return !head.complete || raw.head().hasRemaining() || isFramedBeyondItsVersion() ? BAD_REQUEST : 0;
    }

    /** HTTP/1.0 knows no transfer coding: where such a request ends is not certain (RFC 9112, 6.1). */
    private boolean isFramedBeyondItsVersion() {
        return head.version == HttpVersion.HTTP_1_0 && head.fields.contains(HttpHeader.TRANSFER_ENCODING);
    }

    private Request understood(Exchange exchange, RawRequest raw) {
        if (head.target.length() > settings.maxUriBytes()) {
            return refused(exchange, URI_TOO_LONG, raw);
        }
        HttpURI uri;
        try {
            uri = HttpURI.from(head.method, head.target);
        } catch (IllegalArgumentException unreadable) {
            return refused(exchange, BAD_REQUEST, raw);
        }
        String path = Paths.of(uri);
        if (path == null) {
            return refused(exchange, BAD_REQUEST, raw);
        }
        return new Request(exchange, 0, head.method, uri, path, head.version, head.fields, codings.of(head.fields));
    }

    private Request refused(Exchange exchange, int status, RawRequest raw) {
        return raw.refusal() == 0
                ? Request.refused(exchange, status, head.method, head.version)
                : Request.refused(exchange, status, null, null);
    }

    private boolean isPersistent() {
        return head.version == HttpVersion.HTTP_1_1
                ? !head.fields.contains(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString())
                : head.fields.contains(HttpHeader.CONNECTION, HttpHeaderValue.KEEP_ALIVE.asString());
    }

    private boolean hasBody() {
        return parser.isChunking() || parser.getContentLength() > 0 || head.fields.contains(HttpHeader.TRANSFER_ENCODING);
    }
}
