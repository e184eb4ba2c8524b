package neurath.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import neurath.acceptance.PlatformProcess;
import neurath.build.Repository;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The commands as people and scripts use them: what they print, where, and their exit codes. */
public class CommandsIT {
    @ClassRule
    public static final TemporaryFolder TEMPORARY = new TemporaryFolder();

    private static PlatformProcess platform;
    private static String home;

    private final List<Process> started = new ArrayList<>();

    @BeforeClass
    public static void start() throws IOException, InterruptedException {
        Path site = TEMPORARY.newFolder("site").toPath();
        Files.writeString(site.resolve("index.html"), "here\n");
        platform = PlatformProcess.start(site, TEMPORARY.newFolder("home").toPath());
        home = platform.home().toString();
    }

    @AfterClass
    public static void end() throws InterruptedException {
        if (platform != null) {
            platform.close();
        }
    }

    @After
    public void endWhatWasStarted() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    public void a_wrong_command_line_ends_with_2_and_one_sentence() throws Exception {
        String[][] wrong = {
            {"walk"},
            {"run", "--speed", "9"},
            {"run", "--port"},
            {"run", "--port", "many"},
            {"run", "--port", "65536"},
            {"run", "--root", "/nowhere/at/all"},
            {"run", "--host", "no host has spaces"},
            {"run", "--home", ""},
            {"shell", "--house", "x"},
            {"stop", "now"},
            {"test", "--short"},
            {"demo", "quickly"},
        };
        for (String[] arguments : wrong) {
            Command command = Command.neurath(arguments);
            assertThat(command.exitCode()).as(String.join(" ", arguments)).isEqualTo(2);
            assertThat(command.error().lines()).as(command.error()).singleElement().asString().startsWith("neurath");
            assertThat(command.output()).isEmpty();
        }
    }

    @Test
    public void it_works_from_any_folder_and_through_a_link() throws Exception {
        Path link = TEMPORARY.newFolder("bin").toPath().resolve("boat");
        Files.createSymbolicLink(link, Repository.root().resolve("neurath"));

        assertThat(Command.in(Path.of("/"), link, "help").output()).contains("./neurath run");
        assertThat(Command.in(Path.of("/"), link, "shell", "--home", home, "echo from afar").output()).isEqualTo("from afar\n");
    }

    @Test
    public void without_maven_it_says_so_in_one_sentence() throws Exception {
        Path checkout = TEMPORARY.newFolder("unbuilt").toPath();
        Path script = Files.copy(Repository.root().resolve("neurath"), checkout.resolve("neurath"));
        for (String file : new String[] {"pom.xml", "bnd.bnd", "cnf", "some.bundle"}) {
            Files.createFile(checkout.resolve(file));
        }
        Path tools = Files.createDirectory(checkout.resolve("bin"));
        for (String tool : new String[] {"sh", "sed", "find", "sort", "cksum", "cat", "dirname", "head"}) {
            Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin").resolve(tool));
        }
        var builder = new ProcessBuilder(script.toString(), "run").redirectErrorStream(true);
        builder.environment().remove("NEURATH_BUILT");
        builder.environment().put("PATH", tools.toString());

        Process process = builder.start();

        assertThat(process.inputReader().lines()).containsExactly("neurath: mvn was not found; install Apache Maven 3.8 or later");
        assertThat(process.waitFor()).isEqualTo(1);
    }

    @Test
    public void the_end_of_standard_input_does_not_stop_the_platform() throws Exception {
        Process process = run(TEMPORARY.newFolder().toString(), "--port", "0");
        process.getOutputStream().close();

        assertThat(readyLine(process)).startsWith("neurath ready: web-server on http://127.0.0.1:");
        assertThat(process.isAlive()).isTrue();
    }

    @Test
    public void the_signal_to_end_stops_it_in_order_with_exit_code_0() throws Exception {
        Process process = run(TEMPORARY.newFolder().toString(), "--port", "0");
        readyLine(process);

        process.toHandle().destroy();

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(process.inputReader().readLine()).as("more than the ready line").isNull();
    }

