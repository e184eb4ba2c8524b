package neurath.operator.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/conformance.md says of abuse is what is tried. */
class ConformancePageTest {
    private static final Path PAGE = Path.of(System.getProperty("neurath.operators")).resolve("../../docs/conformance.md");

    @Test
    void every_abuse_stands_there_with_its_answer() throws Exception {
        List<String> lines = Files.readAllLines(PAGE);
        Stream<Abuse> abuses =
                Stream.concat(Stream.concat(AbuseTest.paths().stream(), AbuseTest.heads()),
                        Stream.concat(AbuseTest.bodies(), AbuseTest.ranges().stream()));
        assertThat(abuses.map(ConformancePageTest::row))
                .hasSizeGreaterThan(180)
                .allMatch(row -> lines.stream().anyMatch(line -> line.startsWith(row)));
    }

    private static String row(Abuse abuse) {
        String answers = abuse.statuses().stream().map(String::valueOf).collect(Collectors.joining(" or "));
        return "| " + abuse.sentence() + " | " + answers + (abuse.afterwards() == Abuse.Afterwards.IS_CLOSED ? ", closed" : "") + " |";
    }
}
