package neurath.operator.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What a client sends that does not know HTTP well: some requests one after the other, most of them good, with a few octets changed.
 * The same seed gives the same octets.
 */
final class RandomBytes {
    private static final List<String> METHODS = List.of("GET", "GET", "GET", "HEAD", "OPTIONS", "POST", "PUT", "BREW");
    private static final List<String> TARGETS =
            List.of("/hello.txt", "/hello.txt?a=b", "/", "/none", "/sub", "/sub/", "/../x", "/%2e%2e/x", "*", "http://localhost/hello.txt",
                    "/a%20b", "/%ff", "/" + "a".repeat(600));
    private static final List<String> VERSIONS = List.of("HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0");
    private static final List<String> FIELDS =
            List.of("Range: bytes=0-3", "Range: bytes=0-1,3-4,-1", "Range: bytes=9-", "If-None-Match: *", "If-Match: \"x\"",
                    "If-Modified-Since: Tue, 15 Nov 1994 12:45:26 GMT", "If-Range: \"x\"", "Accept-Encoding: gzip, br;q=0.5",
                    "Connection: close", "Connection: keep-alive", "Expect: 100-continue", "Expect: x", "X: " + "a".repeat(300),
                    "Cookie: a=b",
                    "TE: trailers", "Upgrade: h2c");
    private static final List<String> BODIES =
            List.of("Content-Length: 5\r\n\r\nhello", "Content-Length: 0\r\n\r\n", "Content-Length: 7\r\n\r\nhello",
                    "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                    "Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: a\r\n\r\n",
                    "Transfer-Encoding: chunked\r\n\r\nz\r\n", "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                    "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n");
    private static final List<String> PIECES =
            List.of("\r\n", "\n", "\r", "\r\n\r\n", "\0", " ", "\t", ":", ",", ";", "%", "/", "..", "\u00e4", "\u007f",
                    "99999999999999999999", "-", "\"",
                    "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "Host: x\r\n", "HTTP/1.1", "0\r\n\r\n");

    private RandomBytes() {}

    static byte[] from(RandomGenerator random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            request(random, text);
        }
        for (int i = random.nextInt(4); i > 0 && !text.isEmpty(); i--) {
            change(random, text);
        }
        return text.toString().getBytes(ISO_8859_1);
    }

    private static <T> T one(RandomGenerator random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static void request(RandomGenerator random, StringBuilder text) {
        text.append(one(random, METHODS)).append(' ').append(one(random, TARGETS)).append(' ').append(one(random, VERSIONS));
        text.append("\r\nHost: localhost\r\n");
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(one(random, FIELDS)).append("\r\n");
        }
        text.append(random.nextInt(4) == 0 ? one(random, BODIES) : "\r\n");
    }

    private static void change(RandomGenerator random, StringBuilder text) {
        int at = random.nextInt(text.length());
        int end = Math.min(text.length(), at + random.nextInt(1, 20));
        switch (random.nextInt(6)) {
            case 0 -> text.setCharAt(at, (char) random.nextInt(256));
            case 1 -> text.delete(at, end);
            case 2 -> text.insert(at, text.substring(at, end));
            case 3 -> text.setLength(Math.max(1, at));
            case 4 -> text.insert(at, String.valueOf((char) random.nextInt(256)).repeat(random.nextInt(1, 3000)));
            default -> text.insert(at, one(random, PIECES));
        }
    }

    /** Where to cut octets into pieces: nowhere, after every single one, or at some random points. Begins with 0, ends with the length. */
    static int[] cuts(RandomGenerator random, int length) {
        int[] inner = random.nextInt(8) == 0 && length < 2000
                ? java.util.stream.IntStream.range(1, length).toArray()
                : random.ints(random.nextInt(1, 6), 1, Math.max(2, length)).filter(cut -> cut < length).sorted().distinct().toArray();
        int[] cuts = new int[inner.length + 2];
        System.arraycopy(inner, 0, cuts, 1, inner.length);
        cuts[cuts.length - 1] = length;
        return cuts;
    }

    /** Octets as an expression of Java, so that a failure can be tried again. */
    static String readable(byte[] bytes) {
        var text = new StringBuilder("\"");
        for (int i = 0, end; i < bytes.length; i = end) {
            end = i + 1;
            while (end < bytes.length && bytes[end] == bytes[i]) {
                end++;
            }
            String octet = readable((char) (bytes[i] & 0xff));
            text.append(end - i < 20 ? octet.repeat(end - i) : "\" + \"" + octet + "\".repeat(" + (end - i) + ") + \"");
        }
        return text.append('"').toString();
    }

    private static String readable(char octet) {
        return switch (octet) {
            case '\r' -> "\\r";
            case '\n' -> "\\n";
            case '\t' -> "\\t";
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            default -> octet < ' ' || octet > '~' ? String.format("\\u%04x", (int) octet) : String.valueOf(octet);
        };
    }
}