    @Test
    public void stop_ends_it_and_leaves_nothing_to_talk_to() throws Exception {
        String ownHome = TEMPORARY.newFolder().toString();
        Process process = run(ownHome, "--port", "0");
        readyLine(process);

        assertThat(Command.neurath("stop", "--home", ownHome).exitCode()).isZero();

        assertThat(process.waitFor(1, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(Path.of(ownHome, "shell.socket")).doesNotExist();
        assertThat(Command.neurath("shell", "--home", ownHome, "lb").error()).contains("no platform runs with the home");
        assertThat(Command.neurath("stop", "--home", ownHome).exitCode()).isEqualTo(1);
    }

    @Test
    public void without_a_root_the_welcome_site_is_served() throws Exception {
        Process process = run(TEMPORARY.newFolder().toString(), "--port", "0");
        String address = readyLine(process).replaceAll(".* on ", "");

        try (HttpClient client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(address + "/")).build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).body()).contains("Neurath");
        }
    }

    @Test
    public void a_port_in_use_is_said_in_a_sentence() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            Command command = Command.neurath("run", "--home", TEMPORARY.newFolder().toString(), "--port", port);

            assertThat(command.exitCode()).isEqualTo(1);
            assertThat(command.error()).contains(port).containsIgnoringCase("in use");
            assertThat(command.error()).doesNotContain("\tat ");
            assertThat(command.output()).isEmpty();
        }
    }

    @Test
    public void a_second_platform_with_the_same_home_is_refused() throws Exception {
        Command second = Command.neurath("run", "--home", home, "--port", "0");

        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.error().lines()).singleElement().asString()
                .contains("already running", Long.toString(platform.handle().pid()), "--home");
    }

    @Test
    public void only_the_owner_gets_at_the_home_and_the_shell() throws Exception {
        Path socket = Path.of(Files.readString(platform.home().resolve("shell.socket")).strip());

        assertThat(mode(platform.home())).isEqualTo("rwx------");
        assertThat(mode(socket)).isEqualTo("rw-------");
        assertThat(mode(socket.getParent())).isEqualTo("rwx------");
    }

    @Test
    public void the_shell_tells_by_its_exit_code_whether_a_command_failed() throws Exception {
        assertThat(shell("echo", "two", "words")).isEqualTo(new Command(0, "two words\n", ""));
        assertThat(shell("lb | grep Neurath").exitCode()).isZero();
        assertThat(shell("lb | grep no-such-bundle").exitCode()).isEqualTo(1);
        assertThat(shell("lb").output()).contains("Neurath").doesNotContain("\u001b");

        Command unknown = shell("levitate");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.error()).isEqualTo("there is no command 'levitate'; help lists them\n");
        assertThat(shell("start 9999").error()).contains("there is no bundle 9999");
        assertThat(shell("throw 'on purpose'").exitCode()).isEqualTo(1);
        assertThat(shell("echo (").exitCode()).isEqualTo(1);
    }

    @Test
    public void half_of_a_pair_does_not_start_and_the_shell_says_what_is_missing() throws Exception {
        Command install = Command.in(
                Repository.root(),
                Repository.root().resolve("neurath"),
                "shell",
                "--home",
                home,
                "install file:target/operators/neurath.operator.http.load-2.0.0.jar");
        assertThat(install.output()).as(install.error()).matches("Bundle ID: \\d+\n");
        String id = install.output().replaceAll("\\D", "");

        Command start = shell("start " + id);

        assertThat(start.exitCode()).isEqualTo(1);
        assertThat(start.error().lines()).as(start.error()).singleElement().asString()
                .contains("neurath.operator.http.load 2.0.0", "needs http/reply 2.0.0");
        assertThat(shell("uninstall " + id).exitCode()).isZero();
    }

    private static Command shell(String... words) throws IOException, InterruptedException {
        String[] arguments = new String[words.length + 3];
        arguments[0] = "shell";
        arguments[1] = "--home";
        arguments[2] = home;
        System.arraycopy(words, 0, arguments, 3, words.length);
        return Command.neurath(arguments);
    }

    private Process run(String home, String... options) throws IOException {
        var words = new ArrayList<>(
                List.of(Repository.root().resolve("neurath").toString(), "run", "--home", home));
        words.addAll(List.of(options));
        Process process = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        started.add(process);
        return process;
    }

    private static String readyLine(Process process) throws IOException {
        return process.inputReader().readLine();
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
