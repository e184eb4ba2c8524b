package neurath.operator.http.cond;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Patterns of paths, of which one must match. */
final class Patterns {
    private final List<Pattern> patterns;

    private Patterns(List<Pattern> patterns) {
        this.patterns = patterns;
    }

    /** @param text patterns with spaces between, each from {@code /} on */
    static Patterns of(String text) {
        var patterns = new ArrayList<Pattern>();
        for (String pattern : text.strip().split("\\s+")) {
            if (!pattern.isEmpty()) {
                patterns.add(compiled(pattern));
            }
        }
        return new Patterns(patterns);
    }

    private static Pattern compiled(String pattern) {
        if (!pattern.startsWith("/")) {
            throw new IllegalArgumentException(
                    "REMOTE_PATHS has the pattern " + pattern + ", which no path can match; begin it with /, as in /feeds/**");
        }
        var expression = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (pattern.startsWith("**", i)) {
                expression.append(".*");
                i++;
            } else {
                expression.append(
                        switch (c) {
                            case '*' -> "[^/]*";
                            case '?' -> "[^/]";
                            default -> Pattern.quote(String.valueOf(c));
                        });
            }
        }
        return Pattern.compile(expression.toString(), Pattern.DOTALL);
    }

    boolean match(String path) {
        for (Pattern pattern : patterns) {
            if (pattern.matcher(path).matches()) {
                return true;
            }
        }
        return false;
    }
}
