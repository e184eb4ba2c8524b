package neurath.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import neurath.build.Repository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./neurath bench} as people call it. */
@Timeout(60)
class CommandTest {
    @TempDir
    Path folder;

    private record Ended(int code, String output, String error) {}

    private Ended neurath(String... arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of(Repository.root().resolve("neurath").toString()));
        words.addAll(List.of(arguments));
        Path output = folder.resolve("output");
        Path error = folder.resolve("error");
        var builder = new ProcessBuilder(words).redirectOutput(output.toFile()).redirectError(error.toFile());
        builder.environment().put("NEURATH_BUILT", "yes");
        Process process = builder.start();
        process.getOutputStream().close();
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(
                process.exitValue(), Files.readString(output, StandardCharsets.UTF_8), Files.readString(error, StandardCharsets.UTF_8));
    }

    @Test
    void without_a_name_it_lists_the_experiments_with_how_long_they_take() throws Exception {
        Ended ended = neurath("bench");
        assertThat(ended.code()).as(ended.error()).isZero();
        assertThat(ended.output()).contains(Main.all().keySet()).containsPattern("x14 +how long .* s\n").contains("all of them");
    }

    @Test
    void an_unknown_name_ends_with_2_and_one_sentence() throws Exception {
        Ended ended = neurath("bench", "x99");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.error().lines()).singleElement().asString().startsWith("neurath bench: there is no experiment 'x99'");
        assertThat(ended.output()).isEmpty();
    }
}
