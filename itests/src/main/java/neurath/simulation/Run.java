package neurath.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import neurath.coordinator.plan.Ongoing;
import neurath.coordinator.plan.Options;
import neurath.coordinator.plan.Plan;
import neurath.coordinator.plan.Planner;
import neurath.engine.Configuration;
import neurath.engine.Draft;
import neurath.engine.Flow;
import neurath.engine.Flows;
import neurath.engine.Handover;
import neurath.engine.Instance;
import neurath.engine.Marker;
import neurath.engine.Marker.Commit;
import neurath.engine.OperatorVersion;
import neurath.events.Event;
import neurath.events.Events;
import neurath.graph.Difference;
import neurath.graph.Graph;
import neurath.simulation.Case.Mutation;
import neurath.simulation.Case.Probation;
import neurath.simulation.Case.Update;
import neurath.simulation.World.Injected;

/**
 * One case, run: the production planner and engine, and a driver on the same thread that takes the steps of an update as the coordinator
 * does, with steps of the sections in between.
 */
final class Run {
    private static final int MOST_STEPS = 100_000;
    private static final int ATTEMPTS = 8;
    /** Turns in which two updates wait and no section has anything to do. */
    private static final int MOST_IDLE = 1_000;

    private final Case given;
    private final Coverage coverage;
    private final World world;
    private final SeededThreads threads;
    private final Random random;
    private final List<Sketch> graphs = new ArrayList<>();
    private final List<Set<Integer>> regions = new ArrayList<>();
    /** The operators of instances. */
    private final Map<Instance, Worker> workers = new HashMap<>();
    private Flow flow;
    /** What somebody does after some steps. */
    private Runnable intervention = () -> {};
    private int interventionIn = -1;
    private boolean ends;
    private int idle;
    /** Those that have not begun, in order. */
    private final Deque<Update> left;
    private int number = 1;
    /** The update that is under way, or {@code null}; and the steps until the next begins beside it. */
    private Updating underWay;
    private int besideIn = -1;
    /** The update that goes beside it, or {@code null}. */
    private Companion companion;
    /** What the flow is between updates. */
    private Configuration configuration;

