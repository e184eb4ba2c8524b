package neurath.build;

import java.nio.file.Files;
import java.nio.file.Path;

/** The project's working tree. */
public final class Repository {
    private Repository() {}

    /**
     * The top folder: the nearest above the working directory that has {@code bnd.bnd} and {@code operators.bundle}.
     *
     * @throws IllegalStateException if the working directory is outside of it
     */
    public static Path root() {
        Path start = Path.of("").toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("bnd.bnd")) && Files.isDirectory(folder.resolve("operators.bundle"))) {
                return folder;
            }
        }
        throw new IllegalStateException("looking for the project's top folder from " + start
                + " upwards: none has bnd.bnd and operators.bundle; start from within the working tree");
    }

    /** Source folder of an operator version, such as {@code http.load} and {@code 1.0.0}. */
    public static Path operator(String name, String version) {
        return root().resolve("operators.bundle").resolve(name).resolve(version);
    }

    /** The jar of an operator version as the build made it. */
    public static Path operatorJar(String name, String version) {
        return root().resolve("target/operators/neurath.operator." + name + "-" + version + ".jar");
    }
}
