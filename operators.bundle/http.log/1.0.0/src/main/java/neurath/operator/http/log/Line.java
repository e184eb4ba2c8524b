package neurath.operator.http.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import neurath.http.Request;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/**
 * Makes the lines of the Common Log Format, and of the longer one that is called combined. What clients send is quoted so that it is
 * never taken for anything else: a quotation mark, a backslash and what is not printable ASCII by a backslash.
 */
final class Line {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("'['dd/MMM/yyyy:HH:mm:ss Z']'", Locale.US);
    private static final String HEX = "0123456789abcdef";

    private final Clock clock;
    private final Settings.Format format;
    private long second = Long.MIN_VALUE;
    private String time;

    Line(Clock clock, Settings.Format format) {
        this.clock = clock;
        this.format = format;
    }

    /** Client, nobody's name twice, time, and the request line as far as it is known. */
    String beginning(String client, Request request) {
        var line = new StringBuilder(160).append(client).append(" - - ").append(now()).append(" \"");
        if (request.method() == null) {
            line.append('-');
        } else {
            quote(line, request.method());
            quote(line.append(' '), request.uri() == null ? "-" : request.uri().toString());
            if (request.version() != null) {
                line.append(' ').append(request.version().asString());
            }
        }
        return line.append("\" ").toString();
    }

    private String now() {
        long millis = clock.millis();
        if (Math.floorDiv(millis, 1000) != second) {
            second = Math.floorDiv(millis, 1000);
            time = TIME.format(ZonedDateTime.now(clock));
        }
        return time;
    }

    /** Status and bytes of content. */
    static String outcome(int status, long bytes) {
        return status + " " + (bytes > 0 ? Long.toString(bytes) : "-");
    }

    /** What only the longer format tells, and the end of the line. */
    String end(HttpFields fields) {
        if (format == Settings.Format.COMMON) {
            return "\n";
        }
        var line = new StringBuilder(120);
        quoted(line, fields.get(HttpHeader.REFERER));
        quoted(line, fields.get(HttpHeader.USER_AGENT));
        return line.append('\n').toString();
    }

    private static void quoted(StringBuilder line, String text) {
        line.append(" \"");
        quote(line, text == null ? "-" : text);
        line.append('"');
    }

    private static void quote(StringBuilder line, String text) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b == '"' || b == '\\') {
                line.append('\\').append((char) b);
            } else if (b >= ' ' && b < 0x7f) {
                line.append((char) b);
            } else {
                line.append("\\x").append(HEX.charAt(b >> 4 & 0xf)).append(HEX.charAt(b & 0xf));
            }
        }
    }

    /** How many of the bytes are status line and fields. */
    static int headLength(ByteBuffer head) {
        for (int i = head.position() + 3; i < head.limit(); i++) {
            if (head.get(i) == '\n' && head.get(i - 1) == '\r' && head.get(i - 2) == '\n' && head.get(i - 3) == '\r') {
                return i + 1 - head.position();
            }
        }
        return head.remaining();
    }
}
