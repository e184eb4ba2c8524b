package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import neurath.build.OperatorJar;
import neurath.engine.NodeStatus;
import neurath.load.Page;
import neurath.load.Site;
import neurath.load.SlowDownload;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** What people do to bundles whose operators are in use, under load. */
public class BundleLifeIT extends OnTheWebServer {
    private static final Page LARGE = new Page("large.bin", 20_000_000);

    @Test
    public void the_running_version_is_stopped_and_the_highest_of_the_others_takes_over() throws Exception {
        Bundle load = deployed(load("1.1.0"));
        server.unharmed(() -> {
            shell.type("stop " + load.getBundleId());
            server.awaitVersion("load", FIRST);
        });
    }

    @Test
    public void the_running_version_is_uninstalled_and_the_highest_of_the_others_takes_over() throws Exception {
        Bundle load = deployed(load("1.1.1"));
        server.unharmed(() -> {
            shell.type("uninstall " + load.getBundleId());
            server.awaitVersion("load", FIRST);
        });
    }

    @Test
    public void the_running_version_is_updated_in_place_and_what_came_is_switched_to() throws Exception {
        Bundle load = deployed(load("1.1.2"));
        Path next = write(load("1.1.3"));
        server.unharmed(() -> {
            shell.type("update " + load.getBundleId() + " " + next);
            server.awaitVersion("load", "1.1.3");
        });
    }

    @Test
    public void a_version_that_its_partner_requires_is_updated_in_place_with_one_of_the_same_number() throws Exception {
        Bundle load = install(half("load", "2.1.0"));
        Bundle reply = install(half("reply", "2.1.0"));
        shell.start(load, reply);
        server.awaitVersions("2.1.0", "load", "reply");
        Object before = server.flow().version("load");
        Path rebuilt = write(half("load", "2.1.0").replacing("private Site site;", "private Site site; private int rebuilt;"));
        server.unharmed(() -> {
            shell.type("update " + load.getBundleId() + " " + rebuilt);
            await().untilAsserted(() -> {
                assertThat(server.flow().version("load")).isNotEqualTo(before);
                assertThat(server.flow().status()).allMatch(node -> node.held() == null);
            });
        });
    }

    @Test
    public void the_running_version_is_refreshed_and_its_new_wiring_is_switched_to() throws Exception {
        Bundle load = deployed(load("1.1.4"));
        Object before = server.flow().version("load");
        server.unharmed(() -> {
            shell.type("felix:refresh " + load.getBundleId());
            await().untilAsserted(() -> assertThat(server.flow().version("load")).isNotEqualTo(before));
            server.awaitVersion("load", "1.1.4");
        });
    }

    @Test
    public void an_answer_that_a_version_began_comes_to_its_end_whatever_is_done_to_its_bundle() throws Exception {
        Site.write(LARGE, Path.of(context.getProperty("http.root")));
        for (String deed : List.of("stop %d", "uninstall %d", "update %d %s", "felix:refresh %d")) {
            Bundle reply = deploy(reply("1.1.0"));
            server.awaitVersion("reply", "1.1.0");
            try (SlowDownload download = SlowDownload.start(server.address(), 1_000_000, LARGE)) {
                await().until(() -> download.taken() > 0);
                Bundle next = deploy(reply("1.1.1"));
                server.awaitVersion("reply", "1.1.1");
                await().untilAsserted(() -> assertThat(server.flow().retirement().retiring()).as("retiring before " + deed).isNotEmpty());
                shell.type(deed.formatted(reply.getBundleId(), write(reply("1.0.5"))));
                assertThat(download.inFlight()).isTrue();
                download.hurry().await(Duration.ofSeconds(20));
                await().untilAsserted(() -> assertThat(server.flow().retirement().retiring()).as("retiring after " + deed).isEmpty());
                uninstall(reply);
                uninstall(next);
            }
            server.awaitVersion("reply", FIRST);
        }
    }

    /** A reply that uses a class of its bundle for the first time when an answer has ended. */
    private static OperatorJar reply(String version) throws IOException {
        return OperatorJar.ofProduct("http.reply", FIRST)
                .version(version)
                .replacing("lease.close();", "class Late { void end() { lease.close(); } }\nnew Late().end();");
    }

    private static void uninstall(Bundle bundle) throws BundleException {
        if (bundle.getState() != Bundle.UNINSTALLED) {
            bundle.uninstall();
        }
    }

    @Test
    public void the_only_version_is_stopped_and_requests_wait_until_it_is_started_again() throws Exception {
        Bundle only = bundleOf("http.load");
        server.unharmed(() -> {
            shell.type("stop " + only.getBundleId());
            await().until(() -> held("load"));
            assertThat(shell.type("flow:show web-server")).contains("HELD", "http/load@1.0.0");
            shell.type("start " + only.getBundleId());
            await().until(() -> !held("load"));
        });
    }

    @Test
    public void the_only_version_is_uninstalled_and_requests_wait_until_another_is_there() throws Exception {
        Bundle only = bundleOf("http.compose");
        String location = only.getLocation();
        server.unharmed(() -> {
            shell.type("uninstall " + only.getBundleId());
            await().until(() -> held("compose"));
            Bundle other = deploy(OperatorJar.ofProduct("http.compose", FIRST).version("1.2.0"));
            server.awaitVersion("compose", "1.2.0");
            Bundle again = context.installBundle(location);
            again.start();
            shell.type("uninstall " + other.getBundleId());
            server.awaitVersion("compose", FIRST);
        });
        keep(bundleOf("http.compose"));
    }

    @Test
    public void the_home_of_the_connections_is_updated_and_no_connection_is_closed() throws Exception {
        server.unharmed(() -> {
            deploy(OperatorJar.ofProduct("http.read", FIRST).version("1.1.0"));
            server.awaitVersion("read", "1.1.0");
        });
    }

    @Test
    public void the_listening_socket_passes_to_the_next_version() throws Exception {
        var address = server.address();
        server.unharmed(() -> {
            deploy(OperatorJar.ofProduct("http.accept", FIRST).version("1.1.0"));
            server.awaitVersion("accept", "1.1.0");
        });
        assertThat(server.address()).isEqualTo(address);
        server.unharmed(() -> {});
    }

    @Test
    public void the_coordinator_is_restarted_and_the_next_update_works() throws Exception {
        Bundle coordinator = bundle("neurath.coordinator");
        server.unharmed(() -> {
            coordinator.stop();
            coordinator.start();
            deploy(load("1.3.0"));
            server.awaitVersion("load", "1.3.0");
        });
    }

    @Test
    public void declarative_services_are_restarted_and_the_next_update_works() throws Exception {
        Bundle scr = bundle("org.apache.felix.scr");
        int before = server.lastUpdate();
        server.unharmed(() -> {
            scr.stop();
            scr.start();
        });
        assertThat(server.lastUpdate()).isEqualTo(before);
        try (Shell after = new Shell(context)) {
            server.unharmed(() -> {
                Bundle load = after.install(write(load("1.3.1")));
                after.start(load);
                server.awaitVersion("load", "1.3.1");
            });
        }
    }

    private Bundle deployed(OperatorJar load) throws Exception {
        Bundle bundle = deploy(load);
        server.awaitVersion("load", bundle.getVersion().toString());
        return bundle;
    }

    private boolean held(String node) {
        return server.flow().status().stream().filter(status -> status.name().equals(node)).map(NodeStatus::held).anyMatch(h -> h != null);
    }

    private Bundle bundleOf(String operator) {
        return bundle("neurath.operator." + operator);
    }

    private Bundle bundle(String symbolicName) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow();
    }
}
