package neurath.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import neurath.coordinator.plan.Ongoing;
import neurath.coordinator.plan.Options;
import neurath.coordinator.plan.Plan;
import neurath.coordinator.plan.Scaling;
import neurath.engine.Draft;
import neurath.engine.Flow;
import neurath.engine.Marker;
import neurath.engine.Marker.Commit;
import neurath.engine.OperatorVersion;
import neurath.graph.Difference;
import neurath.graph.Graph;
import neurath.graph.Replicas;
import neurath.simulation.Case.Mutation;
import neurath.simulation.Case.Update;

/** Carries one update out as the coordinator does, with steps of the sections in between. */
final class Driver {
    private static final int ATTEMPTS = 8;

    private final Subject subject;
    private final Flow flow;
    private final World world;
    private final Steps steps;
    private final Coverage coverage;
    private final Update update;
    private final int number;
    private final List<Mutation> mutations = new ArrayList<>();
    /** What it rolls back, or {@code null}. */
    private final Driver undone;
    private final Sketch before;
    private final Graph base;
    private final Map<String, OperatorVersion> versions;
    private boolean isAlone;
    private Sketch target;
    private Plan plan;
    private Draft draft;
    private Successors successors;
    private Marker marker;
    private boolean cancelled;
    private boolean isSwitched;

    private Driver(Subject subject, Steps steps, Coverage coverage, Update update, int number, boolean isAlone, Driver undone) {
        this.subject = subject;
        this.flow = subject.flow;
        this.world = subject.world;
        this.steps = steps;
        this.coverage = coverage;
        this.update = update;
        this.number = number;
        this.isAlone = isAlone;
        this.undone = undone;
        this.before = subject.graph();
        this.base = flow.graph();
        this.versions = flow.versions();
    }

    Driver(Subject subject, Steps steps, Coverage coverage, Update update, int number) {
        this(subject, steps, coverage, update, number, true, null);
    }

    /** The update that undoes this one. */
    Driver undoing(int other) {
        return new Driver(subject, steps, coverage, update.probation().rollback(), other, true, this);
    }

    /** An update that may begin while this one is under way. */
    Driver beside(Update next, int other) {
        return new Driver(subject, steps, coverage, next, other, false, null);
    }

    /** What keeps another update from beginning beside this one; if nothing does, none of the two is alone from here on. */
    Optional<String> obstacleTo(Driver other) {
        Optional<String> obstacle = Ongoing.obstacle(subject.planner(), other.plan, List.of(new Ongoing(number, plan, base)));
        isAlone &= obstacle.isPresent();
        return obstacle;
    }

    boolean isSwitched() {
        return isSwitched;
    }

    private boolean isOnProbation() {
        return !update.probation().isNone();
    }

    // ---- plans ----

