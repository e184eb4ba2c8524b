package neurath.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import neurath.acceptance.PlatformProcess;
import neurath.build.Repository;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** README's own commands, as they stand there, but for the home. */
public class ReadmeIT {
    @ClassRule
    public static final TemporaryFolder TEMPORARY = new TemporaryFolder();

    private static final Pattern EVOLVE = Pattern.compile("```sh evolve\n(.*?)```", Pattern.DOTALL);

    private static List<String> commands() throws Exception {
        Matcher block = EVOLVE.matcher(Files.readString(Repository.root().resolve("README.md")));
        assertThat(block.find()).isTrue();
        return block.group(1).lines().toList();
    }

    @Test
    public void a_running_server_is_evolved_in_three_commands() throws Exception {
        Path site = TEMPORARY.newFolder("site").toPath();
        try (PlatformProcess platform = PlatformProcess.start(site, TEMPORARY.newFolder("home").toPath())) {
            assertThat(commands()).hasSize(3);
            Command last = null;
            for (String command : commands()) {
                List<String> words = new ArrayList<>(Arrays.asList(command.split(" ")));
                assertThat(words.subList(0, 2)).containsExactly("./neurath", "shell");
                words.addAll(2, List.of("--home", platform.home().toString()));
                last = Command.in(
                        Repository.root(), Repository.root().resolve("neurath"), words.subList(1, words.size()).toArray(String[]::new));
                assertThat(last.exitCode()).as(command + ": " + last.error()).isZero();
            }
            assertThat(last.output()).containsPattern("(?m)^load +http/load +2\\.0\\.0")
                    .containsPattern("(?m)^reply +http/reply +2\\.0\\.0");
        }
    }
}
