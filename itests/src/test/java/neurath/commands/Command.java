package neurath.commands;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import neurath.build.Repository;

/** One call of the neurath script that has ended: what it printed and its exit code. */
record Command(int exitCode, String output, String error) {
    private static final long SECONDS = 60;

    static Command neurath(String... arguments) throws IOException, InterruptedException {
        return in(Path.of("").toAbsolutePath(), Repository.root().resolve("neurath"), arguments);
    }

    static Command in(Path directory, Path script, String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(script.toString()));
        words.addAll(List.of(arguments));
        Path output = Files.createTempFile("neurath-output", ".txt");
        Path error = Files.createTempFile("neurath-error", ".txt");
        try {
            Process process = new ProcessBuilder(words)
                    .directory(directory.toFile())
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(output.toFile())
                    .redirectError(error.toFile())
                    .start();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(words + " did not end within " + SECONDS + " s: " + Files.readString(error));
            }
            return new Command(process.exitValue(), Files.readString(output), Files.readString(error));
        } finally {
            Files.delete(output);
            Files.delete(error);
        }
    }
}
