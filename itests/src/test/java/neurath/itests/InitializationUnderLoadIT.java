package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import neurath.build.OperatorJar;
import neurath.engine.Flow;
import neurath.engine.NodeStatus;
import neurath.events.Event;
import neurath.events.Phase;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** New versions become ready by a flow of their own while clients ask. */
public class InitializationUnderLoadIT extends OnTheWebServer {
    private static final String VERSION = "1.5.0";
    /** Names the files of the folder that the node serves. */
    private static final String INITIAL_FLOW = "INPORT=list.ROOT:ROOT\nOUTPORT=list.OUT:KNOWN\nlist(test/files)\n";
    private static final String FILES = """
            package test.files;

            import java.nio.file.Files;
            import java.nio.file.Path;
            import java.util.Iterator;
            import neurath.api.Context;
            import neurath.api.Operator;
            import neurath.api.OperatorType;
            import neurath.api.Out;
            import neurath.api.Output;
            import neurath.api.Parameters;
            import neurath.api.RunsBlocking;
            import neurath.api.Source;
            import org.osgi.service.component.annotations.Component;
            import org.osgi.service.component.annotations.ServiceScope;

            @Component(service = Operator.class, scope = ServiceScope.PROTOTYPE)
            @OperatorType("test/files")
            @Parameters(FileNames.Settings.class)
            @Out(value = "OUT", type = Path.class)
            @RunsBlocking
            public final class FileNames implements Source {
                record Settings(Path root) {}

                private Output<Path> out;
                private Iterator<Path> files;

                @Override
                public void open(Context context) throws Exception {
                    out = context.output("OUT", Path.class);
                    try (var all = Files.walk(context.parameters(Settings.class).root())) {
                        files = all.filter(Files::isRegularFile).toList().iterator();
                    }
                }

                @Override
                public boolean produce() {
                    if (files.hasNext()) {
                        out.emit(files.next());
                    }
                    return files.hasNext();
                }
            }
            """;

    private Bundle files;

    /** A http/load that is given the site's files before its first request. */
    private OperatorJar knowing(String taking) throws IOException {
        Path text = Files.writeString(folder.newFile().toPath(), INITIAL_FLOW);
        return load(VERSION)
                .replacing("@RunsBlocking", "@RunsBlocking @neurath.api.InitializedBy(\"known.fbp\")"
                        + " @neurath.api.In(value = \"KNOWN\", type = Path.class)")
                .replacing("public void open(Context context) throws IOException {",
                        "public void open(Context context) throws IOException { var known = new java.util.TreeSet<Path>();"
                                + "context.receive(\"KNOWN\", Path.class, file -> { " + taking + " });")
                .with("-includeresource.known", "neurath/operator/http/load/known.fbp=" + text);
    }

    private long filesOfTheSite() throws IOException {
        Path root = Path.of(context.getProperty("http.root"));
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).count();
        }
    }

    private NodeStatus status() {
        return server.flow().status().stream().filter(node -> node.name().equals("load")).findFirst().orElseThrow();
    }

    @Test
    public void a_version_is_filled_by_its_initial_flow_and_no_client_feels_it() throws Exception {
        files = deploy(OperatorJar.ofSource("test.files", FIRST, FILES));
        int before = server.lastUpdate();
        Bundle[] knowing = {null};
        server.unharmed(() -> {
            knowing[0] = deploy(knowing("known.add(file); context.note(\"knows\", known.size() + \" files\");"));
            server.awaitVersion("load", VERSION);
        });
        assertThat(status().notes()).containsEntry("knows", filesOfTheSite() + " files");
        assertThat(events(before + 1).filter(event -> event.phase() == Phase.PREPARED).map(Event.UpdatePhase::detail))
                .singleElement().asString().contains("load was ready after");
        assertThat(shell.type("flow:list")).contains("web-server").doesNotContain("~init");

        WeakReference<ClassLoader> loader = new WeakReference<>(files.adapt(BundleWiring.class).getClassLoader());
        WeakReference<ClassLoader> load = new WeakReference<>(knowing[0].adapt(BundleWiring.class).getClassLoader());
        knowing[0].uninstall();
        server.awaitVersion("load", FIRST);
        files.uninstall();
        files = null;
        knowing[0] = null;
        await("nothing to hold on to the code of either").atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    System.gc();
                    assertThat(List.of(loader, load)).allMatch(reference -> reference.get() == null);
                });
    }

    @Test
    public void a_packet_that_fails_on_its_way_to_the_new_version_aborts_and_no_client_feels_it() throws Exception {
        files = deploy(OperatorJar.ofSource("test.files", FIRST, FILES));
        int before = server.lastUpdate();
        server.unharmed(() -> {
            deploy(knowing("throw new IllegalStateException(\"no room for \" + file.getFileName());"));
            assertThat(server.awaitUpdateAfter(before)).matches(end -> end.phase() == Phase.ABORTED
                    && end.detail().contains("does not become ready: web-server/load~init/load~new@" + VERSION)
                    && end.detail().contains("no room for "));
        });
        assertThat(server.version("load")).isEqualTo(FIRST);
        assertThat(context.getServiceReferences(Flow.class, null)).hasSize(1);
    }

    @Test
    public void a_version_waits_for_the_operators_of_its_initial_flow() throws Exception {
        deploy(knowing("known.add(file);"));
        assertThat(shell.type("flow:show web-server")).contains("http/load@" + VERSION, "waits for test/files of its initial flow");
        files = deploy(OperatorJar.ofSource("test.files", FIRST, FILES));
        server.awaitVersion("load", VERSION);
    }

    private Stream<Event.UpdatePhase> events(int update) {
        return server.updates().stream().filter(event -> event.update() == update);
    }
}
