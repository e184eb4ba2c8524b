package neurath.operator.http;

import java.util.Arrays;
import java.util.List;

/**
 * What should not be done to a server, and what is answered.
 *
 * @param sentence what is done
 * @param request its octets, as characters
 * @param statuses one of them is answered
 * @param afterwards what becomes of the connection
 */
record Abuse(String sentence, String request, List<Integer> statuses, Afterwards afterwards) {
    /** What becomes of a connection after the answer. */
    enum Afterwards {
        /** The next request is answered. */
        GOES_ON,
        /** The answer announces its end, and nothing follows it. */
        IS_CLOSED
    }

    static Abuse abuse(String sentence, String request) {
        return new Abuse(sentence, request, List.of(), Afterwards.GOES_ON);
    }

    /** A request without a body. */
    static String get(String target, String... fields) {
        return request("GET", target, fields);
    }

    static String request(String method, String target, String... fields) {
        var head = new StringBuilder(method + ' ' + target + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    Abuse gets(Integer... answers) {
        return new Abuse(sentence, request, Arrays.asList(answers), afterwards);
    }

    Abuse isClosed() {
        return new Abuse(sentence, request, statuses, Afterwards.IS_CLOSED);
    }

    boolean isHead() {
        return request.startsWith("HEAD ");
    }

    @Override
    public String toString() {
        return sentence;
    }
}
