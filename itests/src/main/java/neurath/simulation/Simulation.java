package neurath.simulation;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * The production planner and engine in small random worlds: one seed is one run. A graph is drawn, requests flow through it, and one to
 * three updates change it while things go wrong. An {@link Oracle} outside of the engine says whether what came out is right.
 */
public final class Simulation {
    /** How many other schedules a smaller case is tried with. */
    private static final int SCHEDULES = 30;

    private Simulation() {}

    /** What went wrong in the run of a seed; empty if nothing did. */
    public static List<String> violations(long seed) {
        return violations(seed, new Coverage());
    }

    /** The same, and counts what it met. */
    public static List<String> violations(long seed, Coverage coverage) {
        return Run.of(Case.of(seed), coverage, false).violations();
    }

    /** The first of many runs that fails. */
    public static Optional<Long> firstFailure(LongStream seeds, Coverage coverage) {
        return seeds.parallel().filter(seed -> !violations(seed, coverage).isEmpty()).boxed().findAny();
    }

    /** The run of a seed, step by step. */
    public static List<String> trace(long seed) {
        return Run.of(Case.of(seed), new Coverage(), true).trace();
    }

    /** For people: what goes wrong, in as small a case as is found, step by step. */
    public static String explain(long seed) {
        Case smallest = shrink(Case.of(seed));
        Run.Result result = Run.of(smallest, new Coverage(), true);
        return "seed " + seed + " fails; run it again with --seed " + seed + "\n\n" + smallest + "\n\n" + String.join("\n", result.trace())
                + "\n\n" + String.join("\n", result.violations());
    }

    private static Case shrink(Case failing) {
        Case smallest = failing;
        for (Optional<Case> smaller = Optional.of(failing); smaller.isPresent();) {
            smallest = smaller.get();
            smaller = smallest.smaller().map(Simulation::failing).flatMap(Optional::stream).findFirst();
        }
        return smallest;
    }

    /** The case with a schedule by which it fails. */
    private static Optional<Case> failing(Case candidate) {
        return LongStream.range(0, SCHEDULES)
                .mapToObj(other -> candidate.scheduled(candidate.schedule() + other))
                .filter(scheduled -> Run.of(scheduled, new Coverage(), false).failed())
                .findFirst();
    }
}
