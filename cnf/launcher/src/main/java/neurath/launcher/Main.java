package neurath.launcher;

import java.util.Arrays;

/** The platform's entry point: {@code run} and {@code stop} with their options. */
public final class Main {
    private static final int WRONG_USE = 2;

    private Main() {}

    public static void main(String[] args) {
        System.exit(run(args[0], Arrays.copyOfRange(args, 1, args.length)));
    }

    private static int run(String command, String[] options) {
        try {
            var installation = Installation.ofSystemProperties();
            return switch (command) {
                case "run" -> new Platform(installation, RunOptions.parse(options, installation.defaultHome())).run();
                case "stop" -> Stop.run(options, installation.defaultHome());
                default -> throw new UsageException("there is no such command");
            };
        } catch (UsageException e) {
            System.err.println("neurath " + command + ": " + e.getMessage());
            return WRONG_USE;
        } catch (LaunchException e) {
            System.err.println("neurath " + command + ": " + e.getMessage());
            return 1;
        }
    }
}
