package neurath.operator.http.compose;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;

/** Small pages that explain a status. */
final class Pages {
    static final byte[] NONE = {};

    private final Map<Integer, byte[]> pages = new HashMap<>();
    private final HttpField mediaType = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/html;charset=utf-8");

    HttpField mediaType() {
        return mediaType;
    }

    byte[] of(int status) {
        return pages.computeIfAbsent(status, Pages::page);
    }

    private static byte[] page(int status) {
        String title = status + " " + HttpStatus.getMessage(status);
        return """
                <!doctype html>
                <meta charset="utf-8">
                <title>%1$s</title>
                <h1>%1$s</h1>
                """
                .formatted(title)
                .getBytes(StandardCharsets.UTF_8);
    }
}
