package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicLong;
import neurath.build.Repository;
import neurath.engine.NodeStatus;
import neurath.events.Event;
import neurath.events.Phase;
import neurath.load.Report;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.Bundle;

/** Updates of the web server are taken back while clients ask. */
public class RollbackUnderLoadIT extends OnTheWebServer {
    @Before
    public void leaveTheChoiceToPeople() throws Exception {
        shell.type("flow:policy web-server manual");
    }

    @After
    public void leaveTheChoiceToThePolicy() throws Exception {
        shell.type("flow:update web-server " + productsText()); // without the pins that were asked for
        shell.type("flow:policy web-server auto");
    }

    @Test
    public void the_pair_is_switched_on_probation_and_rolled_back_and_switched_again_and_confirmed() throws Exception {
        Bundle load = shell.install(Repository.operatorJar("http.load", "2.0.0"));
        Bundle reply = shell.install(Repository.operatorJar("http.reply", "2.0.0"));
        shell.start(load, reply);
        server.unharmed(() -> {
            Object first = server.flow().instance("load");
            shell.type("flow:update web-server load=http/load@2.0.0 --probation 1h");
            server.awaitVersions("2.0.0", "load", "reply");
            awaitWorkOf("load");
            assertThat(shell.type("flow:show web-server")).contains("on probation");

            assertThat(shell.type("flow:rollback web-server")).contains("ROLLED BACK", "load 2.0.0 -> 1.0.0");
            assertThat(server.flow().instance("load")).isSameAs(first);
            server.awaitVersions(FIRST, "load", "reply");
            awaitWorkOf("load");

            shell.type("flow:update web-server load=http/load@2.0.0 --probation 1h");
            awaitWorkOf("load");
            assertThat(shell.type("flow:confirm web-server")).contains("confirmed");
            await().until(() -> server.flow().retirement().kept().isEmpty() && server.flow().retirement().retiring().isEmpty());
        });
        int last = server.lastUpdate();
        await("what followed the last update").untilAsserted(() -> assertThat(history(last)).containsSubsequence("SWITCHED in", "PLANNED",
                "PREPARED", "MARKING", "ALIGNING", "SWITCHED", "COMPLETED", "PROBATION", "RETIRED", "confirmed by a person"));
        assertThat(history(last - 1)).containsSubsequence("ROLLED BACK update " + (last - 2), "PLANNED", "SWITCHED", "COMPLETED");
        assertThat(history(last - 2)).containsSubsequence("SWITCHED in", "PROBATION", "ROLLED_BACK", "by update " + (last - 1));
        assertThatThrownBy(() -> history(last + 1)).hasMessageContaining("has no update " + (last + 1));
        assertThat(server.version("load")).isEqualTo("2.0.0");
    }

    @Test
    public void a_version_that_answers_500_to_everything_is_rolled_back_by_itself_and_nothing_fails_afterwards() throws Exception {
        Bundle sick = deploy(load("1.9.0")
                .replacing("if (request.refusal() != 0) {",
                        "if (true) { throw new IOException(\"sick\"); }\nif (request.refusal() != 0) {"));
        var switched = new AtomicLong();
        var back = new AtomicLong();
        var failedAtTheSwitchBack = new AtomicLong();
        long failedBefore = status("load").failed();
        Report report;
        try (var events = server.events(event -> {
            if (event instanceof Event.UpdatePhase update && update.phase() == Phase.SWITCHED) {
                switched.compareAndSet(0, System.nanoTime());
            } else if (event instanceof Event.UpdatePhase update && update.phase() == Phase.ROLLED_BACK) {
                back.compareAndSet(0, System.nanoTime());
                failedAtTheSwitchBack.set(status("load").failed() - failedBefore);
            }
        })) {
            report = server.underLoad(() -> {
                shell.type("flow:update web-server load=http/load@1.9.0 --probation 1h");
                await().until(() -> back.get() != 0);
                server.awaitVersion("load", FIRST);
            });
        }
        long[] failures = report.failures();
        System.out.printf(
                "a sick version: %d of %d requests failed; %.1f ms from the switch to the first failure, %.1f ms from there to the switch"
                        + " back%n",
                failures.length,
                failures.length + report.completed(),
                (failures[0] - switched.get()) / 1e6,
                (back.get() - failures[0]) / 1e6);
        assertThat(report.reasons()).allMatch(reason -> reason.endsWith("status 500"));
        assertThat(report.failed()).as("what the sick version was given, and nothing before and afterwards")
                .isEqualTo(failedAtTheSwitchBack.get())
                .isGreaterThanOrEqualTo(5);
        assertThat(report.closedConnections()).as("an exchange that nobody answers ends its connection").isEqualTo(report.failed());
        assertThat(status("load").failed() - failedBefore).isEqualTo(report.failed());
        assertThat(report.completedWithin(back.get(), Long.MAX_VALUE)).isGreaterThan(50);
        assertThat(shell.type("flow:history web-server"))
                .containsPattern("ROLLED BACK update \\d+ in \\d+ ms, \\d+ of \\d+ packets failed");
        assertThat(shell.type("flow:show web-server")).contains("http/load@1.9.0");
        assertThat(sick.getState()).isEqualTo(Bundle.ACTIVE);
    }

    private String history(int update) throws Exception {
        return shell.type("flow:history web-server " + update);
    }

    private NodeStatus status(String node) {
        return server.flow().status().stream().filter(status -> status.name().equals(node)).findFirst().orElseThrow();
    }

    private void awaitWorkOf(String node) {
        long emitted = status(node).emitted();
        await(node + " at work").until(() -> status(node).emitted() > emitted + 50);
    }
}
