package neurath.graph.fbp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** The texts in {@code src/test/fbp/corpus}, and what the npm package fbp 1.8.0 answers to them. */
final class Corpus {
    /** One text and the two answers: {@code default} and {@code caseSensitive}. */
    record Item(String name, String text, JsonNode answers) {}

    private static final Path HOME = Path.of("src", "test", "fbp");
    private static final ObjectMapper JSON = new ObjectMapper();

    private Corpus() {}

    static List<Item> valid() {
        return items("valid");
    }

    static List<Item> invalid() {
        return items("invalid");
    }

    static List<Item> extension() {
        return items("extension");
    }

    /** By name: {@code line:column | expected}. */
    static Map<String, String> refusals() {
        try (Stream<String> lines = Files.lines(HOME.resolve("refusals.txt"))) {
            return lines.filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" \\| ", 2))
                    .collect(Collectors.toMap(line -> line[0], line -> line[1]));
        } catch (IOException e) {
            throw new IllegalStateException("refusals.txt cannot be read", e);
        }
    }

    static Stream<DynamicTest> tests(List<Item> items, Consumer<Item> check) {
        return items.stream().map(item -> DynamicTest.dynamicTest(item.name(), () -> check.accept(item)));
    }

    /** The values as a JSON library sees them once they are written. */
    static JsonNode json(Object values) {
        try {
            return JSON.readTree(JSON.writeValueAsString(values));
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON: " + values, e);
        }
    }

    private static List<Item> items(String part) {
        try (Stream<Path> files = Files.list(HOME.resolve("corpus").resolve(part))) {
            JsonNode golden = JSON.readTree(HOME.resolve("golden").resolve(part + ".json").toFile());
            List<Item> items = files.sorted().map(file -> item(file, golden)).toList();
            if (items.size() != golden.size()) {
                throw new IllegalStateException(
                        part + ": " + items.size() + " texts and " + golden.size() + " answers; run make-golden.mjs");
            }
            return items;
        } catch (IOException e) {
            throw new IllegalStateException("the corpus in " + HOME.toAbsolutePath() + " cannot be read", e);
        }
    }

    private static Item item(Path file, JsonNode golden) {
        String name = file.getFileName().toString().replaceFirst("\\.fbp$", "");
        try {
            return new Item(name, Files.readString(file), golden.get(name));
        } catch (IOException e) {
            throw new IllegalStateException(file + " cannot be read", e);
        }
    }
}
