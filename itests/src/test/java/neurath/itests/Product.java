package neurath.itests;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.systemPackages;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import java.io.IOException;
import java.io.Reader;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import net.bytebuddy.ByteBuddy;
import neurath.build.Repository;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.hamcrest.Matcher;
import org.ops4j.pax.exam.Option;

/** The product as a test's container: the bundles and properties of its run descriptor, with a free port and folders of the test's. */
final class Product {
    private final Properties descriptor = new Properties();
    private final Path target = Repository.root().resolve("target");
    private final List<Option> options = new ArrayList<>();

    private Product() throws IOException {
        try (Reader reader = Files.newBufferedReader(Repository.root().resolve("cnf/platform.properties"))) {
            descriptor.load(reader);
        }
    }

    /**
     * The options that start it.
     *
     * @param root folder to serve
     * @param home folder for what the platform keeps
     */
    static Option options(Path root, Path home) throws IOException {
        Product product = new Product();
        product.bundles();
        product.properties(root, home);
        product.tests();
        return composite(product.options.toArray(Option[]::new));
    }

    /** A new folder that lives until the next clean build. */
    static Path temporaryFolder() throws IOException {
        Path parent = Files.createDirectories(Repository.root().resolve("itests/target/it"));
        return Files.createTempDirectory(parent, "run-");
    }

    private void bundles() {
        names("libraries").forEach(name -> options.add(bundle(reference(target.resolve("platform"), name)).noStart()));
        names("bundles").forEach(name -> options.add(bundle(reference(target.resolve("platform"), name))));
        names("operators").forEach(name -> options.add(bundle(jar(target.resolve("operators"), name).toUri().toString())));
    }

    private void properties(Path root, Path home) throws IOException {
        for (String key : descriptor.stringPropertyNames()) {
            if (key.startsWith("framework.")) {
                property(key.substring("framework.".length()), descriptor.getProperty(key));
            }
        }
        property("org.ops4j.pax.logging.property.file", Repository.root().resolve("itests/src/test/logback.xml").toString());
        property("neurath.home", home.toString());
        property("neurath.load", Files.createDirectories(home.resolve("load")).toString());
        property("neurath.shell.terminal", "false");
        property("http.host", "127.0.0.1");
        property("http.port", "0");
        property("http.root", root.toString());
        options.add(systemProperty("org.ops4j.pax.logging.DefaultServiceLog.level").value("WARN"));
        options.add(systemProperty("neurath.home").value(home.toString()));
    }

    private void property(String key, String value) {
        options.add(frameworkProperty(key).value(value));
    }

    /** Load clients and bundle builder come from the class path, as packages of the framework. */
    private void tests() {
        options.add(junitBundles());
        options.add(systemPackages("neurath.load", "neurath.build", "neurath.testing", "neurath.acceptance", "org.HdrHistogram"));
        for (Class<?> library : List.of(Assertions.class, ByteBuddy.class, Awaitility.class, Matcher.class)) {
            options.add(bundle("reference:" + locationOf(library)));
        }
    }

    private static String locationOf(Class<?> library) {
        try {
            return library.getProtectionDomain().getCodeSource().getLocation().toURI().toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String reference(Path folder, String name) {
        return "reference:" + jar(folder, name).toUri();
    }

    private static Path jar(Path folder, String name) {
        Path jar = folder.resolve(name + ".jar");
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(name + ".jar of cnf/platform.properties is not in " + folder + "; build the whole project");
        }
        return jar;
    }

    private List<String> names(String key) {
        return Arrays.stream(descriptor.getProperty(key, "").split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }
}
