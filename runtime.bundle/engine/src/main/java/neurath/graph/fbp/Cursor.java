package neurath.graph.fbp;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A position in a text, and the farthest position at which something else was expected. */
final class Cursor {
    private static final Pattern TOKEN = Pattern.compile("[a-zA-Z0-9_]{1,40}|[^\n\r\u2028\u2029]");

    /** Expected nearly everywhere, and told only where nothing else is. */
    static final String A_SPACE = "a space";

    private final String text;
    private int position;
    private int statement;
    private int farthest;
    private final Set<String> expected = new LinkedHashSet<>();

    Cursor(String text) {
        this.text = text;
    }

    int position() {
        return position;
    }

    boolean atEnd() {
        return position == text.length();
    }

    /** From here on, whatever is expected at this very position is called a statement. */
    void beginStatement() {
        statement = position;
    }

    /** Skips as many of these characters as there are, perhaps none. */
    boolean skip(String characters) {
        int start = position;
        while (!atEnd() && characters.indexOf(text.charAt(position)) >= 0) {
            position++;
        }
        return position > start;
    }

    boolean take(String literal) {
        if (text.startsWith(literal, position)) {
            position += literal.length();
            return true;
        }
        expected("'" + literal + "'");
        return false;
    }

    /** The text that matches here; null if none does, and then that was what was expected. */
    String take(Pattern pattern, String what) {
        MatchResult match = match(pattern);
        if (match == null) {
            expected(what);
            return null;
        }
        return match.group();
    }

    /** Takes the literal; the text is refused if it is not here. */
    void require(String literal) {
        if (!take(literal)) {
            throw refused();
        }
    }

    /** Takes what matches the pattern; the text is refused if nothing does. */
    String require(Pattern pattern, String what) {
        String match = take(pattern, what);
        if (match == null) {
            throw refused();
        }
        return match;
    }

    /** The character here; NUL at the end. */
    char peek() {
        return atEnd() ? '\0' : text.charAt(position);
    }

    /** Moves behind a match of the pattern here; null if there is none. */
    MatchResult match(Pattern pattern) {
        Matcher matcher = pattern.matcher(text).region(position, text.length());
        if (!matcher.lookingAt()) {
            return null;
        }
        position = matcher.end();
        return matcher.toMatchResult();
    }

    /** What the first rule that does not return null returns; the others leave no trace. */
    @SafeVarargs
    final <T> T firstOf(Supplier<? extends T>... rules) {
        int start = position;
        for (Supplier<? extends T> rule : rules) {
            T result = rule.get();
            if (result != null) {
                return result;
            }
            position = start;
        }
        return null;
    }

    /** Remembers what would have been right here, unless a place farther on has been reached. */
    void expected(String what) {
        if (position > farthest) {
            farthest = position;
            expected.clear();
        }
        if (position == farthest) {
            expected.add(position == statement ? "a statement" : what);
        }
    }

    /** The text is refused at the farthest position reached. */
    FbpSyntaxException refused() {
        if (expected.size() > 2) {
            expected.remove(A_SPACE);
        }
        return new FbpSyntaxException(Place.of(text, farthest), alternatives(List.copyOf(expected)), found(farthest));
    }

    /** The text is refused at an offset that was read already. */
    FbpSyntaxException refusedAt(int offset, String expected) {
        return new FbpSyntaxException(Place.of(text, offset), expected, "");
    }

    /** The line, from 1, of an offset. */
    int line(int offset) {
        return Place.of(text, offset).line();
    }

    private String found(int offset) {
        if (offset == text.length()) {
            return "the end of the text";
        }
        Matcher token = TOKEN.matcher(text).region(offset, text.length());
        if (!token.lookingAt()) {
            return "the end of the line";
        }
        return switch (token.group()) {
            case " " -> A_SPACE;
            case "\t" -> "a tab";
            case String other -> "'" + other + "'";
        };
    }

    private static String alternatives(List<String> words) {
        int last = words.size() - 1;
        return last < 1 ? String.join("", words) : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }
}
