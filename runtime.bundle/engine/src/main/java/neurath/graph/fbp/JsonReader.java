package neurath.graph.fbp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** JSON (RFC 8259) inside an {@code .fbp} text; numbers are what JavaScript makes of them. */
final class JsonReader {
    private static final String SPACE = " \t\n\r";
    private static final int DEEPEST = 500;
    private static final double EXACT = 0x1p53;
    private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*+)(?:\\.[0-9]++)?(?:[eE][+-]?[0-9]++)?");
    private static final Pattern WORD = Pattern.compile("true|false|null");
    private static final Pattern STRING_START = Pattern.compile("\"");
    private static final Pattern UNESCAPED = Pattern.compile("[^\\x00-\\x1F\"\\\\]++");
    private static final Pattern ESCAPED = Pattern.compile("\\\\(?:([\"\\\\/bfnrt])|u([0-9a-fA-F]{4}))");

    private final Cursor text;
    private int depth;

    JsonReader(Cursor text) {
        this.text = text;
    }

    /** The value here, with the space around it; the text is refused if there is none. */
    Object value() {
        text.skip(SPACE);
        Object value = switch (text.peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't', 'f', 'n' -> word(text.require(WORD, "a JSON value"));
            default -> number(text.require(NUMBER, "a JSON value"));
        };
        text.skip(SPACE);
        return value;
    }

    private Map<String, Object> object() {
        var members = new LinkedHashMap<String, Object>();
        enter("{");
        if (!text.take("}")) {
            do {
                text.skip(SPACE);
                String name = string();
                text.skip(SPACE);
                text.require(":");
                members.put(name, value());
            } while (text.take(","));
            text.require("}");
        }
        depth--;
        return Collections.unmodifiableMap(members);
    }

    private List<Object> array() {
        var values = new ArrayList<>();
        enter("[");
        if (!text.take("]")) {
            do {
                values.add(value());
            } while (text.take(","));
            text.require("]");
        }
        depth--;
        return Collections.unmodifiableList(values);
    }

    private void enter(String bracket) {
        if (++depth > DEEPEST) {
            throw text.refusedAt(text.position(), "no more than " + DEEPEST + " levels of brackets");
        }
        text.require(bracket);
        text.skip(SPACE);
    }

    private String string() {
        int start = text.position();
        text.require(STRING_START, "a string");
        var value = new StringBuilder();
        while (text.peek() != '"') {
            MatchResult plain = text.match(UNESCAPED);
            MatchResult escaped = plain == null ? text.match(ESCAPED) : null;
            if (plain != null) {
                value.append(plain.group());
            } else if (escaped != null) {
                value.append(character(escaped));
            } else {
                throw text.refusedAt(start, "a string of one line that ends with \" and has no escapes but those of JSON");
            }
        }
        text.require("\"");
        return value.toString();
    }

    private static char character(MatchResult escaped) {
        if (escaped.group(2) != null) {
            return (char) Integer.parseInt(escaped.group(2), 16);
        }
        char letter = escaped.group(1).charAt(0);
        return switch (letter) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> letter;
        };
    }

    private static Boolean word(String word) {
        return word.equals("null") ? null : Boolean.valueOf(word);
    }

    /** A whole number as a {@code Long} as far as JavaScript is exact, any other as a {@code Double}. */
    static Number number(String digits) {
        double value = Double.parseDouble(digits);
        if (value == Math.rint(value) && Math.abs(value) <= EXACT) {
            return (long) value;
        }
        return value;
    }
}
