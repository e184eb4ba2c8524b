package neurath.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import neurath.build.OperatorJar;
import neurath.build.Repository;

/** The user's guide, with what can be run in it. */
final class Guide {
    private static final Pattern OPERATOR = Pattern.compile("(?s)`([\\w.]+)` (\\d+\\.\\d+\\.\\d+):\n\n```java\n(.*?)```");
    private static final Pattern FLOW = Pattern.compile("(?s)```fbp\n(.*?)```");

    private final String text;

    private Guide(String text) {
        this.text = text;
    }

    static Guide read() throws IOException {
        return new Guide(Files.readString(Repository.root().resolve("docs/guide.md")));
    }

    /** The operators it shows, by name and version: {@code example.greet-1.0.0}. */
    SequencedMap<String, OperatorJar> operators() {
        var operators = new LinkedHashMap<String, OperatorJar>();
        OPERATOR.matcher(text)
                .results()
                .forEach(found -> operators.put(
                        found.group(1) + "-" + found.group(2),
                        OperatorJar.ofSource(found.group(1), found.group(2), found.group(3))));
        return operators;
    }

    /** Builds one of them into a folder. */
    Path build(String operator, Path folder) throws IOException {
        return operators().get(operator).writeTo(folder);
    }

    /** The flows it shows, in order. */
    List<String> flows() {
        return FLOW.matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
    }
}
