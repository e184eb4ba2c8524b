package neurath.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import neurath.build.Repository;
import neurath.graph.fbp.FbpParser;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class GuideTest {
    private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^:}]+):([^}]*)}");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void every_operator_of_the_guide_becomes_a_bundle() throws IOException {
        Guide guide = Guide.read();
        assertThat(guide.operators().keySet())
                .containsExactly(
                        "example.greet-1.0.0",
                        "example.greet-1.1.0",
                        "example.greet-2.0.0",
                        "example.clock-1.0.0",
                        "example.show-1.0.0",
                        "example.clock-2.0.0",
                        "example.show-2.0.0");
        for (String operator : guide.operators().keySet()) {
            assertThat(guide.build(operator, folder.getRoot().toPath())).isNotEmptyFile();
        }
    }

    @Test
    public void every_flow_of_the_guide_is_one() throws IOException {
        assertThat(Guide.read().flows()).hasSize(2).allSatisfy(flow -> assertThat(new FbpParser().parse(flow).arcs()).isNotEmpty());
    }

    @Test
    public void every_setting_of_the_web_server_is_told_with_its_default() throws IOException {
        String page = Files.readString(docs().resolve("web-server.md"));
        String flow = Files.readString(Repository.root().resolve("http.bundle/flow/src/main/resources/web-server.fbp"));
        List<String> untold = PROPERTY.matcher(flow)
                .results()
                .filter(property -> page.lines()
                        .noneMatch(line -> line.contains("`" + property.group(1) + "`") && line.contains(property.group(2))))
                .map(property -> property.group())
                .filter(property -> !property.startsWith("${name:"))
                .toList();
        assertThat(untold).isEmpty();
    }

    @Test
    public void every_link_leads_somewhere() throws IOException {
        try (Stream<Path> files = Files.walk(docs())) {
            for (Path file : Stream.concat(files, Stream.of(Repository.root().resolve("README.md"))).toList()) {
                if (file.toString().endsWith(".md")) {
                    LINK.matcher(Files.readString(file))
                            .results()
                            .forEach(link -> assertThat(file.resolveSibling(link.group(1))).as("a link of %s", file).exists());
                }
            }
        }
    }

    private static Path docs() {
        return Repository.root().resolve("docs");
    }
}
