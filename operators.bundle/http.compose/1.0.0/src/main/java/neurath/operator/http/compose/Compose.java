package neurath.operator.http.compose;

import java.io.IOException;
import java.nio.ByteBuffer;
import neurath.api.Context;
import neurath.api.Default;
import neurath.api.Operator;
import neurath.api.OperatorType;
import neurath.api.Parameters;
import neurath.api.Step;
import neurath.http.Content;
import neurath.http.Exchange;
import neurath.http.Loaded;
import neurath.http.Request;
import neurath.http.Response;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpGenerator;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.util.BufferUtil;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ServiceScope;

/**
 * Makes the head of the response, and the page that explains a status which has no content. What the request makes its answer depend
 * on is looked at here, where it is known what was found, wherever it came from.
 */
@Component(service = Operator.class, scope = ServiceScope.PROTOTYPE)
@OperatorType("http/compose")
@Parameters(Compose.Settings.class)
public final class Compose implements Step<Loaded, Response> {
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    private static final int METHOD_NOT_ALLOWED = 405;
    /** Enough for everything but the fields that the resource brings along. */
    private static final int HEAD_BYTES = 512;

    /**
     * Parameters.
     *
     * @param maxRanges of a content that one request may ask for; if it asks for more it gets the whole
     */
    record Settings(@Default("16") int maxRanges) {}

    private final HttpField server = new PreEncodedHttpField(HttpHeader.SERVER, "neurath");
    private final HttpField allow = new PreEncodedHttpField(HttpHeader.ALLOW, "GET, HEAD, OPTIONS");
    private final HttpField close = new PreEncodedHttpField(HttpHeader.CONNECTION, "close");
    private final MediaTypes mediaTypes = new MediaTypes();
    private final DateField date = new DateField();
    private final Pages pages = new Pages();
    private final HttpGenerator generator = new HttpGenerator();
    private Selection selection;

    @Override
    public void open(Context context) {
        selection = new Selection(new Ranges(context.parameters(Settings.class).maxRanges()), mediaTypes);
    }

    @Override
    public Response apply(Loaded found) throws IOException {
        Loaded loaded = selection.of(found);
        Request request = loaded.request();
        boolean hasContent = loaded.status() != NO_CONTENT && loaded.status() != NOT_MODIFIED;
        byte[] page = hasContent && isPage(loaded) ? pages.of(loaded.status()) : Pages.NONE;
        long length = page.length > 0 ? page.length : loaded.content().length();
        boolean sendsPage = page.length > 0 && !request.isHead();
        HttpFields fields = fields(loaded, hasContent);
        int room = HEAD_BYTES + size(loaded.fields()) + (sendsPage ? page.length : 0);
        HttpVersion version = request.version() == HttpVersion.HTTP_1_0 ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1;
        ByteBuffer head = generate(new MetaData.Response(loaded.status(), null, version, fields, length), request, room);
        if (sendsPage) {
            BufferUtil.append(head, page);
        }
        return new Response(request, loaded.status(), head, loaded.content());
    }

    /** Whether a page is to explain the status. */
    private static boolean isPage(Loaded loaded) {
        return loaded.name() == null && loaded.content() instanceof Content.None;
    }

    private HttpFields fields(Loaded loaded, boolean hasContent) {
        Exchange exchange = loaded.request().exchange();
        HttpFields.Mutable fields = HttpFields.build();
        fields.add(date.now()).add(server);
        boolean saysType = false;
        for (HttpField field : loaded.fields()) {
            fields.add(field);
            saysType |= field.getHeader() == HttpHeader.CONTENT_TYPE;
        }
        if (hasContent && !saysType) {
            fields.add(loaded.name() == null ? pages.mediaType() : mediaTypes.of(loaded.name()));
        }
        if (loaded.status() == METHOD_NOT_ALLOWED || loaded.status() == NO_CONTENT && HttpMethod.OPTIONS.is(loaded.request().method())) {
            fields.add(allow);
        }
        if (exchange.isLast()) {
            fields.add(close);
        }
        return fields;
    }

    private ByteBuffer generate(MetaData.Response response, Request request, int room) throws IOException {
        ByteBuffer head = BufferUtil.allocate(room);
        generator.setPersistent(!request.exchange().isLast());
        try {
            HttpGenerator.Result result = generator.generateResponse(response, request.isHead(), head, null, null, false);
            if (result != HttpGenerator.Result.FLUSH) {
                throw new IllegalStateException("the head of the response to " + request.uri() + " was not generated: " + result);
            }
            return head;
        } finally {
            generator.reset();
        }
    }

    private static int size(HttpFields fields) {
        int size = 0;
        for (HttpField field : fields) {
            size += field.getName().length() + field.getValue().length() + 4;
        }
        return size;
    }
}
