package neurath.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import neurath.build.Repository;

/** {@code ./neurath shell} at a terminal of its own, which a test types into. */
final class TerminalShell implements AutoCloseable {
    private static final String PROMPT = "g! ";
    private static final Pattern CONTROL = Pattern.compile("\u001b\\[[\\d;?]*[a-zA-Z]");
    private static final String SIZE = "stty rows 50 cols 200; ";

    private final Process process;
    private final StringBuffer shown = new StringBuffer();

    TerminalShell(Path home) throws IOException {
        String command = SIZE + "exec '" + Repository.root().resolve("neurath") + "' shell --home '" + home + "'";
        var builder = new ProcessBuilder("script", "--quiet", "--flush", "--command", command, "/dev/null").redirectErrorStream(true);
        builder.environment().put("TERM", "xterm");
        process = builder.start();
        Thread.ofPlatform().daemon().name("terminal").start(this::read);
        awaitShown(PROMPT);
    }

    private void read() {
        try (Reader terminal = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
            for (int next = terminal.read(); next >= 0; next = terminal.read()) {
                shown.append((char) next);
            }
        } catch (IOException e) {
            shown.append(e);
        }
    }

    /** Types keys one after the other; forgets what was shown before. */
    TerminalShell type(String keys) throws IOException {
        shown.setLength(0);
        process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        return this;
    }

    /** Waits until texts have been shown, in whatever colours, since keys were typed last. */
    void awaitShown(String... texts) {
        await("the terminal").atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(CONTROL.matcher(shown).replaceAll("")).contains(texts));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        type("\u0015\u0004"); // the line is taken back, and the input ends
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
