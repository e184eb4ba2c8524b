package neurath.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class OperatorJarTest {
    private static final String GREET = """
            package example;

            import neurath.api.Operator;
            import neurath.api.OperatorType;
            import neurath.api.RequiresOperator;
            import neurath.api.Step;
            import org.osgi.service.component.annotations.Component;
            import org.osgi.service.component.annotations.ServiceScope;

            @Component(service = Operator.class, scope = ServiceScope.PROTOTYPE)
            @OperatorType("example/greet")
            @RequiresOperator(operator = "example/part", version = "3.0.0")
            public final class Greet implements Step<String, String> {
                @Override
                public String apply(String name) {
                    return "Hello, " + name;
                }
            }
            """;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void a_source_becomes_a_bundle_with_component_and_capability() throws IOException {
        Path jar = OperatorJar.ofSource("example.greet", "3.0.0", GREET).writeTo(folder.getRoot().toPath());
        assertThat(jar).hasFileName("example.greet-3.0.0.jar");
        try (JarFile file = new JarFile(jar.toFile())) {
            Attributes manifest = file.getManifest().getMainAttributes();
            assertThat(manifest.getValue("Bundle-SymbolicName")).isEqualTo("example.greet");
            assertThat(manifest.getValue("Bundle-Version")).isEqualTo("3.0.0");
            assertThat(manifest.getValue("Bundle-Vendor")).isEqualTo("Neurath");
            assertThat(manifest.getValue("Service-Component")).isEqualTo("OSGI-INF/example.Greet.xml");
            assertThat(manifest.getValue("Import-Package")).contains("neurath.api;version=\"[1.4,2)\"");
            assertThat(manifest.getValue("Export-Package")).isNull();
            assertThat(manifest.getValue("Provide-Capability"))
                    .contains("operator=\"example/greet\"", "version:Version=\"3.0.0\"");
            assertThat(manifest.getValue("Require-Capability"))
                    .contains("neurath.operator;filter:=\"(&(operator=example/part)(version=3.0.0))\"");
            assertThat(file.getEntry("example/Greet.class")).isNotNull();
        }
    }

    @Test
    public void another_version_is_another_bundle_and_another_capability() throws IOException {
        Path jar = OperatorJar.ofSource("example.greet", "3.0.0", GREET).version("3.0.1").writeTo(folder.getRoot().toPath());
        try (JarFile file = new JarFile(jar.toFile())) {
            Attributes manifest = file.getManifest().getMainAttributes();
            assertThat(manifest.getValue("Bundle-Version")).isEqualTo("3.0.1");
            assertThat(manifest.getValue("Provide-Capability")).contains("version:Version=\"3.0.1\"");
        }
    }

    @Test
    public void a_replacement_that_replaces_nothing_is_refused() {
        OperatorJar greet = OperatorJar.ofSource("example.greet", "3.0.0", GREET);
        assertThatThrownBy(() -> greet.replacing("Good bye", "Hello")).hasMessageContaining("'Good bye' to be replaced stands in none");
    }

    @Test
    public void what_javac_refuses_is_told() {
        OperatorJar greet = OperatorJar.ofSource("example.greet", "3.0.0", GREET).replacing("\"Hello, \" + name", "42");
        assertThatThrownBy(() -> greet.writeTo(folder.getRoot().toPath())).hasMessageContaining("int cannot be converted");
    }
}
