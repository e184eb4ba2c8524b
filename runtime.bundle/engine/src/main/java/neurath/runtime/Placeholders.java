package neurath.runtime;

import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Resolves {@code ${name:default}} in initial packets from the framework's properties. */
final class Placeholders implements UnaryOperator<String> {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^:}]+)(?::([^}]*))?}");

    private final Function<String, String> properties;

    Placeholders(Function<String, String> properties) {
        this.properties = properties;
    }

    /** @throws IllegalArgumentException if a property is neither set nor has a default */
    @Override
    public String apply(String text) {
        return PLACEHOLDER.matcher(text).replaceAll(match -> Matcher.quoteReplacement(value(match.group(1), match.group(2))));
    }

    private String value(String name, String fallback) {
        String value = properties.apply(name);
        if (value == null && fallback == null) {
            throw new IllegalArgumentException("the property " + name + " is not set, and ${" + name + "} has no default; write ${" + name
                    + ":value} or set it");
        }
        return value == null ? fallback : value;
    }
}
