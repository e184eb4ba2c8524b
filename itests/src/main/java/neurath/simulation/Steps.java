package neurath.simulation;

import java.util.Random;
import java.util.concurrent.CompletableFuture;
import neurath.engine.Marker;

/** The one clock of a run: it lets one section take one step after the other, and what is to happen after so many steps happens between. */
final class Steps {
    private static final int MOST_STEPS = 100_000;
    /** Turns in which two updates wait and no section has anything to do. */
    private static final int MOST_IDLE = 1_000;

    private final SeededThreads threads;
    private final Random random;
    private final World world;
    private final Countdown intervention = new Countdown();
    private final Countdown next = new Countdown();
    /** The update that goes beside the one under way, or {@code null}. */
    private Companion companion;
    private int idle;

    Steps(SeededThreads threads, Random random, World world) {
        this.threads = threads;
        this.random = random;
        this.world = world;
    }

    /** Nothing goes on, and something is awaited. */
    static final class Stuck extends RuntimeException {
        private static final long serialVersionUID = 1;

        Stuck(String message) {
            super(message, null, false, false);
        }
    }

    /** Something that happens once, after some steps. */
    private static final class Countdown {
        private int left = -1;
        private Runnable what = () -> {};

        void begin(int steps, Runnable then) {
            left = steps;
            what = then;
        }

        void stop() {
            left = -1;
        }

        /** Whether it happened now. */
        boolean tick() {
            boolean now = left >= 0 && left-- == 0;
            if (now) {
                what.run();
            }
            return now;
        }
    }

    /** Somebody does something after some steps. */
    void intervene(int after, Runnable what) {
        intervention.begin(after, what);
    }

    void dontIntervene() {
        intervention.stop();
    }

    /** The next update is to begin after some steps beside the one under way. */
    void next(int after, Runnable begins) {
        next.begin(after, begins);
    }

    void noNext() {
        next.stop();
    }

    /** Takes turns with an update beside the one under way. */
    void accompanied(Companion by) {
        companion = by;
    }

    /** The update under way has ended; the one beside it goes on alone, if there is one. */
    void finishCompanion() {
        if (companion != null) {
            companion.finish();
            companion = null;
        }
    }

    /** One step; whether anything went on. */
    boolean step() {
        intervention.tick();
        if (companion != null && companion.takesTurns()) {
            companion.letTheOtherGoOn();
            return true;
        }
        if (!next.tick() && isAccompanied() && random.nextBoolean()) {
            companion.goOn();
        }
        if (threads.steps() > MOST_STEPS) {
            throw new Stuck("it comes to an end: it goes on after " + MOST_STEPS + " steps");
        }
        world.stepped(threads.steps());
        if (threads.step()) {
            idle = 0;
            return true;
        }
        if (isAccompanied()) {
            companion.goOn();
            return ++idle < MOST_IDLE;
        }
        return false;
    }

    private boolean isAccompanied() {
        return companion != null && companion.waits();
    }

    /** So many steps, or fewer if nothing goes on any more. */
    void steps(int most) {
        for (int i = 0; i < most && step(); i++) {}
    }

    /** As many steps as chance will have. */
    void some() {
        steps(random.nextInt(4) == 0 ? random.nextInt(12) : random.nextInt(3));
    }

    /** A number from 0, as chance will have it. */
    int chance(int below) {
        return random.nextInt(below);
    }

    /** Goes on until nothing goes on. */
    void rest() {
        while (step()) {}
    }

    void await(CompletableFuture<?> future, String what, Marker marker) {
        while (!future.isDone()) {
            if (!step() && !future.isDone()) {
                throw new Stuck("I7, markers come everywhere: " + what + " at " + String.join("; at ", marker.awaited()));
            }
        }
    }

    /** How many there were. */
    int taken() {
        return threads.steps();
    }

    /** The threads that have not ended. */
    int threadsAlive() {
        return threads.alive();
    }
}
