package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import neurath.build.OperatorJar;
import neurath.events.Event;
import neurath.events.Phase;
import org.junit.Test;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.Bundle;

/** New versions that do not work: the old one carries on, and the shell says why. */
public class AbortIT extends OnTheWebServer {
    @Override
    Option more() {
        return frameworkProperty("neurath.update.deadline").value("PT1S");
    }

    @Test
    public void a_constructor_that_fails_aborts_the_update() throws Exception {
        aborts(
                load("1.1.0").replacing("private Site site;", "private Site site; public Load() { throw new Error(\"sick\"); }"),
                "http/load@1.1.0 for load failed");
    }

    @Test
    public void an_open_that_fails_aborts_the_update_with_its_message() throws Exception {
        aborts(loadThatOpens("1.1.1", "throw new IOException(\"no such disk\");"), "no such disk");
    }

    @Test
    public void an_open_that_hangs_aborts_the_update_at_the_deadline_and_is_named() throws Exception {
        aborts(
                loadThatOpens("1.1.2", "java.util.concurrent.locks.LockSupport.parkUntil(Long.MAX_VALUE);"),
                "deadline of PT1S has passed: making and opening http/load@1.1.2 for load hangs");
    }

    @Test
    public void a_handover_that_fails_aborts_the_update_with_its_message() throws Exception {
        aborts(readThatRestores("1.1.0", "throw new IllegalStateException(\"not my state\");"), "not my state");
    }

    @Test
    public void a_handover_that_hangs_aborts_the_update_at_the_deadline_and_is_named() throws Exception {
        aborts(
                readThatRestores("1.1.1", "java.util.concurrent.locks.LockSupport.parkUntil(Long.MAX_VALUE);"),
                "deadline of PT1S has passed: the handover of read to http/read@1.1.1 hangs");
    }

    @Test
    public void a_component_that_does_not_activate_aborts_the_update() throws Exception {
        aborts(
                load("1.1.3").replacing("private Site site;", "private Site site; static { if (true) throw new Error(\"sick class\"); }"),
                "http/load@1.1.3 for load");
    }

    @Test
    public void port_types_that_do_not_fit_are_refused_with_both_ends_named() throws Exception {
        OperatorJar wrong = OperatorJar.ofSource("neurath.operator.http.load", "1.1.4", """
                package neurath.operator.http.load;

                import neurath.api.Operator;
                import neurath.api.OperatorType;
                import neurath.api.Step;
                import org.osgi.service.component.annotations.Component;
                import org.osgi.service.component.annotations.ServiceScope;

                @Component(service = Operator.class, scope = ServiceScope.PROTOTYPE)
                @OperatorType("http/load")
                public final class Load implements Step<Integer, Long> {
                    @Override
                    public Long apply(Integer packet) {
                        return packet.longValue();
                    }
                }
                """);
        String reason = aborts(wrong, "java.lang.Integer");
        assertThat(reason).contains("parse.OUT", "load.IN", "neurath.http.Request");
    }

    @Test
    public void a_node_that_is_busy_past_the_deadline_aborts_the_update_and_is_named() throws Exception {
        Path blocked = folder.getRoot().toPath().resolve("blocked");
        deploy(load("1.2.0")
                .replacing(
                        "if (request.refusal() != 0) {",
                        "while (java.nio.file.Files.exists(Path.of(\"%s\"))) { java.util.concurrent.locks.LockSupport.parkNanos(1_000_000); }\n"
                                .formatted(blocked)
                                + "if (request.refusal() != 0) {"));
        server.awaitVersion("load", "1.2.0");
        int before = server.lastUpdate();
        Path next = write(load("1.2.1"));
        server.unharmed(() -> {
            Files.createFile(blocked);
            shell.start(shell.install(next));
            Event.UpdatePhase end = server.awaitUpdateAfter(before);
            Files.delete(blocked);
            assertThat(end.phase()).isEqualTo(Phase.ABORTED);
            assertThat(end.detail()).contains("deadline of PT1S has passed", "load");
        });
        assertThat(server.version("load")).isEqualTo("1.2.0");
    }

    @Test
    public void a_version_that_was_aborted_is_not_tried_again_by_itself_but_when_a_person_asks() throws Exception {
        Path mended = folder.getRoot().toPath().resolve("mended");
        OperatorJar sick = loadThatOpens(
                "1.3.0", "if (!java.nio.file.Files.exists(Path.of(\"" + mended + "\"))) { throw new IOException(\"sick\"); }");
        aborts(sick, "sick");
        int aborted = server.lastUpdate();

        Files.createFile(mended);
        server.unharmed(() -> {
            deploy(OperatorJar.ofProduct("http.compose", FIRST).version("1.0.1"));
            server.awaitVersion("compose", "1.0.1");
        });
        assertThat(server.lastUpdate()).isEqualTo(aborted + 1);
        assertThat(server.version("load")).isEqualTo(FIRST);
        assertThat(shell.type("flow:show web-server")).contains("http/load@1.3.0", "was aborted and is not tried again by itself");

        server.unharmed(() -> shell.type("flow:update web-server"));
        assertThat(server.version("load")).isEqualTo(FIRST);
    }

    @Test
    public void an_aborted_version_that_is_built_anew_is_tried_again() throws Exception {
        aborts(loadThatOpens("1.4.0", "throw new IOException(\"sick\");"), "sick");
        server.unharmed(() -> {
            deploy(load("1.4.0"));
            server.awaitVersion("load", "1.4.0");
        });
    }

    @Test
    public void an_update_that_a_person_asks_for_and_that_aborts_fails_the_command() throws Exception {
        aborts(loadThatOpens("1.5.0", "throw new IOException(\"still sick\");"), "still sick");
        assertThatThrownBy(() -> shell.type("flow:update web-server load=http/load@1.5.0")).hasMessageContaining("still sick");
        assertThat(server.flow().graph().node("load").metadata()).doesNotContainKey("version");
    }

    /** Deploys it under load, and expects the old versions to carry on; the reason, as the history has it. */
    private String aborts(OperatorJar operator, String reason) throws Exception {
        int before = server.lastUpdate();
        server.unharmed(() -> {
            Bundle bundle = deploy(operator);
            Event.UpdatePhase end = server.awaitUpdateAfter(before);
            assertThat(end.phase()).isEqualTo(Phase.ABORTED);
            assertThat(bundle.getState()).isEqualTo(Bundle.ACTIVE);
        });
        assertThat(server.flow().versions().values()).extracting(version -> version.version().toString()).containsOnly(FIRST);
        await().untilAsserted(() -> assertThat(lastOfHistory()).contains("ABORTED", reason));
        return lastOfHistory();
    }

    private String lastOfHistory() throws Exception {
        return shell.type("flow:history web-server").lines().reduce("", (a, b) -> b);
    }

    private static OperatorJar loadThatOpens(String version, String code) throws IOException {
        return load(version).replacing(
                "settings = context.parameters(Settings.class);",
                "settings = context.parameters(Settings.class);\nif (true) { " + code + " }");
    }

    private static OperatorJar readThatRestores(String version, String code) throws IOException {
        return OperatorJar.ofProduct("http.read", FIRST).version(version).replacing(
                "public void restore(State state) {", "public void restore(State state) {\nif (true) { " + code + " }");
    }
}
