package neurath.launcher;

/** The platform's entry point: {@code run} with its options. */
public final class Main {
    private static final int WRONG_USE = 2;

    private Main() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    private static int run(String[] args) {
        try {
            var installation = Installation.ofSystemProperties();
            var options = RunOptions.parse(args, installation.defaultHome());
            return new Platform(installation, options).run();
        } catch (UsageException e) {
            System.err.println("neurath run: " + e.getMessage());
            return WRONG_USE;
        } catch (LaunchException e) {
            System.err.println("neurath run: " + e.getMessage());
            return 1;
        }
    }
}
