package neurath.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import neurath.build.Repository;

/** Debian's model checker spin, run on the model of the update protocol. */
final class Spin {
    private static final Pattern STATES = Pattern.compile("(\\d+) states, stored");

    private Spin() {}

    /** What a search found. */
    record Verdict(String output) {
        boolean isComplete() {
            return output.contains("errors: 0") && !output.contains("Search not completed")
                    && !output.contains("max search depth too small");
        }

        long states() {
            Matcher states = STATES.matcher(output);
            return states.find() ? Long.parseLong(states.group(1)) : 0;
        }
    }

    /** Searches all states for broken assertions and stalls. */
    static Verdict safety(Path folder, String defines) throws Exception {
        return search(folder, defines, List.of("-DSAFETY", "-DNOCLAIM"), List.of());
    }

    /** The same for assertions only. */
    static Verdict assertions(Path folder, String defines) throws Exception {
        return search(folder, defines, List.of("-DSAFETY", "-DNOCLAIM"), List.of("-E"));
    }

    /** Searches for a fair run in which what must happen never does. */
    static Verdict liveness(Path folder, String defines, String claim) throws Exception {
        return search(folder, defines, List.of("-DNFAIR=3"), List.of("-a", "-f", "-N", claim));
    }

    private static Verdict search(Path folder, String defines, List<String> compile, List<String> options) throws Exception {
        var spin = new ArrayList<>(List.of("spin"));
        Arrays.stream(defines.split(" ")).map("-D"::concat).forEach(spin::add);
        spin.addAll(List.of("-a", Repository.root().resolve("docs/model/update.pml").toString()));
        run(folder, spin);
        var gcc = new ArrayList<>(List.of("gcc", "-O0", "-w", "-DVECTORSZ=2048", "-DMEMLIM=1500", "-o", "pan", "pan.c"));
        gcc.addAll(compile);
        run(folder, gcc);
        var pan = new ArrayList<>(List.of("./pan", "-m100000", "-n"));
        pan.addAll(options);
        return new Verdict(run(folder, pan));
    }

    private static String run(Path folder, List<String> command) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                throw new IllegalStateException(command + " did not end within two minutes");
            }
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(output);
        if (process.exitValue() != 0 && !said.contains("errors: 1")) {
            throw new IllegalStateException(command + " failed: " + said);
        }
        return said;
    }
}
