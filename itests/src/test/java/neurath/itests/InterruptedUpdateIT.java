package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import neurath.build.Repository;
import neurath.events.Event;
import neurath.events.Phase;
import org.junit.Test;
import org.osgi.framework.Bundle;

/** The coordinator or Declarative Services go while an update waits for a busy node. */
public class InterruptedUpdateIT extends OnTheWebServer {
    /** What goes, and comes back. */
    @FunctionalInterface
    private interface Restart {
        void of(Bundle bundle) throws Exception;
    }

    @Test
    public void the_coordinator_is_stopped_and_started_while_a_node_is_busy_then_the_update_is_aborted_and_no_request_fails()
            throws Exception {
        interrupted("1.2.0", "neurath.coordinator", bundle -> {
            bundle.stop();
            bundle.start();
        });
    }

    @Test
    public void the_coordinator_is_updated_in_place_while_a_node_is_busy_then_the_update_is_aborted_and_no_request_fails()
            throws Exception {
        interrupted("1.3.0", "neurath.coordinator", Bundle::update);
    }

    @Test
    public void declarative_services_are_restarted_while_a_node_is_busy_then_the_update_is_aborted_and_no_request_fails() throws Exception {
        interrupted("1.4.0", "org.apache.felix.scr", bundle -> {
            bundle.stop();
            bundle.start();
        });
    }

    private void interrupted(String version, String symbolicName, Restart restart) throws Exception {
        Path blocked = folder.getRoot().toPath().resolve("blocked");
        deploy(load(version).replacing(
                "if (request.refusal() != 0) {",
                "while (java.nio.file.Files.exists(Path.of(\"%s\"))) { java.util.concurrent.locks.LockSupport.parkNanos(1_000_000); }\n"
                        .formatted(blocked)
                        + "if (request.refusal() != 0) {"));
        server.awaitVersion("load", version);
        int before = server.lastUpdate();
        String next = version.replaceAll("0$", "1");
        Path jar = write(load(next));
        Bundle interrupted = Arrays.stream(context.getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow();
        server.unharmed(() -> {
            Files.createFile(blocked);
            Bundle fresh = context.installBundle(jar.toUri().toString());
            fresh.start();
            await().until(() -> server.isIn(before + 1, Phase.ALIGNING));
            restart.of(interrupted);
            Event.UpdatePhase end = server.awaitUpdateAfter(before);
            Files.delete(blocked);
            assertThat(end.phase()).isEqualTo(Phase.ABORTED);
            assertThat(end.detail()).contains("the coordinator is stopped");
        });
        assertThat(server.version("load")).isEqualTo(version);
        try (Shell after = new Shell(context)) {
            await().ignoreExceptions().untilAsserted(() -> assertThat(after.type("flow:history web-server"))
                    .contains("update " + (before + 1) + " ABORTED: the coordinator is stopped"));
            server.unharmed(() -> after.type("flow:update web-server load=http/load@" + next));
            assertThat(server.version("load")).isEqualTo(next);
            after.type("flow:update web-server " + Repository.root().resolve("http.bundle/flow/src/main/resources/web-server.fbp"));
        }
    }
}
