package neurath.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Another system that is measured beside, in a process of its own: it answers each line with a line, and rests in between. */
final class Peer implements AutoCloseable {
    private static final String END = "the process has ended";

    private final String name;
    private final Process process;
    private final BufferedWriter input;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private Peer(String name, Process process) {
        this.name = name;
        this.process = process;
        this.input = process.outputWriter(StandardCharsets.UTF_8);
        Thread.ofPlatform().daemon().name(name + " answers").start(this::read);
    }

    /** What it says on standard error is shown. */
    static Peer start(String name, List<String> command) throws IOException {
        return new Peer(name, new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answers.add(line);
            }
            answers.add(END);
        } catch (IOException e) {
            answers.add(END);
        }
    }

    /**
     * Asks, and waits for the answer.
     *
     * @throws IllegalStateException if there is none in time
     */
    String ask(String line, Duration atMost) throws IOException, InterruptedException {
        input.write(line + '\n');
        input.flush();
        String answer = answers.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
        if (answer == null || answer.equals(END) || answer.startsWith("error")) {
            throw new IllegalStateException(name + " was asked '" + line + "' and answered: " + answer);
        }
        return answer;
    }

    ProcessHandle process() {
        return process.toHandle();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
