package neurath.operator.http.compose;

import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.http.PreEncodedHttpField;

/** The field {@code Content-Type} by the ending of a file's name. Text is UTF-8. */
final class MediaTypes {
    private static final String UNKNOWN = "application/octet-stream";

    private final Map<String, HttpField> fields = new HashMap<>();
    private final HttpField unknown = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, UNKNOWN);

    HttpField of(String name) {
        String ending = name.substring(name.lastIndexOf('.') + 1);
        HttpField known = fields.get(ending);
        return known != null ? known : lookUp(name, ending);
    }

    /** Keeps what is known only, so that files with strange names take no memory. */
    private HttpField lookUp(String name, String ending) {
        String type = MimeTypes.DEFAULTS.getMimeByExtension(name);
        if (type == null) {
            return unknown;
        }
        boolean isText = type.startsWith("text/") || type.equals("application/javascript") || type.equals("application/json");
        HttpField field =
                new PreEncodedHttpField(HttpHeader.CONTENT_TYPE,
                        isText && !type.equals("application/json") ? type + ";charset=utf-8" : type);
        fields.put(ending, field);
        return field;
    }
}
