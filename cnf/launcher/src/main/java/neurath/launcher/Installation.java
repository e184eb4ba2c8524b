package neurath.launcher;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What was built: jars and configuration, which the platform only reads.
 *
 * @param top the folder that holds the {@code neurath} script
 */
record Installation(Path top) {
    /** Name of the system property that says where the installation is. */
    static final String TOP = "neurath.top";

    static Installation ofSystemProperties() {
        String top = System.getProperty(TOP);
        if (top == null) {
            throw new LaunchException("the system property " + TOP + " is not set; start the platform with the neurath script");
        }
        return new Installation(Path.of(top).toAbsolutePath().normalize());
    }

    Path defaultHome() {
        return top.resolve(".neurath");
    }

    Path descriptor() {
        return top.resolve("cnf/platform.properties");
    }

    Path logConfiguration() {
        return top.resolve("cnf/logback.xml");
    }

    Path welcome() {
        return top.resolve("cnf/welcome");
    }

    Path bundle(String name) {
        return existing(top.resolve("target/platform"), name);
    }

    Path operator(String name) {
        return existing(top.resolve("target/operators"), name);
    }

    private static Path existing(Path folder, String name) {
        Path jar = folder.resolve(name + ".jar");
        if (!Files.isRegularFile(jar)) {
            throw new LaunchException(name + ".jar is named in cnf/platform.properties but is not in " + folder
                    + "; build again with ./neurath build");
        }
        return jar;
    }
}
