package neurath.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import neurath.build.Repository;
import org.junit.Test;

/** What the pages of docs name is there. */
public class DocsTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern NAME = Pattern.compile("(?<![@\\w])([A-Z][a-z]\\w+)((?:\\.\\w+)*)");
    private static final Pattern TYPE = Pattern.compile("(?:class|record|enum|interface)\\s+(\\w+)");
    private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^:}]+):([^}]*)}");

    private static final Set<String> ABOUT_THE_CODE = Set.of("glossary.md", "architecture.md", "synchronization.md");
    private static final Set<String> OF_OTHERS = Set.of("Runnable", "Thread", "ServiceObjects", "BundleWiring");

    @Test
    public void every_link_leads_somewhere() throws IOException {
        for (Path page : pages()) {
            assertThat(LINK.matcher(Files.readString(page)).results().map(link -> page.resolveSibling(link.group(1))))
                    .as("links of " + page.getFileName())
                    .allMatch(Files::exists);
        }
    }

    @Test
    public void every_class_and_member_of_the_pages_about_the_code_is_there() throws IOException {
        Map<String, String> sources = sourcesByType();
        var unknown = new ArrayList<String>();
        for (Path page : pages()) {
            if (ABOUT_THE_CODE.contains(page.getFileName().toString()) || page.getParent().endsWith("decisions")) {
                CODE.matcher(Files.readString(page))
                        .results()
                        .flatMap(code -> NAME.matcher(code.group(1)).results())
                        .filter(name -> !OF_OTHERS.contains(name.group(1)) && !isThere(name, sources))
                        .forEach(name -> unknown.add(page.getFileName() + ": " + name.group()));
            }
        }
        assertThat(unknown).isEmpty();
    }

    private static boolean isThere(MatchResult name, Map<String, String> sources) {
        String source = sources.get(name.group(1));
        return source != null
                && Stream.of(name.group(2).split("\\."))
                        .allMatch(member -> Pattern.compile("\\b" + member + "\\b").matcher(source).find());
    }

    private static Map<String, String> sourcesByType() throws IOException {
        var sources = new HashMap<String, String>();
        try (Stream<Path> files = Files.walk(Repository.root())) {
            List<Path> java = files.filter(file -> file.toString().contains("/src/main/java/") && file.toString().endsWith(".java"))
                    .toList();
            for (Path file : java) {
                String source = Files.readString(file);
                TYPE.matcher(source).results().forEach(type -> sources.merge(type.group(1), source, String::concat));
            }
        }
        return sources;
    }

    @Test
    public void every_setting_of_the_web_server_is_told_with_its_default() throws IOException {
        List<String> page = Files.readAllLines(Repository.root().resolve("docs/web-server.md"));
        String flow = Files.readString(Repository.root().resolve("http.bundle/flow/src/main/resources/secure-web-server.fbp"));
        assertThat(PROPERTY.matcher(flow).results().filter(property -> property.group(1).startsWith("http.")))
                .hasSizeGreaterThan(10)
                .allMatch(property -> page.stream()
                        .anyMatch(line -> line.contains("`" + property.group(1) + "`") && line.contains(property.group(2))));
    }

    /** Who gives a flow another text takes back what the other does not say. */
    @Test
    public void the_texts_of_evolutions_have_every_setting_of_the_web_server() throws IOException {
        Path resources = Repository.root().resolve("http.bundle/flow/src/main/resources");
        List<String> settings = settings(resources.resolve("web-server.fbp"));
        assertThat(settings).hasSizeGreaterThan(10);
        try (Stream<Path> texts = Files.list(resources.resolve("evolutions"))) {
            List<Path> ofTheWebServer = texts.filter(text -> !text.endsWith("backend.fbp")).toList();
            assertThat(ofTheWebServer).isNotEmpty()
                    .allSatisfy(text -> assertThat(settings(text)).as(text.toString()).containsAll(settings));
        }
    }

    /** The section that a node is in, which the same line may say, is none. */
    private static List<String> settings(Path text) throws IOException {
        return Files.readAllLines(text).stream().filter(line -> line.startsWith("'")).map(line -> line.replace(":section=serve", ""))
                .toList();
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(Repository.root().resolve("docs"))) {
            return Stream.concat(files.filter(file -> file.toString().endsWith(".md")), Stream.of(Repository.root().resolve("README.md")))
                    .toList();
        }
    }
}
