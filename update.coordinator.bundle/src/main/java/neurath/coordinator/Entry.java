package neurath.coordinator;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One record of the journal: something that is so from now on. As text: its kind in the first line, then a field a line,
 * {@code name=value}.
 *
 * @param kind what it says
 * @param fields by name; who reads them asks for those it knows
 */
record Entry(Kind kind, Map<String, String> fields) {
    /** What a record says. */
    enum Kind {
        /** A flow is to be resumed as these fields say. */
        FLOW,
        /** An update has begun; without one of the next two records it counts as aborted. */
        UPDATE_BEGUN,
        /** An update is switched: the commit point. The flow is to be resumed as these fields say. */
        UPDATE_SWITCHED,
        /** An update is aborted. The flow is to be resumed as these fields say. */
        UPDATE_ABORTED,
        /** A line of a flow's history. */
        HISTORY,
        /** An update that has ended came to something more. */
        UPDATE_FOLLOWED,
        /** A bundle that a flow is to be resumed with is in the store. */
        BUNDLE_STORED,
        /** A bundle is not to be brought back any more. */
        BUNDLE_DROPPED
    }

    Entry {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /**
     * Reads a record.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Entry parse(String text) {
        String[] lines = text.split("\n");
        var fields = new LinkedHashMap<String, String>();
        for (int i = 1; i < lines.length; i++) {
            int equals = equalsSign(lines[i]);
            fields.put(unescaped(lines[i].substring(0, equals)), unescaped(lines[i].substring(equals + 1)));
        }
        return new Entry(Kind.valueOf(lines[0]), fields);
    }

    /** As {@link #parse} reads it. */
    String text() {
        var text = new StringBuilder(kind.name());
        fields.forEach((name, value) -> text.append('\n').append(escaped(name)).append('=').append(escaped(value)));
        return text.toString();
    }

    /** The value of a field that must be there. */
    String required(String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("it has no '" + name + "'");
        }
        return value;
    }

    /** Name of the flow it is about. */
    String flow() {
        return required(FlowRecord.NAME);
    }

    private static int equalsSign(String line) {
        for (int i = 0; i < line.length(); i++) {
            switch (line.charAt(i)) {
                case '\\' -> i++;
                case '=' -> {
                    return i;
                }
                default -> {}
            }
        }
        throw new IllegalArgumentException("'" + line + "' is no field");
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("=", "\\=");
    }

    private static String unescaped(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        var plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                c = text.charAt(++i);
                c = c == 'n' ? '\n' : c;
            }
            plain.append(c);
        }
        return plain.toString();
    }
}
