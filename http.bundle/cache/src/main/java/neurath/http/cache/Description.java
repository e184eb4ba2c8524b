package neurath.http.cache;

import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.DateGenerator;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** The fields that describe a file, as {@code http/load} makes them: a client shall not see from where it is answered. */
final class Description {
    private final boolean varies;

    /** @param varies whether there may be other codings of files */
    Description(boolean varies) {
        this.varies = varies;
    }

    HttpFields of(BasicFileAttributes file) {
        HttpFields.Mutable fields = HttpFields.build().add(HttpHeader.ACCEPT_RANGES, "bytes");
        if (varies) {
            fields.add(HttpHeader.VARY, HttpHeader.ACCEPT_ENCODING.asString());
        }
        return fields.add(HttpHeader.ETAG, tag(file)).add(HttpHeader.LAST_MODIFIED, date(file));
    }

    private static String tag(BasicFileAttributes file) {
        return '"' + Long.toHexString(file.lastModifiedTime().to(TimeUnit.NANOSECONDS)) + '-' + Long.toHexString(file.size()) + '"';
    }

    private static String date(BasicFileAttributes file) {
        return DateGenerator.formatDate(Math.min(file.lastModifiedTime().toMillis(), System.currentTimeMillis()));
    }
}
