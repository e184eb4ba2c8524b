package neurath.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** Starts of a platform one after another with the same home, in a real framework. */
class BundlesTest {
    private static final String HELLO = "neurath:operators/hello-1.0.0.jar";

    @TempDir
    private Path home;

    private Path checkout;
    private final List<String> operators = new ArrayList<>(List.of("hello-1.0.0"));

    @BeforeEach
    void checkOut() {
        checkout = home;
    }

    @Test
    void the_first_start_installs_and_starts_everything_but_libraries() throws Exception {
        jar("platform", "library", "1.0.0");
        jar("platform", "service", "1.0.0");
        jar("operators", "hello-1.0.0", "1.0.0");

        start(framework -> assertThat(states(framework)).containsExactly("library 4", "service 32", "hello-1.0.0 32"));
    }

    @Test
    void an_operator_that_people_uninstalled_is_back_at_the_next_start() throws Exception {
        built();
        start(framework -> bundle(framework, HELLO).uninstall());

        start(framework -> assertThat(bundle(framework, HELLO).getState()).isEqualTo(Bundle.ACTIVE));
    }

    @Test
    void an_operator_that_people_stopped_stays_stopped() throws Exception {
        built();
        start(framework -> bundle(framework, HELLO).stop());

        start(framework -> assertThat(bundle(framework, HELLO).getState()).isNotEqualTo(Bundle.ACTIVE));
    }

    @Test
    void an_operator_built_anew_is_updated_and_another_is_left_alone() throws Exception {
        built();
        jar("operators", "other-1.0.0", "1.0.0");
        operators.add("other-1.0.0");
        long[] modified = new long[1];
        start(framework -> modified[0] = bundle(framework, "neurath:operators/other-1.0.0.jar").getLastModified());
        jar("operators", "hello-1.0.0", "1.0.1");

        start(framework -> {
            assertThat(bundle(framework, HELLO).getVersion()).hasToString("1.0.1");
            assertThat(bundle(framework, "neurath:operators/other-1.0.0.jar").getLastModified()).isEqualTo(modified[0]);
        });
    }

    @Test
    void an_operator_is_updated_from_where_it_came() throws Exception {
        built();

        start(framework -> {
            jar("operators", "hello-1.0.0", "1.0.2");
            bundle(framework, HELLO).update();
            assertThat(bundle(framework, HELLO).getVersion()).hasToString("1.0.2");
        });
    }

    @Test
    void what_people_installed_stays() throws Exception {
        built();
        Path theirs = jar("elsewhere", "theirs", "1.0.0");
        start(framework -> framework.getBundleContext().installBundle(theirs.toUri().toString()).start());

        start(framework -> assertThat(states(framework)).contains("theirs 32"));
    }

    @Test
    void a_platform_that_moved_replaces_the_bundles_of_the_old_place() throws Exception {
        built();
        start(framework -> {});
        checkout = Files.createDirectory(home.resolve("moved"));
        built();

        start(framework -> assertThat(states(framework)).containsExactlyInAnyOrder("library 4", "service 32", "hello-1.0.0 32"));
    }

    @Test
    void a_jar_that_was_not_built_is_named() {
        assertThatThrownBy(() -> start(framework -> {}))
                .isInstanceOf(LaunchException.class)
                .hasMessageContainingAll("library.jar", "build again");
    }

    private void built() throws IOException {
        jar("platform", "library", "1.0.0");
        jar("platform", "service", "1.0.0");
        jar("operators", "hello-1.0.0", "1.0.0");
    }

    private Path jar(String folder, String name, String version) throws IOException {
        Path jar = Files.createDirectories(checkout.resolve("target").resolve(folder)).resolve(name + ".jar");
        var manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        main.putValue(Constants.BUNDLE_SYMBOLICNAME, name);
        main.putValue(Constants.BUNDLE_VERSION, version);
        try (OutputStream out = Files.newOutputStream(jar);
                var entries = new JarOutputStream(out, manifest)) {
            entries.putNextEntry(new ZipEntry("readme"));
        }
        return jar;
    }

    private interface Deed {
        void on(Framework framework) throws BundleException, IOException;
    }

    private void start(Deed deed) throws BundleException, IOException, InterruptedException {
        var installation = new Installation(checkout);
        var descriptor = new RunDescriptor(List.of("library"), List.of("service"), operators, "web-server", Map.of());
        Framework framework = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(Map.of(Constants.FRAMEWORK_STORAGE, home.resolve("cache").toString(), "felix.log.level", "0"));
        framework.init();
        try {
            OperatorUrls.serve(framework.getBundleContext(), installation);
            var bundles = new Bundles(framework.getBundleContext(), installation, descriptor);
            Digests digests = Digests.read(home.resolve("digests"));
            bundles.providePlatform();
            bundles.provideOperators(digests);
            digests.write();
            framework.start();
            deed.on(framework);
        } finally {
            framework.stop();
            framework.waitForStop(0);
        }
    }

    private static Bundle bundle(Framework framework, String location) {
        return framework.getBundleContext().getBundle(location);
    }

    /** Symbolic name and state of all bundles but the framework's own. */
    private static List<String> states(Framework framework) {
        return Arrays.stream(framework.getBundleContext().getBundles())
                .filter(bundle -> bundle.getBundleId() != Constants.SYSTEM_BUNDLE_ID)
                .map(bundle -> bundle.getSymbolicName() + " "
                        + (bundle.getState() == Bundle.INSTALLED ? Bundle.RESOLVED : bundle.getState()))
                .toList();
    }
}
