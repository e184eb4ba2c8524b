package neurath.shell.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import neurath.shell.wire.WindowSize;
import sun.misc.Signal;

/** The terminal this process was started from, passing every key on, until it is given back. */
final class RawTerminal implements AutoCloseable {
    private static final Pattern SIZE = Pattern.compile("(\\d+) (\\d+)");

    private final String settings;
    private final Thread giveBack = new Thread(this::restore, "give-terminal-back");

    private RawTerminal(String settings) {
        this.settings = settings;
    }

    static RawTerminal take() throws IOException {
        var terminal = new RawTerminal(stty("-g"));
        Runtime.getRuntime().addShutdownHook(terminal.giveBack);
        stty("raw", "-echo");
        return terminal;
    }

    WindowSize size() {
        try {
            Matcher matcher = SIZE.matcher(stty("size"));
            return matcher.matches()
                    ? new WindowSize(Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(1)))
                    : WindowSize.UNKNOWN;
        } catch (IOException e) {
            return WindowSize.UNKNOWN;
        }
    }

    void whenResized(Consumer<WindowSize> listener) {
        Signal.handle(new Signal("WINCH"), signal -> listener.accept(size()));
    }

    /** The process's end gives it back too, so that a killed client leaves no raw terminal behind. */
    @Override
    public void close() {
        restore();
    }

    private void restore() {
        try {
            stty(settings);
        } catch (IOException e) {
            System.err.println("neurath shell: the terminal may be left raw, stty sane helps: " + e.getMessage());
        }
    }

    private static String stty(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(arguments));
        Process stty = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (stty.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + " failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return output;
    }
}
