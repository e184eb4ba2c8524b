package neurath.simulation;

import java.util.Optional;
import java.util.stream.LongStream;

/** Runs worlds by seed: {@code [--worlds N] [--from SEED]}, or explains one: {@code --seed S}. */
public final class Main {
    private static final long NANOS = 1_000_000_000L;

    private Main() {}

    /** Exits with 1 if a run fails. */
    public static void main(String[] arguments) {
        long worlds = 100_000;
        long from = 0;
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            long value = Long.parseLong(arguments[i + 1]);
            switch (arguments[i]) {
                case "--worlds" -> worlds = value;
                case "--from" -> from = value;
                case "--seed" -> {
                    boolean fails = !Simulation.violations(value).isEmpty();
                    System.out.println(fails ? Simulation.explain(value) : "seed " + value + " passes");
                    System.exit(fails ? 1 : 0);
                }
                default -> throw new IllegalArgumentException(
                        "there is no option " + arguments[i] + "; known are --worlds N, --from SEED and --seed S");
            }
        }
        var coverage = new Coverage();
        long began = System.nanoTime();
        Optional<Long> failure = Simulation.firstFailure(LongStream.range(from, from + worlds), coverage);
        double seconds = (double) (System.nanoTime() - began) / NANOS;
        System.out.print(coverage);
        System.out.printf("%.0f worlds/s%n", coverage.of("worlds") / seconds);
        if (failure.isPresent()) {
            System.out.println(Simulation.explain(failure.get()));
            System.exit(1);
        }
    }
}
