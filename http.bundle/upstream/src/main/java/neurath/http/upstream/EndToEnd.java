package neurath.http.upstream;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/**
 * Fields that a proxy hands on: those that are not about one connection alone (RFC 9110, 7.6.1). How a message is framed, and what is
 * expected of the next server, is said anew.
 */
public final class EndToEnd {
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "expect",
            "content-length");

    private EndToEnd() {}

    /** The fields to hand on, in their order. */
    public static HttpFields.Mutable of(HttpFields fields) {
        List<String> named = fields.getCSV(HttpHeader.CONNECTION, false).stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
        HttpFields.Mutable kept = HttpFields.build();
        for (HttpField field : fields) {
            String name = field.getLowerCaseName();
            if (!HOP_BY_HOP.contains(name) && !named.contains(name)) {
                kept.add(field);
            }
        }
        return kept;
    }
}
