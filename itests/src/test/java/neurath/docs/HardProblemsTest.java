package neurath.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import neurath.build.Repository;
import org.junit.Test;

/** The page of hard problems has all of them, and the tests it names are there. */
public class HardProblemsTest {
    private static final int PROBLEMS = 17;
    private static final Pattern TEST = Pattern.compile("`(\\w+)\\.(\\w+)`");
    private static final Pattern MISTAKES = Pattern.compile("`MutationTest\\.\\w+` \\(\\*([^)]*)\\*\\)");

    private record Row(String number, String problem, String answer, String tests) {
        static Row of(String line) {
            List<String> cells = Stream.of(line.split("\\|", -1)).map(String::strip).toList();
            assertThat(cells).as(line).hasSize(6);
            return new Row(cells.get(1), cells.get(2), cells.get(3), cells.get(4));
        }
    }

    @Test
    public void every_problem_has_a_row() throws IOException {
        assertThat(rows()).extracting(Row::number)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, PROBLEMS).mapToObj(number -> "D" + number).toList());
    }

    @Test
    public void every_row_says_what_is_done_and_why_and_names_a_test_or_what_is_missing() throws IOException {
        assertThat(rows()).isNotEmpty().allSatisfy(row -> {
            assertThat(row.problem()).as(row.number()).isNotEmpty();
            assertThat(row.answer()).as(row.number()).contains("](decisions/");
            assertThat(row.tests()).as(row.number()).containsPattern(TEST.pattern() + "|\\*not yet:\\* \\w");
        });
    }

    @Test
    public void every_test_that_is_named_is_there() throws IOException {
        Map<String, String> tests = testsByClass();
        var missing = new ArrayList<String>();
        int named = 0;
        for (MatchResult test : TEST.matcher(page()).results().toList()) {
            named++;
            String source = tests.getOrDefault(test.group(1), "");
            if (!Pattern.compile("@(Test|Property)\\b[^{};]*\\bvoid " + test.group(2) + "\\(").matcher(source).find()) {
                missing.add(test.group());
            }
        }
        assertThat(missing).as("tests of docs/hard-problems.md that no source has").isEmpty();
        assertThat(named).isGreaterThan(PROBLEMS);
    }

    @Test
    public void every_mistake_that_is_named_is_in_the_list_of_the_simulation() throws IOException {
        String simulation = Files.readString(Repository.root().resolve("docs/simulation.md"));
        List<String> mistakes = MISTAKES.matcher(page())
                .results()
                .flatMap(together -> Stream.of(together.group(1).split("\\*, \\*")))
                .toList();
        assertThat(mistakes).isNotEmpty().allSatisfy(mistake -> assertThat(simulation).contains("| " + mistake + " |"));
    }

    private static List<Row> rows() throws IOException {
        return page().lines().filter(line -> line.matches("\\| D\\d.*")).map(Row::of).toList();
    }

    private static String page() throws IOException {
        return Files.readString(Repository.root().resolve("docs/hard-problems.md"));
    }

    private static Map<String, String> testsByClass() throws IOException {
        var tests = new HashMap<String, String>();
        try (Stream<Path> files = Files.walk(Repository.root())) {
            for (Path file : files.filter(HardProblemsTest::isTest).toList()) {
                tests.merge(file.getFileName().toString().replace(".java", ""), Files.readString(file), String::concat);
            }
        }
        return tests;
    }

    private static boolean isTest(Path file) {
        return file.toString().contains("/src/test/java/") && file.toString().endsWith(".java");
    }
}
