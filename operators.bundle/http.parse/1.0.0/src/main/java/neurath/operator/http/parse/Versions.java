package neurath.operator.http.parse;

import java.nio.ByteBuffer;

/**
 * The version at the end of a request line (RFC 9112, 2.3). It has two digits and capital letters. A minor one that nobody knows yet
 * is taken for the highest known (RFC 9110, 2.5).
 */
final class Versions {
    private static final int BAD_REQUEST = 400;
    private static final int VERSION_NOT_SUPPORTED = 505;
    private static final String PREFIX = " HTTP/";
    private static final int LENGTH = " HTTP/1.1".length();

    private Versions() {}

    /** Has the head say HTTP/1.1 where it says something higher; the status to refuse it with, or 0. */
    static int settle(ByteBuffer head) {
        int end = endOfFirstLine(head);
        int begin = end - LENGTH;
        if (begin < head.position() || !isVersion(head, begin)) {
            return BAD_REQUEST;
        }
        if (head.get(end - 3) != '1') {
            return VERSION_NOT_SUPPORTED;
        }
        if (head.get(end - 1) > '1') {
            head.put(end - 1, (byte) '1');
        }
        return 0;
    }

    private static int endOfFirstLine(ByteBuffer head) {
        int end = head.position();
        while (end < head.limit() && head.get(end) != '\r' && head.get(end) != '\n') {
            end++;
        }
        return end;
    }

    private static boolean isVersion(ByteBuffer head, int begin) {
        for (int i = 0; i < PREFIX.length(); i++) {
            if (head.get(begin + i) != PREFIX.charAt(i)) {
                return false;
            }
        }
        int major = begin + PREFIX.length();
        return isDigit(head.get(major)) && head.get(major + 1) == '.' && isDigit(head.get(major + 2));
    }

    private static boolean isDigit(byte octet) {
        return octet >= '0' && octet <= '9';
    }
}
