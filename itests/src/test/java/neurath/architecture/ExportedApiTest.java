package neurath.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import neurath.build.Repository;
import org.junit.Test;
import org.osgi.framework.Version;

/**
 * What operators are compiled against changes only together with its package's version. The accepted state is text in
 * {@code cnf/quality/api}; {@code ./neurath accept-api} writes it anew where the version has been raised.
 */
public class ExportedApiTest {
    private static final Map<String, String> PACKAGES =
            Map.of("neurath.api", "neurath.api", "neurath.http", "neurath.http", "neurath.http.cache", "neurath.http.cache");

    @Test
    public void a_changed_package_has_a_higher_version() throws IOException, ClassNotFoundException {
        for (var exported : PACKAGES.entrySet()) {
            Path jar = Repository.root().resolve("target/platform").resolve(exported.getValue() + ".jar");
            check(ExportedApi.built(exported.getKey(), jar));
        }
    }

    private static void check(ExportedApi built) throws IOException {
        if (!Files.exists(ExportedApi.record(built.name()))) {
            built.write();
        }
        ExportedApi recorded = ExportedApi.recorded(built.name());
        boolean raised = new Version(built.version()).compareTo(new Version(recorded.version())) > 0;
        if (raised && Boolean.getBoolean("neurath.accept.api")) {
            built.write();
            return;
        }
        assertThat(built)
                .as("what the package " + built.name() + " exports has changed; "
                        + (raised
                                ? "its version was raised, so accept the change with ./neurath accept-api"
                                : "raise the version in its package-info (it is still " + built.version() + "), then ./neurath accept-api"))
                .isEqualTo(recorded);
    }
}
