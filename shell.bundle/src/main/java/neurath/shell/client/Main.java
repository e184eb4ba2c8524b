package neurath.shell.client;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import neurath.shell.wire.Hello;
import neurath.shell.wire.WindowSize;
import neurath.shell.wire.Wire;

/** {@code [--home DIR] [COMMAND …]}: a shell in the running platform, or one command in it. */
public final class Main {
    private static final int WRONG_USE = 2;

    private Main() {}

    public static void main(String[] args) throws IOException {
        System.exit(run(args));
    }

    private static int run(String[] args) throws IOException {
        int first = 0;
        Path home = Path.of(System.getProperty("neurath.home"));
        while (first < args.length && args[first].startsWith("-")) {
            if (!args[first].equals("--home") || first + 1 == args.length) {
                return wrongUse(
                        args[first].equals("--home") ? "--home needs a value" : "there is no option " + args[first] + "; known is --home");
            }
            try {
                home = Path.of(args[first + 1]).toAbsolutePath().normalize();
            } catch (InvalidPathException e) {
                return wrongUse("--home is '" + args[first + 1] + "' but must be a path: " + e.getReason());
            }
            first += 2;
        }
        String words = String.join(" ", Arrays.copyOfRange(args, first, args.length));
        try (Wire wire = connect(home)) {
            if (wire == null) {
                System.err.println("neurath shell: no platform runs with the home " + home + "; start it with ./neurath run");
                return 1;
            }
            return talk(wire, words);
        }
    }

    private static int wrongUse(String sentence) {
        System.err.println("neurath shell: " + sentence);
        return WRONG_USE;
    }

    private static int talk(Wire wire, String words) throws IOException {
        if (!words.isEmpty()) {
            return new Relay(wire).run(hello(WindowSize.UNKNOWN, Optional.of(words)));
        }
        if (!Boolean.getBoolean("neurath.terminal")) {
            String script = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
            return new Relay(wire).run(hello(WindowSize.UNKNOWN, Optional.of(script)));
        }
        try (var terminal = RawTerminal.take()) {
            var relay = new Relay(wire);
            relay.typed(System.in);
            terminal.whenResized(relay::resized);
            return relay.run(hello(terminal.size(), Optional.empty()));
        }
    }

    private static Hello hello(WindowSize window, Optional<String> command) {
        String type = Optional.ofNullable(System.getenv("TERM")).orElse("dumb");
        return new Hello(Path.of("").toAbsolutePath(), type, window, command);
    }

    /** Null if nobody listens there. */
    private static Wire connect(Path home) throws IOException {
        Path record = home.resolve("shell.socket");
        if (!Files.exists(record)) {
            return null;
        }
        Path socket = Path.of(Files.readString(record).strip());
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new Wire(channel);
        } catch (IOException e) {
            channel.close();
            return null;
        }
    }
}
