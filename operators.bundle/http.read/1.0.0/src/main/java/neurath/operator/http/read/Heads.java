package neurath.operator.http.read;

import neurath.http.Inbound;

/**
 * Finds where the head of a request ends: at the first empty line (RFC 9112, 2.1). Empty lines before it are passed over (2.2). A line
 * ends with a line feed here, so that a head with bare ones is found, and refused by whoever parses it.
 */
final class Heads {
    private Heads() {}

    /** Length of the head that comes next, empty line included, or 0 if it has not come whole. */
    static int next(Inbound inbound) {
        skipEmptyLines(inbound);
        int length = inbound.length();
        for (int i = inbound.examined(); i < length; i++) {
            if (inbound.get(i) == '\n' && endsEmptyLine(inbound, i)) {
                return i + 1;
            }
        }
        inbound.examined(length);
        return 0;
    }

    /** Whether the line that ends there is empty. */
    private static boolean endsEmptyLine(Inbound inbound, int lineFeed) {
        int before = lineFeed - 1;
        if (before > 0 && inbound.get(before) == '\r') {
            before--;
        }
        return before >= 0 && inbound.get(before) == '\n';
    }

    /** Whether the request line has come whole. */
    static boolean hasRequestLine(Inbound inbound) {
        for (int i = 0; i < inbound.length(); i++) {
            if (inbound.get(i) == '\n') {
                return true;
            }
        }
        return false;
    }

    private static void skipEmptyLines(Inbound inbound) {
        while (true) {
            int length = inbound.length();
            if (length > 0 && inbound.get(0) == '\n') {
                inbound.skip(1);
            } else if (length > 1 && inbound.get(0) == '\r' && inbound.get(1) == '\n') {
                inbound.skip(2);
            } else {
                return;
            }
        }
    }
}
