package neurath.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import neurath.build.Repository;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Who builds again, elsewhere and later, gets the same jars. */
public class ReproducibleBuildIT {
    private static final Set<String> NOT_SOURCES = Set.of("target", ".git", ".neurath", "node_modules");
    private static final long MINUTES = 3;
    private static final List<String> JARS = List.of(
            "runtime.bundle/api/target/neurath.api-0.1.0.jar",
            "http.bundle/api/target/neurath.http-0.1.0.jar",
            "operators.bundle/http.load/1.0.0/target/neurath.operator.http.load-1.0.0.jar");

    @ClassRule
    public static final TemporaryFolder TEMPORARY = new TemporaryFolder();

    @Test
    public void the_same_sources_in_another_folder_make_the_same_jars() throws Exception {
        Path copy = TEMPORARY.newFolder("elsewhere").toPath();
        copySources(Repository.root(), copy);

        var builder = new ProcessBuilder(
                "mvn", "-q", "-B", "-o", "package", "-Dmaven.test.skip=true", "-pl",
                "operators.bundle/http.load/1.0.0", "-am", "-Dmaven.repo.local=" + System.getProperty("localRepository"))
                .directory(copy.toFile())
                .redirectErrorStream(true)
                .redirectOutput(copy.resolve("build.log").toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("maven.java.home"));
        Process build = builder.start();

        assertThat(build.waitFor(MINUTES, TimeUnit.MINUTES)).as("the build ended").isTrue();
        assertThat(build.exitValue()).as(Files.readString(copy.resolve("build.log"))).isZero();
        for (String jar : JARS) {
            assertThat(sha256(copy.resolve(jar))).as(jar).isEqualTo(sha256(Repository.root().resolve(jar)));
        }
    }

    private static void copySources(Path from, Path to) throws IOException {
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.filter(entry -> !NOT_SOURCES.contains(entry.getFileName().toString())).toList()) {
                Path copy = to.resolve(entry.getFileName().toString());
                if (Files.isDirectory(entry)) {
                    Files.createDirectory(copy);
                    copySources(entry, copy);
                } else {
                    Files.copy(entry, copy);
                }
            }
        }
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
