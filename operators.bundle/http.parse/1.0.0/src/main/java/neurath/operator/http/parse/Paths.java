package neurath.operator.http.parse;

import java.util.EnumSet;
import java.util.Set;
import org.eclipse.jetty.http.HttpScheme;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.UriCompliance.Violation;
import org.eclipse.jetty.util.URIUtil;

/**
 * Makes a path of a target: decoded once, with dot segments resolved and empty ones left out. A path that could mean something else
 * to another reader is none: one that climbs out of the root, encoded dots and slashes, backslashes, control characters, and octets
 * that are not UTF-8, overlong forms among them.
 */
final class Paths {
    /** What is clear enough for files: an encoded percent sign is decoded once, empty segments are left out. */
    private static final Set<Violation> HARMLESS = EnumSet.of(Violation.AMBIGUOUS_PATH_ENCODING, Violation.AMBIGUOUS_EMPTY_SEGMENT);

    private Paths() {}

    /** The path, or {@code null} if the target has none that is clear. */
    static String of(HttpURI uri) {
        if (!HARMLESS.containsAll(uri.getViolations()) || uri.getScheme() != null && !isOfHttp(uri)) {
            return null;
        }
        if (uri.getScheme() != null && uri.getPath().isEmpty()) {
            return "/";
        }
        HttpURI literal = hasParameter(uri) ? HttpURI.from(uri.getPath().replace(";", "%3B")) : uri;
        String canonical = literal.getCanonicalPath();
        String decoded = canonical == null ? null : literal.getDecodedPath();
        if (decoded == null || !decoded.startsWith("/")) {
            return null;
        }
        String path = URIUtil.compactPath(decoded);
        return isClear(path) ? path : null;
    }

    private static boolean isOfHttp(HttpURI uri) {
        return uri.getHost() != null && (HttpScheme.HTTP.is(uri.getScheme()) || HttpScheme.HTTPS.is(uri.getScheme()));
    }

    /** Whether a part of the path would be left out as a parameter; it belongs to the name of a file. */
    private static boolean hasParameter(HttpURI uri) {
        return uri.getPath() != null && uri.getPath().indexOf(';') >= 0;
    }

    private static boolean isClear(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '\\' || Character.isISOControl(c) || c == '\uFFFD' || c == '/' && isDots(path, i + 1)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the segment that begins there is {@code .} or {@code ..}. */
    private static boolean isDots(String path, int begin) {
        int end = begin;
        while (end < path.length() && path.charAt(end) == '.') {
            end++;
        }
        return (end == path.length() || path.charAt(end) == '/') && (end - begin == 1 || end - begin == 2);
    }
}