    private Run(Case given, Coverage coverage, boolean traces) {
        this.given = given;
        this.coverage = coverage;
        this.world = new World(traces);
        this.threads = new SeededThreads(given.schedule());
        this.random = new Random(given.schedule() + 1);
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
        } catch (Stuck e) {
            run.world.violation(e.getMessage());
        } catch (RuntimeException | Error e) {
            run.world.violation("it must not throw: " + e + " at " + List.of(e.getStackTrace()).stream().findFirst());
        }
        return new Result(run.world.violations, run.world.trace());
    }

    /** Nothing goes on, and something is awaited. */
    private static final class Stuck extends RuntimeException {
        private static final long serialVersionUID = 1;

        Stuck(String message) {
            super(message, null, false, false);
        }
    }

    /** The update is given up. */
    private static final class Abort extends Exception {
        private static final long serialVersionUID = 1;

        Abort(String message) {
            super(message, null, false, false);
        }
    }

    private void live() {
        Sketch first = given.first();
        graphs.add(first);
        var flows = new Flows(new Events(Runnable::run), threads, text -> text, given.slots());
        flows.events().subscribe(this::told);
        var versions = new LinkedHashMap<String, OperatorVersion>();
        first.places().forEach(place -> versions.put(place.name(), world.version(place.kind(), place.version())));
        world.trace("the flow starts, arcs have " + given.slots() + " slots\n" + first);
        flow = flows.start("sim", first.graph(), versions, 1);
        configuration = flow.configuration();
        world.workers.forEach(worker -> workers.put(flow.instance(first.place(worker.settings.id()).name()), worker));
        while (!left.isEmpty()) {
            Update update = left.remove();
            steps(update.after());
            underWay = new Updating(update, ++number, false);
            if (underWay.isPlanned()) {
                besideIn = update.probation().isNone() ? update.beside() : -1;
                underWay.carryOut();
                besideIn = -1;
                endProbation(underWay, update.probation());
            }
            underWay = null;
            if (companion != null) {
                companion.finish();
                companion = null;
            }
        }
        finish();
        new Oracle(world, graphs, regions, coverage).judge();
        coverage.count("worlds");
        coverage.count("worlds with an arc to a node that had ended", world.leadsToAnEnd() ? 1 : 0);
        coverage.count("steps", threads.steps());
        coverage.count("requests", world.emitted.values().stream().mapToInt(Integer::intValue).sum());
        coverage.count("packets taken beside a hold", world.takenBesideAHold());
        world.failed.forEach((fault, times) -> coverage.count("fault " + fault, times));
    }

    private void endProbation(Updating switched, Probation probation) {
        if (!switched.isSwitched || probation.isNone()) {
            return;
        }
        steps(probation.steps());
        boolean isUndone = false;
        if (probation.end() == Probation.End.ROLLED_BACK) {
            var rollback = new Updating(probation.rollback(), ++number, switched);
            if (rollback.isUndoing()) {
                rollback.carryOut();
            }
            isUndone = rollback.isSwitched;
        }
        if (!isUndone) {
            coverage.count("confirmed");
            switched.retire();
        }
    }

    private void told(Event event) {
        if (event instanceof Event.Notice notice && notice.toString().contains("the engine failed")) {
            world.violation("the engine is sound: " + notice);
        }
    }

    // ---- steps ----

    private boolean step() {
        if (interventionIn >= 0 && interventionIn-- == 0) {
            intervention.run();
        }
        if (companion != null && companion.isCurrent() && underWay != null) {
            companion.letTheOtherGoOn();
            return true;
        }
        if (besideIn >= 0 && besideIn-- == 0) {
            underWay.besideIt();
        } else if (isAccompanied() && random.nextBoolean()) {
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
        return companion != null && !companion.isOver() && !companion.isCurrent();
    }

    /** An update that goes beside the one under way: the two drivers take turns, one runs at a time. */
    private static final class Companion {
        private final Semaphore turn = new Semaphore(0);
        private final Semaphore others = new Semaphore(0);
        private final Thread thread;
        private Throwable failure;
        private boolean over;

        Companion(Runnable update) {
            thread = Thread.ofPlatform().daemon().name("companion").start(() -> {
                turn.acquireUninterruptibly();
                try {
                    update.run();
                } catch (Throwable t) {
                    failure = t;
                } finally {
                    over = true;
                    others.release();
                }
            });
        }

        boolean isCurrent() {
            return Thread.currentThread() == thread;
        }

        boolean isOver() {
            return over;
        }

        void goOn() {
            turn.release();
            others.acquireUninterruptibly();
            if (failure instanceof RuntimeException e) {
                throw e;
            } else if (failure instanceof Error e) {
                throw e;
            }
        }

        void letTheOtherGoOn() {
            others.release();
            turn.acquireUninterruptibly();
        }

        /** The other has ended. */
        void finish() {
            while (!over) {
                goOn();
            }
        }
    }

    private void steps(int most) {
        for (int i = 0; i < most && step(); i++) {}
    }

    private void someSteps() {
        steps(random.nextInt(4) == 0 ? random.nextInt(12) : random.nextInt(3));
    }

    private void await(CompletableFuture<?> future, String what, Marker marker) {
        while (!future.isDone()) {
            if (!step() && !future.isDone()) {
                throw new Stuck("I7, markers come everywhere: " + what + " at " + String.join("; at ", marker.awaited()));
            }
        }
    }

    // ---- the end ----

    private void finish() {
        while (step()) {}
        world.giveLeasesBack();
        while (step()) {}
        Sketch last = graphs.getLast();
        if (!ends) {
            for (Sketch.Place source : last.places(Kind.Role.SOURCE)) {
                if (world.emitted.getOrDefault(source.id(), 0) != given.requests()) {
                    world.violation("sources go on: " + source.stamp() + " made " + world.emitted.get(source.id()) + " requests of "
                            + given.requests());
                }
            }
        }
        CompletableFuture<Void> end = flow.end();
        if (!end.isDone()) {
            world.violation("the flow ends when its sources have: left are " + flow.status());
        }
        while (step()) {}
        if (!flow.retirement().kept().isEmpty()) {
            world.violation("I10, what nobody may put in again is closed: kept are " + flow.retirement().kept());
        }
        if (!flow.retirement().retiring().isEmpty()) {
            world.violation("I10, what is out is closed: left are " + flow.retirement().retiring());
        }
        for (Version version : world.versions()) {
            if (version.alive != 0) {
                world.violation("I10, no instance is left: of " + version + " there are " + version.alive);
            }
        }
        if (threads.alive() != 0) {
            world.violation("I10, no thread is left: there are " + threads.alive());
        }
    }

    /** One update. */
    private final class Updating {
        private final Update update;
        private final int number;
        private final List<Mutation> mutations = new ArrayList<>();
        /** What it rolls back, or {@code null}. */
        private final Updating undone;
        private final Map<Instance, Boolean> outgoing = new LinkedHashMap<>();
        /** What may be put in again, and the last instances of nodes that are no more; by the names their nodes had before. */
        private final Map<String, Instance> replaced = new HashMap<>();
        private final Map<String, Instance> removed = new HashMap<>();
        private final Map<Instance, Integer> ranks = new HashMap<>();
        private final Sketch before = graphs.getLast();
        private final Graph base = flow.graph();
        private final Map<String, OperatorVersion> versions = flow.versions();
        private boolean isAlone;
        private Sketch target;
        private Plan plan;
        private Draft draft;
        private Marker marker;
        private boolean cancelled;
        private boolean isSwitched;

        Updating(Update update, int number, boolean isBeside) {
            this.update = update;
            this.number = number;
            this.isAlone = !isBeside;
            this.undone = null;
        }

        /** One that undoes another. */
        Updating(Update update, int number, Updating undone) {
            this.update = update;
            this.number = number;
            this.isAlone = true;
            this.undone = undone;
        }

        private boolean isOnProbation() {
            return !update.probation().isNone();
        }

        /** Whether there is a way back. */
        private boolean isUndoing() {
            target = undone.before.after(before);
            plan = planner().undoing(undone.plan, undone.base, undone.versions);
            if (!plan.problems().isEmpty()) {
                coverage.count("rollbacks refused");
                return false;
            }
            draft = flow.draft(plan.target());
            return true;
        }

        /** The next update begins, unless it meets this one: then it waits. */
        void besideIt() {
            if (left.isEmpty()) {
                return;
            }
            Update next = left.element();
            boolean bothFail = next.fault() != Fault.NONE && update.fault() != Fault.NONE;
            var other = new Updating(next, Run.this.number + 1, true);
            if (bothFail || !next.probation().isNone() || !other.isPlanned()) {
                return;
            }
            Optional<String> obstacle = Ongoing.obstacle(planner(), other.plan, List.of(new Ongoing(number, plan, base)));
            if (obstacle.isPresent()) {
                coverage.count("updates that waited for one they would meet");
                world.trace("an update waits: " + obstacle.get());
                return;
            }
            left.remove();
            Run.this.number++;
            isAlone = false;
            coverage.count("updates beside another");
            companion = new Companion(other::carryOut);
        }

        void carryOut() {
            world.trace("update " + number + ": " + plan.summary() + ", " + plan.commit() + " through " + plan.region() + ", fault "
                    + update.fault() + '\n' + target);
            coverage.count(undone == null ? "updates" : "rollbacks");
            mutations.forEach(mutation -> coverage.count("change " + mutation.change()));
            coverage.count("nodes moved to other sections", plan.difference().moved().size());
            try {
                arm();
                prepare();
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
                    interventionIn = ends ? interventionIn : -1;
                }
                if (update.when() % 2 == 0) {
                    someSteps();
                    world.giveLeasesBack();
                }
            }
        }

        /** Draws until the planner takes it. */
        private boolean isPlanned() {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                target = before.copy();
                if (!isAlone) {
                    target.leaveIds();
                }
                mutations.clear();
                for (Mutation mutation : update.mutations()) {
                    mutations.add(mutation.other(attempt));
                    mutations.getLast().make(target);
                    if (!target.tidy()) {
                        break;
                    }
                }
                if (!target.tidy()) {
                    coverage.count("drawn in vain");
                    continue;
                }
                plan = planner()
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

        private Planner planner() {
            return new Planner("sim", flow.revision(), flow.graph(), flow.versions());
        }

        private List<OperatorVersion> available() {
            return target.places().stream().<OperatorVersion>map(place -> world.version(place.kind(), place.version())).distinct().toList();
        }

        private void arm() {
            switch (update.fault()) {
                case NONE, CANCEL, CANCEL_LATE -> {}
                case END -> intervene(update.when(), () -> {
                    world.trace("the flow is told to end");
                    world.failed.merge(Fault.END, 1, Integer::sum);
                    ends = true;
                    var _ = flow.end();
                });
                case PACKET -> world.arm(Fault.PACKET, update.when());
                default -> world.arm(update.fault(), update.when() % 3);
            }
        }

        private void intervene(int in, Runnable what) {
            if (!ends) {
                interventionIn = in;
                intervention = what;
            }
        }

        private void prepare() throws Abort {
            plan.replacements().keySet().forEach(node -> {
                String former = plan.difference().formerName(node);
                replaced.put(former, flow.instance(former));
                outgoing.put(flow.instance(former), plan.fresh().contains(node));
            });
            plan.difference().removed().forEach(node -> {
                removed.put(node, flow.instance(node));
                outgoing.put(flow.instance(node), true);
            });
            var nodes = new LinkedHashSet<>(plan.replacements().keySet());
            nodes.addAll(plan.difference().added());
            for (String node : nodes) {
                someSteps();
                Instance kept = undone == null ? null : undone.replaced.get(node);
                if (kept != null) {
                    putInAgain(kept);
                } else {
                    fallibly(() -> build(node));
                }
                if (undone != null && undone.removed.containsKey(node)) {
                    fallibly(() -> draft.inherit(node, undone.removed.get(node)));
                }
            }
            fallibly(draft::begin);
            someSteps();
        }

        private void build(String node) throws Exception {
            Instance built = draft.build(node, plan.versions().get(node));
            workers.put(built, world.workers.getLast());
            draft.with(built);
        }

        private void putInAgain(Instance kept) {
            draft.with(kept);
            Worker worker = workers.get(kept);
            ranks.put(kept, worker.rank);
            worker.rank = world.nextSerial();
        }

        /** Something that authors wrote. */
        private interface Fallible {
            void run() throws Exception;
        }

        private void fallibly(Fallible work) throws Abort {
            try {
                work.run();
            } catch (Injected e) {
                throw new Abort(e.getMessage());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        private void mark() throws Abort {
            if (plan.commit() == Commit.HOLD) {
                world.held(touched());
            }
            try {
                marker = flow.mark(
                        number, plan.region(), draft, plan.commit(),
                        (node, what) -> world.trace("marker " + number + " " + node + " " + what));
            } catch (IllegalStateException e) {
                if (!e.getMessage().endsWith("has ended")) {
                    throw e;
                }
                coverage.count("came after the end");
                throw new Abort(e.getMessage());
            }
            var _ = marker.passed().whenComplete((done, taken) -> cancelled |= taken != null);
            if (update.fault() == Fault.CANCEL) {
                intervene(update.when(), () -> cancelled = true);
            }
        }

        private void align() throws Abort {
            CompletableFuture<Void> awaited = plan.commit() == Commit.HOLD ? marker.aligned() : marker.switched();
            while (!awaited.isDone()) {
                giveUpIfCancelled();
                if (!step() && !awaited.isDone() && !cancelled) {
                    throw new Stuck(
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
            for (String node : plan.replacements().keySet()) {
                someSteps();
                Instance successor = draft.successors().get(node);
                fallibly(() -> handOver(node, successor));
            }
            someSteps();
            if (update.fault() == Fault.CANCEL_LATE) {
                world.failed.merge(Fault.CANCEL_LATE, 1, Integer::sum);
                throw new Abort("cancelled late");
            }
            giveUpIfCancelled();
        }

        private void handOver(String node, Instance successor) throws Exception {
            boolean hasItsOwnState = undone != null && undone.outgoing.getOrDefault(successor, false);
            if (!hasItsOwnState && !plan.fresh().contains(node)) {
                Handover.to(successor).take();
                if (isOnProbation()) {
                    Handover.to(successor).keepWayBack();
                }
            } else if (!hasItsOwnState) {
                Handover.to(successor).beginAnew();
            }
        }

        private void commit() throws Abort {
            if (plan.commit() == Commit.HOLD && !marker.commit()) {
                throw new Abort("it could not be committed");
            }
        }

        private void switched() {
            isSwitched = true;
            coverage.count((undone == null ? "switches by " : "rollbacks by ") + plan.commit());
            graphs.add(target.merged(before, graphs.getLast()));
            regions.add(touched());
            flow.adopt(draft);
            configuration = flow.configuration();
            draft.successors().values().forEach(flow.retirement()::takeBack);
            if (undone != null) {
                undone.outgoing.keySet().stream()
                        .filter(kept -> !draft.successors().containsValue(kept))
                        .forEach(left -> outgoing.put(left, false));
            }
            outgoing.forEach(flow.retirement()::keep);
            if (!isOnProbation()) {
                var _ = marker.passed().thenRun(this::retire);
            }
            removed.values().forEach(last -> workers.get(last).gone = true);
            world.connected(connected());
            await(marker.passed(), "update " + number + " is switched, and passes", marker);
            boolean isAsPlanned = flow.graph().equals(plan.target().without(Difference.WAS));
            if (!(isAlone ? isAsPlanned : isLike(graphs.getLast().copy().graph()))) {
                world.violation("a switch brings the new graph: it is " + flow.graph());
            }
            plan.replacements().keySet().forEach(this::isIn);
        }

        private void retire() {
            var _ = flow.retirement().retireKept(outgoing.keySet());
        }

        /** A node has its new version, but for one that had ended before. */
        private void isIn(String node) {
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
            ranks.forEach((kept, rank) -> workers.get(kept).rank = rank);
            draft.dismiss();
            if (!flow.configuration().equals(configuration)) {
                world.violation("I8, an abort leaves the old configuration: it is " + flow.graph() + " with " + flow.versions());
            }
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
}
