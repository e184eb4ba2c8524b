package neurath.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import neurath.build.Repository;

/**
 * A graph of the web server as the product ships it, with other values for some of its settings.
 *
 * @param name {@code web-server} for the first, or that of an evolution
 * @param settings by the names of the platform's properties
 */
record Evolution(String name, Map<String, String> settings) {
    /** The graph that the product starts with. */
    static final Evolution FIRST = new Evolution("web-server", Map.of());
    private static final Path TEXTS = Path.of("http.bundle/flow/src/main/resources");

    /** One with the product's settings. */
    static Evolution of(String name) {
        return new Evolution(name, Map.of());
    }

    Evolution with(String setting, String value) {
        var more = new HashMap<>(settings);
        more.put(setting, value);
        return new Evolution(name, more);
    }

    private Path source() {
        Path texts = Repository.root().resolve(TEXTS);
        return this.equals(FIRST) ? texts.resolve(name + ".fbp") : texts.resolve("evolutions").resolve(name + ".fbp");
    }

    /** Whether the product ships it. */
    boolean exists() {
        return Files.exists(source());
    }

    /**
     * Writes the text.
     *
     * @throws IllegalStateException if it has no such setting
     */
    Path writeTo(Path folder) throws IOException {
        String text = Files.readString(source());
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            Matcher place = Pattern.compile("\\$\\{" + Pattern.quote(setting.getKey()) + "(:[^}]*)?}").matcher(text);
            if (!place.find()) {
                throw new IllegalStateException(source() + " has no setting " + setting.getKey());
            }
            text = place.replaceAll(Matcher.quoteReplacement(setting.getValue()));
        }
        return Files.writeString(folder.resolve(name + ".fbp"), text);
    }
}
