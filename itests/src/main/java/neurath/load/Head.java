package neurath.load;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Status line and header of an answer.
 *
 * @param status three digits
 * @param fields by name, without regard to case
 */
public record Head(int status, Map<String, String> fields) {
    static Head parse(String text) throws WrongAnswer {
        String[] lines = text.split("\r\n");
        if (!lines[0].matches("HTTP/1\\.1 \\d{3}( .*)?")) {
            throw new WrongAnswer("not a status line of HTTP/1.1: '" + lines[0] + "'");
        }
        Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon <= 0) {
                throw new WrongAnswer("not a header field: '" + lines[i] + "'");
            }
            fields.put(lines[i].substring(0, colon), lines[i].substring(colon + 1).strip());
        }
        return new Head(Integer.parseInt(lines[0].substring(9, 12)), fields);
    }

    long contentLength() throws WrongAnswer {
        String length = fields.get("Content-Length");
        if (length == null || !length.matches("\\d{1,18}")) {
            throw new WrongAnswer("status " + status + " with Content-Length '" + length + "'");
        }
        return Long.parseLong(length);
    }

    boolean closes() {
        return fields.getOrDefault("Connection", "").toLowerCase(Locale.ROOT).contains("close");
    }
}
