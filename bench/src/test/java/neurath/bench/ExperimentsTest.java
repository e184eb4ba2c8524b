package neurath.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each experiment, tiny: that it runs and leaves results, not what they are. */
class ExperimentsTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);

    /** All in the long tests, else those that take no more than ten seconds; s2 has a test of its own. */
    static Iterable<String> names() {
        boolean isLong = Boolean.getBoolean("neurath.long");
        return Main.all().values().stream()
                .filter(experiment -> isLong || experiment.expected(Scale.TINY).compareTo(Duration.ofSeconds(10)) <= 0)
                .map(Experiment::name)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("names")
    @Timeout(120)
    void an_experiment_leaves_raw_data_a_plot_and_a_summary_with_the_machine(String name, @TempDir Path results) throws Exception {
        assertThat(Main.run(Main.all().get(name), Scale.TINY, results, out)).as("%s", said).isTrue();
        Main.writePage(results);
        Path folder = results.resolve(name);
        assertThat(Files.readAllLines(folder.resolve("raw.csv"))).hasSizeGreaterThan(2);
        try (var files = Files.list(folder)) {
            assertThat(files).as("%s", said).anyMatch(file -> file.toString().matches(".*\\.(png|svg)"));
        }
        assertThat(results.resolve("README.md")).content().contains("## " + name.toUpperCase(Locale.ROOT) + ": ", "cores: ",
                "collector: ", "load average: ", "| metric | subject |");
    }

    @Test
    void all_together_take_less_than_40_minutes() {
        assertThat(usually(Main.all().keySet())).isLessThan(Duration.ofMinutes(40));
    }

    @Test
    void those_of_the_web_server_take_less_than_13_minutes() {
        assertThat(usually(Main.all().keySet().stream().filter(name -> name.matches("s\\d|cost")).toList()))
                .isLessThan(Duration.ofMinutes(13));
    }

    private static Duration usually(Collection<String> names) {
        return names.stream()
                .map(Main.all()::get)
                .map(experiment -> experiment.expected(experiment.usual()))
                .reduce(Duration.ZERO, Duration::plus);
    }

    @Test
    @Timeout(120)
    void without_coordination_the_predicted_error_shows_and_with_it_none(@TempDir Path results) throws Exception {
        assertThat(Main.run(Main.Request.of("s2", "--uncoordinated").experiment("s2"), Scale.TINY, results, out)).as("%s", said).isTrue();
        assertThat(results.resolve("s2/summary.md")).content()
                .contains("met: 0 packets are mixed", "met: without coordination the error shows")
                .containsPattern("requests failed \\[requests] \\| uncoordinated \\| one after the other \\| 1 \\| [1-9]");
        assertThat(results.resolve("s2/page.html")).content().contains("<svg", "prefers-color-scheme").doesNotContain("src=", "href=");
    }

    @Test
    void an_experiment_that_fails_is_said_to_and_leaves_no_summary(@TempDir Path results) throws Exception {
        assertThat(Main.run(new Broken(), Scale.TINY, results, out)).isFalse();
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("broken failed: java.lang.IllegalStateException: on purpose");
        assertThat(results.resolve("broken/summary.md")).doesNotExist();
    }

    @Test
    void subjects_are_measured_in_turn(@TempDir Path results) throws Exception {
        var lab = new Lab(new Broken(), Scale.TINY, results, out);
        var order = new StringBuilder();
        lab.interleaved(3, repetition -> order.append('A').append(repetition), repetition -> order.append('B').append(repetition));
        assertThat(order).hasToString("A1B1A2B2A3B3");
    }

    @Test
    void a_missed_goal_is_told_as_missed(@TempDir Path results) throws Exception {
        var lab = new Lab(new Broken(), Scale.TINY, results, out);
        lab.goal("fast", "slow", false);
        lab.goal("cheap", "cheap", true);
        lab.finish();
        assertThat(results.resolve("summary.md")).content().contains("- MISSED: fast; found slow", "- met: cheap; found cheap");
    }

    @Test
    void names_and_a_form_are_asked_for_in_any_order() {
        assertThat(Main.Request.of("--short", "x4", "x1")).satisfies(request -> {
            assertThat(request.names()).containsExactly("x4", "x1");
            assertThat(request.scale("x4")).isEqualTo(Scale.SHORT);
            assertThat(request.wordsFor("x4")).containsExactly("x4", "--short");
        });
        assertThat(Main.Request.of("s1", "--full")).satisfies(request -> {
            assertThat(request.scale("s1")).isEqualTo(Scale.FULL);
            assertThat(request.wordsFor("s1")).containsExactly("s1", "--full");
        });
        assertThat(Main.Request.of("all").names()).isEqualTo(Main.all().keySet());
        assertThat(Main.Request.of().names()).isEmpty();
    }

    @Test
    void who_asks_for_no_form_gets_the_usual_one_of_each_experiment() {
        Main.Request request = Main.Request.of("s1", "x4", "cost");
        assertThat(request.scale("s1")).isEqualTo(Scale.SHORT);
        assertThat(request.scale("x4")).isEqualTo(Scale.FULL);
        assertThat(request.scale("cost")).isEqualTo(Scale.FULL);
        assertThat(request.wordsFor("s1")).containsExactly("s1");
    }

    @Test
    void only_the_experiment_that_shows_it_goes_without_coordination() {
        assertThat(Main.Request.of("s2", "s1", "--uncoordinated").wordsFor("s2")).containsExactly("s2", "--uncoordinated");
        assertThat(Main.Request.of("s2", "s1", "--uncoordinated").wordsFor("s1")).containsExactly("s1");
        assertThatThrownBy(() -> Main.Request.of("s1", "--uncoordinated")).hasMessageContaining("./neurath bench s2 --uncoordinated");
    }

    @Test
    void the_simulation_is_asked_for_by_number_and_first_seed() {
        Main.Request request = Main.Request.of("sim", "--worlds", "7", "x1", "--seed", "4711", "--short");
        assertThat(request.wordsFor("sim")).containsExactly("sim", "--short", "--worlds", "7", "--seed", "4711");
        assertThat(request.wordsFor("x1")).containsExactly("x1", "--short");
        assertThatThrownBy(() -> Main.Request.of("x1", "--seed", "1")).hasMessageContaining("--seed", "./neurath bench sim");
        assertThatThrownBy(() -> Main.Request.of("sim", "--worlds")).hasMessageContaining("--worlds takes a number");
        assertThatThrownBy(() -> Main.Request.of("sim", "--worlds", "many")).hasMessageContaining("not 'many'");
    }

    @Test
    void the_worlds_that_were_tried_are_told_by_their_seeds(@TempDir Path results) throws Exception {
        assertThat(Main.run(Main.Request.of("sim", "--worlds", "40", "--seed", "4711").experiment("sim"), Scale.TINY, results, out))
                .isTrue();
        assertThat(results.resolve("sim/summary.md")).content()
                .contains("seeds 4711 to 4750", "met: no world fails; found 0 of 40", "| worlds per second [1/s] |");
        assertThat(results.resolve("sim/coverage.txt")).content().containsPattern("40 +worlds\n");
    }

    @Test
    void what_is_no_experiment_is_named_with_those_there_are() {
        assertThatThrownBy(() -> Main.Request.of("x99")).isInstanceOf(Main.UsageException.class)
                .hasMessageContaining("'x99'").hasMessageContaining("x1, ").hasMessageContaining("--short");
    }

    /** Fails. */
    private static final class Broken implements Experiment {
        @Override
        public String name() {
            return "broken";
        }

        @Override
        public String question() {
            return "whether a failure is noticed";
        }

        @Override
        public String setUp() {
            return "It fails.";
        }

        @Override
        public Duration expected(Scale scale) {
            return Duration.ofSeconds(1);
        }

        @Override
        public void run(Lab lab) {
            throw new IllegalStateException("on purpose");
        }
    }
}
