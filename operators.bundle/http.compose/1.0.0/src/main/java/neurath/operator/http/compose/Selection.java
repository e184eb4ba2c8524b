package neurath.operator.http.compose;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import neurath.http.Content;
import neurath.http.Loaded;
import org.eclipse.jetty.http.ByteRange;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MultiPart;

/** Selects of what was loaded what the client wants of it: all, nothing because it has it already, or ranges. */
final class Selection {
    private static final int OK = 200;
    private static final int PARTIAL_CONTENT = 206;
    private static final int NOT_MODIFIED = 304;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int BOUNDARY_LENGTH = 24;
    /** What a client may use to update what it has. */
    private static final Set<HttpHeader> UPDATING = EnumSet.of(
            HttpHeader.ETAG, HttpHeader.VARY, HttpHeader.CACHE_CONTROL, HttpHeader.EXPIRES, HttpHeader.CONTENT_LOCATION);

    private final Conditions conditions = new Conditions();
    private final Ranges ranges;
    private final MediaTypes mediaTypes;

    Selection(Ranges ranges, MediaTypes mediaTypes) {
        this.ranges = ranges;
        this.mediaTypes = mediaTypes;
    }

    /** The same if the client makes no conditions. */
    Loaded of(Loaded loaded) {
        if (loaded.status() != OK || loaded.name() == null || !conditions.note(loaded.request())) {
            return loaded;
        }
        int status = conditions.status(loaded.fields());
        if (status != 0) {
            return without(loaded, status, status == NOT_MODIFIED ? updating(loaded.fields()) : HttpFields.EMPTY);
        }
        String range = conditions.range(loaded.fields());
        boolean hasParts = loaded.content() instanceof Content.Bytes || loaded.content() instanceof Content.FileRegion;
        return range == null || !hasParts ? loaded : ranges(loaded, range);
    }

    private static Loaded without(Loaded loaded, int status, HttpFields fields) {
        loaded.content().release();
        return new Loaded(loaded.request(), status, null, fields, Content.None.EMPTY);
    }

    private static HttpFields updating(HttpFields fields) {
        HttpFields.Mutable updating = HttpFields.build();
        for (HttpField field : fields) {
            boolean dates = field.getHeader() == HttpHeader.LAST_MODIFIED && !fields.contains(HttpHeader.ETAG);
            if (dates || field.getHeader() != null && UPDATING.contains(field.getHeader())) {
                updating.add(field);
            }
        }
        return updating;
    }

    private Loaded ranges(Loaded loaded, String field) {
        long length = loaded.content().length();
        List<ByteRange> wanted = ranges.of(field, length);
        if (wanted == null) {
            return loaded;
        }
        return switch (wanted.size()) {
            case 0 -> without(loaded, RANGE_NOT_SATISFIABLE, HttpFields.from(contentRange(ByteRange.toNonSatisfiableHeaderValue(length))));
            case 1 -> partial(loaded, contentRange(wanted.getFirst().toHeaderValue(length)), slice(loaded.content(), wanted.getFirst()));
            default -> multipart(loaded, wanted);
        };
    }

    private static HttpField contentRange(String value) {
        return new HttpField(HttpHeader.CONTENT_RANGE, value);
    }

    private static Loaded partial(Loaded loaded, HttpField says, Content content) {
        HttpFields fields = HttpFields.build(loaded.fields()).add(says);
        return new Loaded(loaded.request(), PARTIAL_CONTENT, loaded.name(), fields, content);
    }

    /** Each range with a head of its own (14.6). */
    private Loaded multipart(Loaded loaded, List<ByteRange> wanted) {
        String boundary = MultiPart.generateBoundary(null, BOUNDARY_LENGTH);
        String type = mediaTypes.of(loaded.name()).getValue();
        long length = loaded.content().length();
        List<Content> parts = new ArrayList<>();
        for (ByteRange range : wanted) {
            parts.add(text((parts.isEmpty() ? "--" : "\r\n--") + boundary + "\r\nContent-Type: " + type + "\r\nContent-Range: "
                    + range.toHeaderValue(length) + "\r\n\r\n"));
            parts.add(slice(loaded.content(), range));
        }
        parts.add(text("\r\n--" + boundary + "--\r\n"));
        return partial(loaded, new HttpField(HttpHeader.CONTENT_TYPE, "multipart/byteranges; boundary=" + boundary),
                new Content.Parts(parts));
    }

    private static Content text(String text) {
        return new Content.Bytes(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static Content slice(Content whole, ByteRange range) {
        return switch (whole) {
            case Content.Bytes memory -> new Content.Bytes(
                    memory.bytes().slice(memory.bytes().position() + (int) range.first(), (int) range.getLength()));
            case Content.FileRegion file -> new Content.FileRegion(
                    file.channel(), file.position() + range.first(), range.getLength());
            case Content.None none -> none;
            case Content.Parts parts -> parts;
            case Content.Streamed streamed -> streamed;
        };
    }
}
