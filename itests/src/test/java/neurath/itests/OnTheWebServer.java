package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import javax.inject.Inject;
import neurath.build.OperatorJar;
import neurath.build.Repository;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** A platform that serves a small site, one for the tests of a class. Each test begins with operators 1.0.0 and leaves them so. */
@RunWith(PaxExam.class)
public abstract class OnTheWebServer {
    static final String FIRST = "1.0.0";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Inject
    BundleContext context;

    WebServer server;
    Shell shell;
    private Set<Long> before;

    @Configuration
    public Option[] product() throws IOException {
        Path temporary = Product.temporaryFolder();
        Path root = Files.createDirectories(temporary.resolve("site"));
        WebServer.writeSite(root);
        return new Option[] {Product.options(root, temporary.resolve("home")), more()};
    }

    /** What the tests of a class want besides. */
    Option more() {
        return CoreOptions.composite();
    }

    @Before
    public void begin() {
        server = new WebServer(context);
        shell = new Shell(context);
        before = Arrays.stream(context.getBundles()).map(Bundle::getBundleId).collect(Collectors.toSet());
        awaitFirstVersions();
    }

    @After
    public void clean() throws Exception {
        for (Bundle bundle : context.getBundles()) {
            if (!before.contains(bundle.getBundleId())) {
                bundle.uninstall();
            }
        }
        awaitFirstVersions();
        shell.close();
    }

    private void awaitFirstVersions() {
        await("the first versions").atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(server.flow().versions().values()).extracting(version -> version.version().toString()).containsOnly(FIRST);
            assertThat(server.flow().status()).allMatch(node -> node.held() == null);
            assertThat(server.flow().retirement().retiring()).isEmpty();
        });
    }

    /** Has a bundle that a test installed outlive it, as one of the platform's. */
    void keep(Bundle bundle) {
        before.add(bundle.getBundleId());
    }

    /** The file that the web server's flow comes from. */
    static Path productsText() {
        return Repository.root().resolve("http.bundle/flow/src/main/resources/web-server.fbp");
    }

    /** Builds, installs and starts an operator, as a person would. */
    Bundle deploy(OperatorJar operator) throws Exception {
        Bundle bundle = install(operator);
        shell.start(bundle);
        return bundle;
    }

    Bundle install(OperatorJar operator) throws Exception {
        return shell.install(write(operator));
    }

    Path write(OperatorJar operator) throws IOException {
        return operator.writeTo(folder.newFolder().toPath());
    }

    /** A newly built http/load that reads into memory as 1.0.0 does. */
    static OperatorJar load(String version) throws IOException {
        return OperatorJar.ofProduct("http.load", FIRST).version(version);
    }

    /** A half of the NIO pair, newly built: {@code load} or {@code reply}. */
    static OperatorJar half(String name, String version) throws IOException {
        return OperatorJar.ofProduct("http." + name, "2.0.0")
                .version(version)
                .replacing("version = \"2.0.0\"", "version = \"" + version + "\"");
    }
}
