package neurath.graph.fbp;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Values as JSON in one line. */
public final class JsonWriter {
    private JsonWriter() {}

    /**
     * The JSON of a string, number, boolean, null, or of a list or map of such.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static String json(Object value) {
        return switch (value) {
            case null -> "null";
            case String text -> string(text);
            case Boolean bool -> bool.toString();
            case Number number -> number(number);
            case List<?> list -> list.stream().map(JsonWriter::json).collect(Collectors.joining(", ", "[", "]"));
            case Map<?, ?> map -> map.entrySet().stream()
                    .map(member -> string(String.valueOf(member.getKey())) + ": " + json(member.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
            default -> throw new IllegalArgumentException("no JSON value: " + value + " of " + value.getClass().getName());
        };
    }

    private static String number(Number number) {
        double value = number.doubleValue();
        if (Double.isNaN(value)) {
            throw new IllegalArgumentException("no JSON value: " + value);
        }
        return Double.isInfinite(value) ? (value < 0 ? "-1e999" : "1e999") : number.toString();
    }

    private static String string(String text) {
        var json = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (isPlain(c)) {
                        json.appendCodePoint(c);
                    } else {
                        json.append(String.format("\\u%04x", c));
                    }
                }
            }
        });
        return json.append('"').toString();
    }

    /** True for characters that leave a line of text one line, and survive being stored as UTF-8. */
    static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> false;
            default -> true;
        };
    }
}
