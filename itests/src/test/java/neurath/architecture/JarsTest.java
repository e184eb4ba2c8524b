package neurath.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import neurath.build.Repository;
import org.junit.Test;

/** What must be true of every jar the product is made of. */
public class JarsTest {
    @Test
    public void each_carries_the_licence() throws IOException {
        assertThat(Repository.root().resolve("LICENSE")).content().contains("Apache License", "Version 2.0");
        for (Path jar : ours()) {
            assertThat(manifest(jar).getValue("Bundle-License")).as(jar.toString()).startsWith("Apache-2.0;");
        }
    }

    @Test
    public void none_has_an_activator() {
        assertThat(ours()).allSatisfy(jar -> assertThat(manifest(jar).getValue("Bundle-Activator")).isNull());
    }

    @Test
    public void operators_export_nothing_and_provide_their_capability() {
        assertThat(jars("target/operators")).isNotEmpty().allSatisfy(jar -> {
            assertThat(manifest(jar).getValue("Export-Package")).isNull();
            assertThat(manifest(jar).getValue("Provide-Capability")).contains("neurath.operator;");
        });
    }

    @Test
    public void none_tells_when_or_where_it_was_built() throws IOException {
        for (Path jar : ours()) {
            Attributes manifest = manifest(jar);
            assertThat(manifest.keySet()).as(jar.toString()).extracting(Object::toString)
                    .doesNotContain("Bnd-LastModified", "Build-Jdk", "Build-Jdk-Spec", "Built-By", "Created-By", "Tool");
            try (var file = new JarFile(jar.toFile())) {
                assertThat(file.stream().map(entry -> entry.getTimeLocal()).distinct()).as(jar + ": times of entries").hasSize(1);
            }
        }
    }

    private static List<Path> ours() {
        return Stream.concat(jars("target/platform").stream(), jars("target/operators").stream())
                .filter(jar -> jar.getFileName().toString().startsWith("neurath."))
                .toList();
    }

    private static List<Path> jars(String folder) {
        try (Stream<Path> files = Files.list(Repository.root().resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Attributes manifest(Path jar) {
        try (var file = new JarFile(jar.toFile())) {
            return file.getManifest().getMainAttributes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
