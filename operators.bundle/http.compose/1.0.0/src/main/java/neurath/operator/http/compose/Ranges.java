package neurath.operator.http.compose;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.eclipse.jetty.http.ByteRange;

/**
 * The ranges that a client asks for (RFC 9110, 14.2). The field is ignored, as the RFC allows, where its unit is another than bytes,
 * where it cannot be read, and where it asks for too many. Ranges that overlap or touch become one, and come in the order of the
 * content then. Positions may be of any size.
 */
final class Ranges {
    private static final String UNIT = "bytes=";

    private final int most;

    /** @param most more of them are not answered in parts */
    Ranges(int most) {
        this.most = most;
    }

    /** The ranges to send, none if none of them is satisfiable; {@code null} if the field is to be ignored. */
    List<ByteRange> of(String field, long length) {
        if (!field.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return null;
        }
        List<ByteRange> ranges = new ArrayList<>();
        int asked = 0;
        for (String element : field.substring(UNIT.length()).split(",", -1)) {
            String text = element.strip();
            if (text.isEmpty()) {
                continue;
            }
            ByteRange range = read(text, length);
            if (range == null || ++asked > most) {
                return null;
            }
            if (range.first() < length) {
                ranges.add(range);
            }
        }
        return asked == 0 ? null : separate(ranges);
    }

    /** What is asked for, cut at the end; behind the end if not satisfiable; {@code null} if it cannot be read. */
    private static ByteRange read(String text, long length) {
        int dash = text.indexOf('-');
        long first = dash <= 0 ? -1 : number(text, 0, dash);
        long last = dash < 0 || dash == text.length() - 1 ? -1 : number(text, dash + 1, text.length());
        if (dash == 0 && last >= 0) {
            return length == 0 ? null : new ByteRange(last == 0 ? length : Math.max(0, length - last), Math.max(0, length - 1));
        }
        if (dash > 0 && first >= 0 && (last >= first || dash == text.length() - 1)) {
            return new ByteRange(first, Math.max(first, last < 0 ? length - 1 : Math.min(last, length - 1)));
        }
        return null;
    }

    /** The number; the largest there is if it is larger; -1 if it is none. */
    private static long number(String text, int begin, int end) {
        long number = 0;
        for (int i = begin; i < end; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : 10 * number + digit;
        }
        return number;
    }

    private static List<ByteRange> separate(List<ByteRange> ranges) {
        List<ByteRange> sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparingLong(ByteRange::first));
        List<ByteRange> separate = new ArrayList<>();
        for (ByteRange range : sorted) {
            ByteRange before = separate.isEmpty() ? null : separate.getLast();
            if (before != null && range.first() <= before.last() + 1) {
                separate.set(separate.size() - 1, new ByteRange(before.first(), Math.max(before.last(), range.last())));
            } else {
                separate.add(range);
            }
        }
        return separate.size() == ranges.size() ? ranges : separate;
    }
}
