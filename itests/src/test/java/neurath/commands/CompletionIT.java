package neurath.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import neurath.acceptance.PlatformProcess;
import neurath.build.Repository;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Words are begun and completed with the tabulator, at a terminal; what came of them is seen by what the command does. */
public class CompletionIT {
    @ClassRule
    public static final TemporaryFolder TEMPORARY = new TemporaryFolder();

    private static PlatformProcess platform;

    private TerminalShell terminal;

    @BeforeClass
    public static void start() throws Exception {
        platform = PlatformProcess.start(TEMPORARY.newFolder("site").toPath(), TEMPORARY.newFolder("home").toPath());
    }

    @AfterClass
    public static void end() throws Exception {
        if (platform != null) {
            platform.close();
        }
    }

    @Before
    public void sitDown() throws Exception {
        terminal = new TerminalShell(platform.home());
    }

    @After
    public void leave() throws Exception {
        terminal.close();
    }

    @Test
    public void commands_flows_and_policies_are_completed() throws Exception {
        terminal.type("flow:pol\tw\tau\t\r").awaitShown("web-server: policy auto");
        terminal.type("flow:show \t\r").awaitShown("web-server, revision ");
        terminal.type("flow:levitate \t\r").awaitShown("ommand not found");
    }

    @Test
    public void changes_options_plans_and_updates_are_completed() throws Exception {
        terminal.type("flow:policy web-server man\t\r").awaitShown("web-server: policy manual");
        List<Path> pair = List.of(Repository.operatorJar("http.load", "2.0.0"), Repository.operatorJar("http.reply", "2.0.0"));
        platform.start(platform.install(pair.toArray(Path[]::new)));

        terminal.type("flow:plan web-server loa\t\t").awaitShown("load=http/load@1.0.0", "(at work)", "load=http/load@2.0.0");
        terminal.type("2\t--com\tho\t\r").awaitShown("replace load  http/load@1.0.0 -> 2.0.0", "commit  hold: asked for");
        terminal.type("flow:apply \t\r").awaitShown("update 1 SWITCHED");
        terminal.type("flow:history w\t1\t\r").awaitShown("HANDING_OVER", "SWITCHED", "COMPLETED");

        terminal.type("flow:update web-server --\t").awaitShown("--requests", "switch|pin", "--probation", "--errors", "--from");
        terminal.type("req\tpi\tload=\t1\t\r").awaitShown("update 2 SWITCHED", "beside load~");
    }

    @Test
    public void files_of_flows_are_completed_and_no_others() throws Exception {
        Path folder = Repository.root().resolve("http.bundle/flow/src/main/resources");
        terminal.type("flow:plan web-server " + folder + "/w\t\r").awaitShown("web-server.fbp", "for web-server, revision ");
        assertThat(platform.shell("flow:list")).contains("web-server");
    }

    @Test
    public void commands_of_gogo_are_completed_as_before() throws Exception {
        terminal.type("complete --\t").awaitShown("--condition", "--short-option");
    }
}
