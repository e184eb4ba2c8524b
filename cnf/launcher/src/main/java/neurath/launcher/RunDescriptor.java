package neurath.launcher;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * What the platform runs, as written in {@code cnf/platform.properties}.
 *
 * @param libraries bundles that are installed only
 * @param bundles bundles that are started, in this order
 * @param operators operators that the first flow begins with
 * @param flow that is waited for: the platform is ready when it serves requests
 * @param framework properties of the framework
 */
record RunDescriptor(
        List<String> libraries, List<String> bundles, List<String> operators, String flow, Map<String, String> framework) {
    private static final String FRAMEWORK_PREFIX = "framework.";

    static RunDescriptor read(Path file) {
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new LaunchException("cannot read what to run from " + file + ": " + e.getMessage(), e);
        }
        var framework = new TreeMap<String, String>();
        for (String key : properties.stringPropertyNames()) {
            if (key.startsWith(FRAMEWORK_PREFIX)) {
                framework.put(key.substring(FRAMEWORK_PREFIX.length()), properties.getProperty(key));
            }
        }
        return new RunDescriptor(
                names(properties, "libraries"),
                names(properties, "bundles"),
                names(properties, "operators"),
                properties.getProperty("flow", ""),
                Map.copyOf(framework));
    }

    private static List<String> names(Properties properties, String key) {
        return Arrays.stream(properties.getProperty(key, "").split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }
}
