package neurath.launcher;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the person who starts the platform wants of it.
 *
 * @param host the address to serve on; empty if it is not told here
 * @param port the port to serve on; empty if it is not told here
 * @param root the folder to serve; empty if it is not told here
 * @param shell whether this terminal gets a shell
 */
record RunOptions(Path home, Optional<String> host, OptionalInt port, Optional<Path> root, boolean shell) {
    private static final int HIGHEST_PORT = 65_535;

    static RunOptions parse(String[] args, Path defaultHome) {
        Path home = defaultHome;
        Optional<String> host = Optional.empty();
        OptionalInt port = OptionalInt.empty();
        Optional<Path> root = Optional.empty();
        boolean shell = true;
        Iterator<String> words = Arrays.asList(args).iterator();
        while (words.hasNext()) {
            String option = words.next();
            switch (option) {
                case "--home" -> home = path(option, value(option, words));
                case "--host" -> host = Optional.of(host(option, value(option, words)));
                case "--port" -> port = OptionalInt.of(port(option, value(option, words)));
                case "--root" -> root = Optional.of(folder(option, value(option, words)));
                case "--no-shell" -> shell = false;
                case "--console-port" -> {
                    port(option, value(option, words));
                    System.err.println("neurath run: --console-port has no effect, this version has no console");
                }
                default -> throw new UsageException("there is no option " + option
                        + "; known are --port, --root, --home, --host, --console-port and --no-shell");
            }
        }
        return new RunOptions(home, host, port, root, shell);
    }

    static String value(String option, Iterator<String> words) {
        if (!words.hasNext()) {
            throw new UsageException(option + " needs a value");
        }
        return words.next();
    }

    private static int port(String option, String value) {
        try {
            int port = Integer.parseInt(value);
            if (port >= 0 && port <= HIGHEST_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw notAPort(option, value);
        }
        throw notAPort(option, value);
    }

    private static UsageException notAPort(String option, String value) {
        return new UsageException(option + " is '" + value + "' but must be a number from 0 (a free port) to " + HIGHEST_PORT);
    }

    private static String host(String option, String value) {
        try {
            InetAddress.getByName(value);
            return value;
        } catch (UnknownHostException e) {
            throw new UsageException(option + " is '" + value + "' but no such host is known");
        }
    }

    private static Path folder(String option, String value) {
        Path folder = path(option, value);
        if (!Files.isDirectory(folder) || !Files.isReadable(folder)) {
            throw new UsageException(option + " is '" + value + "' but must be a folder that can be read");
        }
        return folder;
    }

    static Path path(String option, String value) {
        try {
            if (!value.isEmpty()) {
                return Path.of(value).toAbsolutePath().normalize();
            }
        } catch (InvalidPathException e) {
            throw new UsageException(option + " is '" + value + "' but must be a path: " + e.getReason());
        }
        throw new UsageException(option + " must be a path, not the empty text");
    }
}
