package neurath.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import neurath.simulation.Coverage;
import neurath.simulation.Simulation;

/** The simulation, in more worlds than the tests have time for. */
final class Worlds implements Experiment {
    static final String NAME = "sim";
    private static final String SUBJECT = "simulation";
    private static final String RATE = "worlds per second";
    private static final String FAILED = "worlds that failed";
    /** Worlds a core and second that are surely done. */
    private static final int SLOW = 100;
    /** Failing worlds that are made smaller and told step by step. */
    private static final int TOLD = 3;
    private static final int CHUNKS = 20;

    private final OptionalLong worlds;
    private final OptionalLong seed;

    Worlds() {
        this(OptionalLong.empty(), OptionalLong.empty());
    }

    /**
     * @param worlds how many, if not as many as the scale says
     * @param seed of the first world; without it one that no run had before
     */
    Worlds(OptionalLong worlds, OptionalLong seed) {
        this.worlds = worlds;
        this.seed = seed;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "whether any of many random worlds meets a mixture of versions, or loses a packet";
    }

    @Override
    public String setUp() {
        return """
                The production planner and engine under a seeded scheduler, see docs/simulation.md: in each world a graph is drawn, and one to three
                updates change it while things go wrong. One seed is one world; each run takes seeds that were not tried before, unless --seed says
                where it begins. What fails is made smaller and told step by step.""";
    }

    @Override
    public Duration expected(Scale scale) {
        return Duration.ofSeconds(1 + worlds(scale) / (SLOW * (long) Runtime.getRuntime().availableProcessors()));
    }

    private long worlds(Scale scale) {
        int cores = Runtime.getRuntime().availableProcessors();
        return worlds.orElse(scale.of(24_000L, 2_400L, 100L) * cores);
    }

    @Override
    public void run(Lab lab) throws Exception {
        long first = seed.orElseGet(() -> Instant.now().getEpochSecond() * 1_000_000);
        long end = first + worlds(lab.scale());
        lab.remark("seeds " + first + " to " + (end - 1));
        var coverage = new Coverage();
        var failing = new ArrayList<Long>();
        long chunk = Math.max(1, (end - first + CHUNKS - 1) / CHUNKS);
        int number = 0;
        for (long from = first; from < end; from += chunk) {
            long to = Math.min(end, from + chunk);
            failing.addAll(measure(lab, ++number, from, to, coverage));
            lab.say(to - first + " worlds, " + failing.size() + " failed");
        }
        lab.goal("no world fails", failing.size() + " of " + (end - first) + (failing.isEmpty() ? "" : ", by the seeds " + failing),
                failing.isEmpty());
        tell(lab, failing);
        lab.keep("coverage.txt", coverage.toString().lines().toList());
        lab.plot("rate", Plots.boxes("Random worlds", "worlds/s", lab.measurements(), RATE, List.of(SUBJECT)));
    }

    /** The seeds of a row that fail. */
    private static List<Long> measure(Lab lab, int repetition, long from, long to, Coverage coverage) {
        long began = System.nanoTime();
        List<Long> failing = LongStream.range(from, to)
                .parallel()
                .filter(world -> !Simulation.violations(world, coverage).isEmpty())
                .boxed()
                .toList();
        lab.measurements().add(SUBJECT, "", repetition, RATE, (to - from) * 1e9 / (System.nanoTime() - began), "1/s");
        lab.measurements().add(SUBJECT, "", repetition, FAILED, failing.size(), "worlds");
        return failing;
    }

    private static void tell(Lab lab, List<Long> failing) throws Exception {
        var told = new ArrayList<String>();
        for (long world : failing.stream().limit(TOLD).toList()) {
            String explained = Simulation.explain(world);
            lab.say(explained);
            told.addAll(explained.lines().toList());
        }
        if (!failing.isEmpty()) {
            lab.keep("failures.txt", told);
        }
    }
}
