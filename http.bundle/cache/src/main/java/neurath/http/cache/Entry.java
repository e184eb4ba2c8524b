package neurath.http.cache;

import java.nio.ByteBuffer;
import neurath.http.Content;
import neurath.http.Loaded;
import neurath.http.Request;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/**
 * What was found for a path, apart from the request it was found for. Always whole: conditions and ranges are for who makes the response.
 *
 * @param name of the resource, which tells its media type
 * @param fields what a response must say because of the resource
 * @param bytes the content; read-only, and shared by all who send it
 */
public record Entry(String name, HttpFields fields, ByteBuffer bytes) {
    private static final int OK = 200;

    public Entry {
        fields = fields.asImmutable();
        bytes = bytes.asReadOnlyBuffer();
    }

    /** The part of what was found that can be kept; {@code null} where that is not the whole content, or says that it is for one time. */
    public static Entry of(Loaded loaded) {
        return loaded.status() == OK && loaded.name() != null && loaded.content() instanceof Content.Bytes whole
                && !loaded.fields().contains(HttpHeader.CONTENT_RANGE)
                && !loaded.fields().contains(HttpHeader.CACHE_CONTROL, "no-store")
                        ? new Entry(loaded.name(), loaded.fields(), whole.bytes())
                        : null;
    }

    /** What is found for a request that is answered by this entry. */
    public Loaded loaded(Request request) {
        Content content = request.isHead() ? new Content.None(bytes.remaining()) : new Content.Bytes(bytes.duplicate());
        return new Loaded(request, OK, name, fields, content);
    }

    /** Whether another representation of the resource may be better for others. */
    public boolean varies() {
        return fields.contains(HttpHeader.VARY);
    }
}
