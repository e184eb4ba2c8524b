package neurath.graph.fbp;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An offset of a text as people see it. */
record Place(int line, int column, String lineText) {
    private static final Pattern LINE_END = Pattern.compile("\r\n|[\n\r\u2028\u2029]");

    static Place of(String text, int offset) {
        Matcher end = LINE_END.matcher(text);
        int line = 1;
        int start = 0;
        while (end.find()) {
            if (end.end() > offset) {
                return new Place(line, offset - start + 1, text.substring(start, end.start()));
            }
            line++;
            start = end.end();
        }
        return new Place(line, offset - start + 1, text.substring(start));
    }

    /** The line, and a caret below the column. */
    String shown() {
        String before = lineText.substring(0, Math.min(column - 1, lineText.length()));
        return "  " + lineText + System.lineSeparator() + "  " + before.replaceAll("[^\t]", " ") + "^";
    }
}
