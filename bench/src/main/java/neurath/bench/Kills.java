package neurath.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import neurath.acceptance.PlatformProcess;
import neurath.durability.Kill;
import neurath.durability.KilledHome;

/** X11. */
final class Kills implements Experiment {
    private static final String KILLED = "killed";
    private static final String STOPPED = "stopped in order";
    private static final String TO_SERVING = "from start to serving";
    private static final int SECONDS_EACH = 10;

    @Override
    public String name() {
        return "x11";
    }

    @Override
    public String question() {
        return "what a platform comes back with that got SIGKILL in the middle of an update, and how soon";
    }

    @Override
    public String setUp() {
        return """
                ./neurath run, in a process of its own, is killed at every step of updates of a pair, with stream and with hold: a debugger halts
                all its threads at that place in the code first. Then it is started again, without a debugger and with the same home, until it has
                answered a request: compared are the versions that run and the whole history with what the commit says. Beside it the same
                start after ./neurath stop. No page is asked for while it is killed.""";
    }

    @Override
    public Duration expected(Scale scale) {
        return Duration.ofSeconds((long) SECONDS_EACH * repetitions(scale) * (kills(scale).size() + 1));
    }

    private static int repetitions(Scale scale) {
        return scale.of(2, 1, 1);
    }

    private static List<Kill> kills(Scale scale) {
        List<Kill> all = Stream.concat(Kill.OF_A_STREAM.stream(), Kill.OF_A_HOLD.stream()).toList();
        return scale == Scale.TINY ? List.of(all.getFirst(), all.getLast()) : all;
    }

    @Override
    public void run(Lab lab) throws Exception {
        Path folder = Folders.temporary();
        try {
            new Run(lab, new KilledHome(folder)).atEveryStep();
        } finally {
            Folders.delete(folder);
        }
    }

    /** The kills of one home. */
    private static final class Run {
        private final Lab lab;
        private final KilledHome home;
        private final List<String> wrong = new ArrayList<>();
        private int starts;
        private int old;

        Run(Lab lab, KilledHome home) {
            this.lab = lab;
            this.home = home;
        }

        void atEveryStep() throws Exception {
            lab.interleaved(repetitions(lab.scale()), this::killAtEveryStep, repetition -> measureStart(STOPPED, "", repetition));
            lab.goal("every start after a kill finds exactly what the commit says, in versions and history",
                    starts - wrong.size() + " of " + starts + ", " + old + " times the old pair and " + (starts - old) + " times the new",
                    wrong.isEmpty());
            wrong.forEach(lab::remark);
            lab.plot("start", Plots.boxes("From start to serving", "ms", lab.measurements(), TO_SERVING, List.of(KILLED, STOPPED)));
        }

        private void killAtEveryStep(int repetition) throws Exception {
            for (Kill kill : kills(lab.scale())) {
                home.kill(kill);
                starts++;
                old += kill.found() == Kill.Found.NEW ? 0 : 1;
                List<String> differences = measureStart(KILLED, kill.toString(), repetition);
                if (!differences.isEmpty()) {
                    wrong.add("after the kill at " + kill + ": " + String.join("; ", differences));
                }
            }
        }

        private List<String> measureStart(String subject, String setting, int repetition) throws Exception {
            long began = System.nanoTime();
            try (PlatformProcess platform = home.start()) {
                KilledHome.served(platform);
                lab.measurements().add(subject, setting, repetition, TO_SERVING, (System.nanoTime() - began) / 1e6, "ms");
                List<String> differences = home.wrong(platform);
                platform.stop();
                return differences;
            }
        }
    }
}
