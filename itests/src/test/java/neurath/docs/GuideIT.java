package neurath.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import neurath.acceptance.PlatformProcess;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What the guide tells of its operators, done as it says. */
public class GuideIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern ADDRESS = Pattern.compile("http://[0-9.]+:\\d+");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Guide guide;
    private Path load;
    private PlatformProcess platform;

    @Before
    public void aPlatform() throws Exception {
        guide = Guide.read();
        Path home = folder.newFolder("home").toPath();
        platform = PlatformProcess.start(folder.newFolder("site").toPath(), home);
        load = home.resolve("load");
    }

    @After
    public void noPlatform() throws Exception {
        platform.stop();
        platform.close();
    }

    private String shell(String... command) {
        try {
            return platform.shell(command);
        } catch (IOException refused) {
            return refused.getMessage();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitShell(String expected, String... command) {
        await(expected).atMost(PATIENCE).untilAsserted(() -> assertThat(shell(command)).containsPattern(expected));
    }

    private void deploy(String operator) throws IOException {
        guide.build(operator, load);
    }

    /** The address of a flow that serves. */
    private URI address(String flow) {
        awaitShell("address http", "flow:show", flow);
        Matcher address = ADDRESS.matcher(shell("flow:show", flow));
        assertThat(address.find()).isTrue();
        return URI.create(address.group());
    }

    private static String get(URI uri) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
        }
    }

    @Test
    public void the_greeting_learns_to_count_and_then_to_count_by_path() throws Exception {
        deploy("example.greet-1.0.0");
        Files.writeString(load.resolve("greet.fbp"), guide.flows().getFirst());
        URI you = address("greet").resolve("/you");
        assertThat(get(you)).isEqualTo("Good morning, /you\n");

        deploy("example.greet-1.1.0");
        awaitShell("greet 1\\.0\\.0 -> 1\\.1\\.0", "flow:history", "greet");
        assertThat(get(you)).isEqualTo("Good morning, /you, you are number 1\n");
        assertThat(get(you)).isEqualTo("Good morning, /you, you are number 2\n");

        deploy("example.greet-2.0.0");
        awaitShell("greet 1\\.1\\.0 -> 2\\.0\\.0", "flow:history", "greet");
        assertThat(get(you)).isEqualTo("Good morning, /you, number 1, after 2 others\n");
        assertThat(shell("flow:update", "greet", "greet=example/greet@1.1.0")).contains("the state Counted does not fit");

        deploy("example.back-1.0.0");
        awaitShell("state   greet  by the transfer ByPathToOne of bundle \\d+", "flow:plan", "greet", "greet=example/greet@1.1.0");
        assertThat(shell("flow:update", "greet", "greet=example/greet@1.1.0")).contains("SWITCHED");
        assertThat(get(you)).isEqualTo("Good morning, /you, you are number 4\n");

        assertThat(shell("flow:update", "greet", "greet=example/greet@2")).contains("SWITCHED");
        deploy("example.greet-2.1.0");
        awaitShell("greet 2\\.0\\.0 -> 2\\.1\\.0", "flow:history", "greet");
        assertThat(get(you)).isEqualTo("Good morning, /you, number 1, after 4 others\n");
    }

    @Test
    public void visits_are_counted_on_by_four_and_by_two_and_by_one() throws Exception {
        deploy("example.visits-1.0.0");
        Path file = load.resolve("visits.fbp");
        String flow = guide.flows().get(1);
        Files.writeString(file, flow);
        URI you = address("visits").resolve("/you");
        assertThat(get(you)).isEqualTo("/you, visit 1\n");
        assertThat(get(you.resolve("/me"))).isEqualTo("/me, visit 1\n");
        assertThat(get(you)).isEqualTo("/you, visit 2\n");

        Files.writeString(file, flow.replace("visits(example/visits)", "visits(example/visits:replicas=4,key=path)"));
        awaitShell("visits 1 -> 4 replicas", "flow:history", "visits");
        awaitShell("visits~4", "flow:show", "visits");
        assertThat(get(you)).isEqualTo("/you, visit 3\n");

        Files.writeString(file, flow.replace("visits(example/visits)", "visits(example/visits:replicas=2,key=path)"));
        awaitShell("visits 4 -> 2 replicas", "flow:history", "visits");
        assertThat(get(you)).isEqualTo("/you, visit 4\n");
        Files.writeString(file, flow);
        awaitShell("visits 2 -> 1 node", "flow:history", "visits");
        assertThat(get(you)).isEqualTo("/you, visit 5\n");
        assertThat(get(you.resolve("/me"))).isEqualTo("/me, visit 2\n");
    }

    @Test
    public void clock_and_show_change_together_what_they_say_to_each_other() throws Exception {
        deploy("example.clock-1.0.0");
        deploy("example.show-1.0.0");
        Files.writeString(load.resolve("clock.fbp"), guide.flows().getLast());
        awaitShell("shows \\d\\d:", "flow:show", "clock");

        deploy("example.clock-2.0.0");
        awaitShell("example/clock@2.0.0 of bundle \\d+: its bundle is", "flow:show", "clock");
        deploy("example.show-2.0.0");
        awaitShell("clock 1\\.0\\.0 -> 2\\.0\\.0, show 1\\.0\\.0 -> 2\\.0\\.0", "flow:history", "clock");
        awaitShell("shows it is \\d\\d:", "flow:show", "clock");
    }
}
