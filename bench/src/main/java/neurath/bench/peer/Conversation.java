package neurath.bench.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What a process is asked for, line by line, until its input ends. */
public final class Conversation {
    private Conversation() {}

    /** Answers a line with a line. */
    @FunctionalInterface
    public interface Answering {
        String answer(String line) throws Exception;
    }

    /** Answers on standard output, which nothing else is written to, and ends the process when nobody asks any more. */
    public static void hold(Answering answering) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        try (var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answers.println(answered(answering, line));
                answers.flush();
            }
        }
        System.exit(0);
    }

    private static String answered(Answering answering, String line) {
        try {
            return answering.answer(line);
        } catch (Exception e) {
            return "error: " + e;
        }
    }

    /** The answer to what cannot be answered. */
    public static String unknown(String line) {
        return "error: '" + line + "' is not known";
    }
}