    /** Draws until the planner takes it; whether it does. */
    boolean isPlanned() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            target = before.copy();
            if (!isAlone) {
                target.leaveIds();
            }
            if (!isDrawn(attempt)) {
                coverage.count("drawn in vain");
                continue;
            }
            plan = subject.planner()
                    .towards(target.graph(), available(), Comparator.comparing(OperatorVersion::label),
                            Options.parse(update.options()).options());
            coverage.count("planned");
            if (!plan.problems().isEmpty()) {
                coverage.count("refused");
            } else if (!plan.isEmpty()) {
                draft = flow.draft(plan.target());
                return true;
            }
        }
        return false;
    }

    private boolean isDrawn(int attempt) {
        mutations.clear();
        for (Mutation mutation : update.mutations()) {
            mutations.add(mutation.other(attempt));
            mutations.getLast().make(target);
            if (!target.tidy()) {
                return false;
            }
        }
        return true;
    }

    private List<OperatorVersion> available() {
        return target.places().stream().<OperatorVersion>map(place -> world.version(place.kind(), place.version())).distinct().toList();
    }

    /** Whether there is a way back. */
    boolean isUndoing() {
        target = undone.before.after(before);
        plan = subject.planner().undoing(undone.plan, undone.base, undone.versions);
        if (!plan.problems().isEmpty()) {
            coverage.count("rollbacks refused");
            return false;
        }
        draft = flow.draft(plan.target());
        return true;
    }

    // ---- the phases ----

    void carryOut() {
        world.trace("update " + number + ": " + plan.summary() + ", " + plan.commit() + " through " + plan.region() + ", fault "
                + update.fault() + '\n' + target);
        coverage.count(undone == null ? "updates" : "rollbacks");
        mutations.forEach(mutation -> coverage.count("change " + mutation.change()));
        coverage.count("nodes moved to other sections", plan.difference().moved().size());
        successors = new Successors(subject, steps, number, plan, draft, undone == null ? null : undone.successors);
        try {
            arm();
            successors.prepare();
            mark();
            align();
            handOver();
            commit();
            switched();
        } catch (Abort abort) {
            world.trace("update " + number + " is given up: " + abort.getMessage());
            aborted();
        } finally {
            world.held(Set.of());
            if (update.fault() != Fault.NONE) {
                world.disarm();
                steps.dontIntervene();
            }
            if (update.when() % 2 == 0) {
                steps.some();
                world.giveLeasesBack();
            }
        }
    }

    private void arm() {
        switch (update.fault()) {
            case NONE, CANCEL, CANCEL_LATE -> {}
            case END -> intervene(() -> {
                world.trace("the flow is told to end");
                world.failed.merge(Fault.END, 1, Integer::sum);
                subject.end();
            });
            case PACKET -> world.arm(Fault.PACKET, update.when());
            default -> world.arm(update.fault(), update.when() % 3);
        }
    }

    private void intervene(Runnable what) {
        if (!subject.ends()) {
            steps.intervene(update.when(), what);
        }
    }

    private void mark() throws Abort {
        if (plan.commit() == Commit.HOLD) {
            world.held(touched());
        }
        try {
            marker = flow.mark(
                    number, plan.region(), draft, plan.commit(), (node, what) -> world.trace("marker " + number + " " + node + " " + what));
        } catch (IllegalStateException e) {
            if (!e.getMessage().endsWith("has ended")) {
                throw e;
            }
            coverage.count("came after the end");
            throw new Abort(e.getMessage());
        }
        var _ = marker.passed().whenComplete((done, taken) -> cancelled |= taken != null);
        if (update.fault() == Fault.CANCEL) {
            intervene(() -> cancelled = true);
        }
    }

    private void align() throws Abort {
        CompletableFuture<Void> awaited = plan.commit() == Commit.HOLD ? marker.aligned() : marker.switched();
        while (!awaited.isDone()) {
            giveUpIfCancelled();
            if (!steps.step() && !awaited.isDone() && !cancelled) {
                throw new Steps.Stuck(
                        "I7, markers come everywhere: update " + number + " waits at " + String.join("; at ", marker.awaited()));
            }
        }
        giveUpIfCancelled();
    }

    private void giveUpIfCancelled() throws Abort {
        if (cancelled) {
            if (update.fault() == Fault.CANCEL) {
                world.failed.merge(Fault.CANCEL, 1, Integer::sum);
                coverage.count(isHalfWay() ? "cancels that came half way" : "cancels that came before or after");
            }
            throw new Abort("cancelled");
        }
    }

    /** The marker has come to some nodes of its region, and not to all. */
    private boolean isHalfWay() {
        int left = marker.awaited().size();
        return !marker.isSwitched() && left > 0 && left < plan.region().size();
    }

    private void handOver() throws Abort {
        if (plan.commit() == Commit.STREAM) {
            return;
        }
        successors.handOver(isOnProbation());
        steps.some();
        if (update.fault() == Fault.CANCEL_LATE) {
            world.failed.merge(Fault.CANCEL_LATE, 1, Integer::sum);
            throw new Abort("cancelled late");
        }
        giveUpIfCancelled();
    }

    private void commit() throws Abort {
        if (plan.commit() == Commit.HOLD && !marker.commit()) {
            throw new Abort("it could not be committed");
        }
    }

    private void switched() {
        isSwitched = true;
        coverage.count((undone == null ? "switches by " : "rollbacks by ") + plan.commit());
        coverage.count("markers through loops", touched().stream().anyMatch(id -> before.has(id) && before.isInLoop(id)) ? 1 : 0);
        coverage.count("changes of replicas", plan.scalings().size());
        coverage.count("states shared out", plan.scalings().stream().filter(Scaling::sharesOut).count());
        subject.switched(target.merged(before, subject.graph()), touched());
        flow.adopt(draft);
        subject.configured();
        successors.putIn();
        if (!isOnProbation()) {
            var _ = marker.passed().thenRun(this::retire);
        }
        world.connected(connected(), this::hasEnded);
        steps.await(marker.passed(), "update " + number + " is switched, and passes", marker);
        boolean isAsPlanned = flow.graph().equals(plan.target().without(Difference.WAS));
        if (!(isAlone ? isAsPlanned : isLike(Replicas.expand(subject.graph().copy().graph())))) {
            world.violation("a switch brings the new graph: it is " + flow.graph());
        }
        plan.replacements().keySet().forEach(this::judgeVersion);
    }

    /** The old instances may go. */
    void retire() {
        successors.retire();
    }

    /** A node has its new version, but for one that had ended before. */
    private void judgeVersion(String node) {
        if (!flow.version(node).equals(plan.versions().get(node)) && !world.hasEnded(target.id(node))) {
            world.violation("a switch brings the new versions: " + node + " has " + flow.version(node));
        }
    }

    private boolean isLike(Graph graph) {
        Graph now = flow.graph();
        return now.nodes().equals(graph.nodes())
                && Set.copyOf(now.arcs()).equals(Set.copyOf(graph.arcs()))
                && Set.copyOf(now.initialPackets()).equals(Set.copyOf(graph.initialPackets()));
    }

    private void aborted() {
        if (marker != null && !marker.cancel() && marker.isSwitched()) {
            coverage.count("cancels that came too late");
            switched();
            return;
        }
        coverage.count(undone == null ? "aborts" : "rollbacks aborted");
        successors.dismiss();
        if (!subject.isAsConfigured()) {
            world.violation("I8, an abort leaves the old configuration: it is " + flow.graph() + " with " + flow.versions());
        }
    }

    // ---- what it touches ----

    /** Whether a node has ended, or is in a loop that nothing comes into any more. */
    private boolean hasEnded(int id) {
        Set<Integer> loop = before.has(id) ? before.loop(id) : Set.of();
        return world.hasEnded(id)
                || !loop.isEmpty() && before.links().stream()
                        .filter(link -> loop.contains(link.to()) && !loop.contains(link.from()))
                        .allMatch(link -> world.hadEnded(link.from()));
    }

    private Set<Integer> connected() {
        var connected = new TreeSet<Integer>();
        plan.difference().addedArcs().forEach(arc -> connected.add(target.id(arc.to().node())));
        return connected;
    }

    /** The nodes that the marker passes, brings or takes away. */
    private Set<Integer> touched() {
        var touched = new TreeSet<Integer>();
        plan.region().forEach(node -> touched.add(before.id(node)));
        plan.difference().added().forEach(node -> touched.add(target.id(node)));
        return touched;
    }
}
