package neurath.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import neurath.build.Repository;

/** What the build has compiled, of all modules. */
final class Classes {
    private static final int DEEPEST_MODULE = 5;

    private Classes() {}

    /** The classes of all bundles and of the launcher. */
    static JavaClasses product() {
        return new ClassFileImporter().importPaths(folders("target/classes").stream()
                .filter(folder -> Stream.of("itests", "bench").noneMatch(top -> folder.startsWith(Repository.root().resolve(top))))
                .toList());
    }

    static JavaClasses tests() {
        return new ClassFileImporter().importPaths(folders("target/test-classes"));
    }

    private static List<Path> folders(String name) {
        try (Stream<Path> paths = Files.walk(Repository.root(), DEEPEST_MODULE)) {
            return paths.filter(path -> path.endsWith(name) && Files.isDirectory(path)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
