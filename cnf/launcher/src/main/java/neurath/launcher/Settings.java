package neurath.launcher;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** What people set for one home in its {@code neurath.properties}: properties of the framework, which flows and bundles read. */
final class Settings {
    private Settings() {}

    /**
     * Reads the file.
     *
     * @return the settings, without the space around them; none if there is no file
     */
    static Map<String, String> read(Path file) {
        var settings = new TreeMap<String, String>();
        if (!Files.exists(file)) {
            return settings;
        }
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new LaunchException("cannot read the settings " + file + ": " + e.getMessage() + "; mend it or remove it", e);
        }
        properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name).strip()));
        return settings;
    }
}
