package neurath.operator.http.load;

import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.DateGenerator;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/**
 * The fields that describe a file. Its entity tag is strong: it changes with the time of the last modification, in nanoseconds, with the
 * length, and from coding to coding.
 */
final class Description {
    private final HttpField acceptRanges = new PreEncodedHttpField(HttpHeader.ACCEPT_RANGES, "bytes");
    private final HttpField vary = new PreEncodedHttpField(HttpHeader.VARY, HttpHeader.ACCEPT_ENCODING.asString());
    private final boolean varies;

    /** @param varies whether files may have several codings */
    Description(boolean varies) {
        this.varies = varies;
    }

    HttpFields of(Site.File file) {
        return coded(file).add(HttpHeader.ETAG, tag(file)).add(HttpHeader.LAST_MODIFIED, date(file));
    }

    /** Of one that changes while it is read: nobody shall take it for what he has. */
    HttpFields ofChanging(Site.File file) {
        return coded(file);
    }

    private HttpFields.Mutable coded(Site.File file) {
        HttpFields.Mutable fields = HttpFields.build();
        fields.add(acceptRanges);
        if (varies) {
            fields.add(vary);
        }
        if (file.isCoded()) {
            fields.add(HttpHeader.CONTENT_ENCODING, file.coding());
        }
        return fields;
    }

    private static String tag(Site.File file) {
        String tag = Long.toHexString(file.modified().to(TimeUnit.NANOSECONDS)) + '-' + Long.toHexString(file.size());
        return '"' + (file.isCoded() ? tag + '-' + file.coding() : tag) + '"';
    }

    /** Not later than now, as RFC 9110, 8.8.2.1 wants it. */
    private static String date(Site.File file) {
        return DateGenerator.formatDate(Math.min(file.modified().toMillis(), System.currentTimeMillis()));
    }
}
