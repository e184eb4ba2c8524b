package neurath.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import neurath.engine.Flows;
import neurath.events.Event;
import neurath.events.Events;
import neurath.simulation.Case.Probation;
import neurath.simulation.Case.Update;

/** One case, run: the production planner and engine, and updates that go one after the other or, where the case says so, side by side. */
final class Run {
    private final Case given;
    private final Coverage coverage;
    private final World world;
    private final Steps steps;
    private final SeededThreads threads;
    private Subject subject;
    /** Those that have not begun, in order. */
    private final Deque<Update> left;
    private int number = 1;

    private Run(Case given, Coverage coverage, boolean traces) {
        this.given = given;
        this.coverage = coverage;
        this.world = new World(traces);
        this.threads = new SeededThreads(given.schedule());
        this.steps = new Steps(threads, new Random(given.schedule() + 1), world);
        this.left = new ArrayDeque<>(given.updates());
    }

    /** What came of it. */
    record Result(List<String> violations, List<String> trace) {
        boolean failed() {
            return !violations.isEmpty();
        }
    }

    static Result of(Case given, Coverage coverage, boolean traces) {
        var run = new Run(given, coverage, traces);
        try {
            run.live();
        } catch (Steps.Stuck e) {
            run.world.violation(e.getMessage());
        } catch (RuntimeException | Error e) {
            run.world.violation("it must not throw: " + e + " at " + List.of(e.getStackTrace()).stream().findFirst());
        }
        return new Result(run.world.violations, run.world.trace());
    }

    private void live() {
        begin();
        while (!left.isEmpty()) {
            Update update = left.remove();
            steps.steps(update.after());
            update(update);
            steps.finishCompanion();
        }
        new Aftermath(subject, steps, given.requests()).judge();
        new Oracle(world, subject.graphs(), subject.regions(), coverage).judge();
        count();
    }

    private void begin() {
        Sketch first = given.first();
        var flows = new Flows(new Events(Runnable::run), threads, text -> text, given.slots());
        flows.events().subscribe(this::told);
        world.trace("the flow starts, arcs have " + given.slots() + " slots\n" + first);
        subject = new Subject(world, flows, first);
    }

    private void told(Event event) {
        if (event instanceof Event.Notice notice && notice.toString().contains("the engine failed")) {
            world.violation("the engine is sound: " + notice);
        }
    }

    private void update(Update update) {
        var driver = new Driver(subject, steps, coverage, update, ++number);
        if (driver.isPlanned()) {
            if (update.probation().isNone() && update.beside() >= 0) {
                steps.next(update.beside(), () -> beginBeside(driver, update));
            }
            driver.carryOut();
            steps.noNext();
            endProbation(driver, update.probation());
        }
    }

    /** The next update begins, unless it meets the one under way: then it waits. */
    private void beginBeside(Driver underWay, Update update) {
        if (left.isEmpty()) {
            return;
        }
        Update next = left.element();
        boolean bothFail = next.fault() != Fault.NONE && update.fault() != Fault.NONE;
        Driver driver = underWay.beside(next, number + 1);
        if (bothFail || !next.probation().isNone() || !driver.isPlanned()) {
            return;
        }
        Optional<String> obstacle = underWay.obstacleTo(driver);
        if (obstacle.isPresent()) {
            coverage.count("updates that waited for one they would meet");
            world.trace("an update waits: " + obstacle.get());
            return;
        }
        left.remove();
        number++;
        coverage.count("updates beside another");
        steps.accompanied(new Companion(driver::carryOut));
    }

    private void endProbation(Driver switched, Probation probation) {
        if (!switched.isSwitched() || probation.isNone()) {
            return;
        }
        steps.steps(probation.steps());
        boolean isUndone = false;
        if (probation.end() == Probation.End.ROLLED_BACK) {
            Driver rollback = switched.undoing(++number);
            if (rollback.isUndoing()) {
                rollback.carryOut();
            }
            isUndone = rollback.isSwitched();
        }
        if (!isUndone) {
            coverage.count("confirmed");
            switched.retire();
        }
    }

    private void count() {
        coverage.count("worlds");
        coverage.count("worlds with an arc to a node that had ended", world.leadsToAnEnd() ? 1 : 0);
        coverage.count("steps", steps.taken());
        coverage.count("requests", world.emitted.values().stream().mapToInt(Integer::intValue).sum());
        coverage.count("packets taken beside a hold", world.takenBesideAHold());
        world.failed.forEach((fault, times) -> coverage.count("fault " + fault, times));
    }
}
