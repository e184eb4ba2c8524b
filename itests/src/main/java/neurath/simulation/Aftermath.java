package neurath.simulation;

import java.util.concurrent.CompletableFuture;

/** The end of a run: everything comes to rest and ends, and nothing is left. */
final class Aftermath {
    private final Subject subject;
    private final World world;
    private final Steps steps;
    private final int requests;

    /** @param requests that each source is to have made */
    Aftermath(Subject subject, Steps steps, int requests) {
        this.subject = subject;
        this.world = subject.world;
        this.steps = steps;
        this.requests = requests;
    }

    void judge() {
        steps.rest();
        world.giveLeasesBack();
        steps.rest();
        if (!subject.ends()) {
            judgeSources();
        }
        CompletableFuture<Void> end = subject.flow.end();
        if (!end.isDone()) {
            world.violation("the flow ends when its sources have: left are " + subject.flow.status());
        }
        steps.rest();
        judgeWhatIsLeft();
    }

    private void judgeSources() {
        for (Place source : subject.graph().places(Kind.Role.SOURCE)) {
            if (world.emitted.getOrDefault(source.id(), 0) != requests) {
                world.violation(
                        "sources go on: " + source.stamp() + " made " + world.emitted.get(source.id()) + " requests of " + requests);
            }
        }
    }

    private void judgeWhatIsLeft() {
        world.counts.judge();
        var retirement = subject.flow.retirement();
        if (!retirement.kept().isEmpty()) {
            world.violation("I10, what nobody may put in again is closed: kept are " + retirement.kept());
        }
        if (!retirement.retiring().isEmpty()) {
            world.violation("I10, what is out is closed: left are " + retirement.retiring());
        }
        for (Version version : world.versions()) {
            if (version.alive != 0) {
                world.violation("I10, no instance is left: of " + version + " there are " + version.alive);
            }
        }
        if (steps.threadsAlive() != 0) {
            world.violation("I10, no thread is left: there are " + steps.threadsAlive());
        }
    }
}
