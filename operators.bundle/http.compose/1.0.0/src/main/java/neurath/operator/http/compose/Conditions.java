package neurath.operator.http.compose;

import neurath.http.Request;
import org.eclipse.jetty.http.HttpDateTime;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** What a request makes its answer depend on, evaluated in the order of RFC 9110, 13.2.2. */
final class Conditions {
    private static final int NOT_MODIFIED = 304;
    private static final int PRECONDITION_FAILED = 412;
    private static final long NO_DATE = -1;

    private boolean reads;
    private String ifMatch;
    private String ifUnmodifiedSince;
    private String ifNoneMatch;
    private String ifModifiedSince;
    private String ifRange;
    private String range;

    /** Notes what a request says; whether it says anything. */
    boolean note(Request request) {
        boolean any = false;
        for (HttpField field : request.fields()) {
            HttpHeader header = field.getHeader();
            if (header != null && isCondition(header)) {
                if (!any) {
                    forget();
                    any = true;
                }
                note(header, field.getValue() == null ? "" : field.getValue());
            }
        }
        reads = request.isHead() || "GET".equals(request.method());
        if (any && !"GET".equals(request.method())) {
            range = null;
        }
        return any;
    }

    private static boolean isCondition(HttpHeader header) {
        return switch (header) {
            case IF_MATCH, IF_UNMODIFIED_SINCE, IF_NONE_MATCH, IF_MODIFIED_SINCE, IF_RANGE, RANGE -> true;
            default -> false;
        };
    }

    private void forget() {
        ifMatch = ifUnmodifiedSince = ifNoneMatch = ifModifiedSince = ifRange = range = null;
    }

    private void note(HttpHeader header, String value) {
        switch (header) {
            case IF_MATCH -> ifMatch = joined(ifMatch, value);
            case IF_UNMODIFIED_SINCE -> ifUnmodifiedSince = only(ifUnmodifiedSince, value);
            case IF_NONE_MATCH -> ifNoneMatch = joined(ifNoneMatch, value);
            case IF_MODIFIED_SINCE -> ifModifiedSince = only(ifModifiedSince, value);
            case IF_RANGE -> ifRange = joined(ifRange, value);
            default -> range = joined(range, value);
        }
    }

    /** Several fields of a name count as one list. */
    private static String joined(String before, String value) {
        return before == null ? value : before + ',' + value;
    }

    /** Several dates are none. */
    private static String only(String before, String value) {
        return before == null ? value : "";
    }

    /** The status that the conditions call for, or 0 if the request is to be answered. */
    int status(HttpFields resource) {
        String tag = resource.get(HttpHeader.ETAG);
        long modified = date(resource.get(HttpHeader.LAST_MODIFIED));
        if (ifMatch != null ? !names(ifMatch, tag, true) : isLater(modified, ifUnmodifiedSince)) {
            return PRECONDITION_FAILED;
        }
        if (ifNoneMatch != null) {
            return !names(ifNoneMatch, tag, false) ? 0 : reads ? NOT_MODIFIED : PRECONDITION_FAILED;
        }
        long since = date(ifModifiedSince);
        return reads && since != NO_DATE && modified != NO_DATE && modified <= since ? NOT_MODIFIED : 0;
    }

    /** The ranges to send instead of the whole, or {@code null} if it is to be the whole. */
    String range(HttpFields resource) {
        return range != null && (ifRange == null || isStillThat(resource)) ? range : null;
    }

    /** Whether the resource is the one of which the client has a part: only what is equal for certain counts (13.1.5). */
    private boolean isStillThat(HttpFields resource) {
        if (ifRange.endsWith("\"")) {
            return ifRange.equals(resource.get(HttpHeader.ETAG)) && !isWeak(ifRange);
        }
        long modified = date(resource.get(HttpHeader.LAST_MODIFIED));
        return modified != NO_DATE && modified == date(ifRange) && modified < System.currentTimeMillis() - 1000;
    }

    private static boolean isLater(long modified, String since) {
        long date = date(since);
        return date != NO_DATE && modified != NO_DATE && modified > date;
    }

    private static long date(String text) {
        return text == null ? NO_DATE : HttpDateTime.parseToEpoch(text);
    }

    /** Whether a list names the tag, with the strong comparison or the weak one (8.8.3.2). Between its quotes a tag has none. */
    private static boolean names(String list, String tag, boolean strongly) {
        if (list.strip().equals("*")) {
            return true;
        }
        if (tag == null || strongly && isWeak(tag)) {
            return false;
        }
        String opaque = isWeak(tag) ? tag.substring(2) : tag;
        int open = list.indexOf('"');
        while (open >= 0) {
            int end = list.indexOf('"', open + 1) + 1;
            boolean counts = !strongly || open < 2 || !list.startsWith("W/", open - 2);
            if (counts && end - open == opaque.length() && list.startsWith(opaque, open)) {
                return true;
            }
            open = end == 0 ? -1 : list.indexOf('"', end);
        }
        return false;
    }

    private static boolean isWeak(String tag) {
        return tag.startsWith("W/");
    }
}
