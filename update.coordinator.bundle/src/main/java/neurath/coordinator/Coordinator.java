package neurath.coordinator;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import neurath.coordinator.FlowRecord.Policy;
import neurath.coordinator.plan.Choice;
import neurath.coordinator.plan.Expansions;
import neurath.coordinator.plan.InitialFlows;
import neurath.coordinator.plan.Ongoing;
import neurath.coordinator.plan.Options;
import neurath.coordinator.plan.Plan;
import neurath.coordinator.plan.Planner;
import neurath.coordinator.plan.Proposal;
import neurath.engine.Catalog;
import neurath.engine.Configuration;
import neurath.engine.Draft;
import neurath.engine.Flow;
import neurath.engine.FlowException;
import neurath.engine.Flows;
import neurath.engine.NodeStatus;
import neurath.engine.OperatorVersion;
import neurath.graph.Difference;
import neurath.graph.Graph;
import neurath.graph.Pin;
import neurath.graph.Replicas;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what each flow should be, and has it updated: the one place that turns what happens to bundles, and what people ask for, into
 * plans. Not thread-safe: {@link Deployer} calls it from its one thread.
 */
final class Coordinator {
    private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);

    private final Flows flows;
    private final Catalog catalog;
    private final FlowStore store;
    private final Duration limit;
    private final Map<String, FlowRecord> records;
    /** Versions this coordinator has seen at work, by key, so that one that goes is forgotten and may come again. */
    private final Map<String, OperatorVersion> seen = new HashMap<>();

    /** The revisions from which kept nodes were to be taken out: where that was aborted it is not tried again and again. */
    private final Map<String, Integer> unpinned = new HashMap<>();

    private final Proposals proposals = new Proposals();
    private final Health health;
    private final ParallelChanges changes;
    private final Starts starts;
    private final Schedule schedule;
    private final Probations probations;

    /** Without probation; updates are carried out on the caller's thread. */
    Coordinator(Flows flows, Catalog catalog, FlowStore store, Duration limit) {
        this(flows, catalog, store, limit, Health.NONE, Schedule.onTheCallersThread());
    }

    /**
     * @param limit for each update, up to SWITCHED, and for the start of a flow
     * @param health of updates that ask for nothing else
     */
    Coordinator(Flows flows, Catalog catalog, FlowStore store, Duration limit, Health health, Schedule schedule) {
        this.health = health;
        this.schedule = schedule;
        for (Flow flow : flows.all()) {
            var _ = flow.retirement().retireKept(flow.retirement().kept()); // of a coordinator that was here before
        }
        this.flows = flows;
        this.catalog = catalog;
        this.store = store;
        this.limit = limit;
        this.probations = new Probations(flows.events());
        this.records = store.load();
        this.changes = new ParallelChanges(flows, catalog, store, schedule, records::get, this::isOnProbation);
        this.starts = new Starts(flows, catalog, limit, schedule, changes);
        resume();
    }

    // ---- what happens ----

    /** What runs is what counts, also where nobody could write it down. */
    private void resume() {
        for (FlowRecord record : records.values()) {
            flows.find(record.name()).filter(flow -> !flow.isPassing()).ifPresent(flow -> {
                Map<String, String> known = record.versions;
                record.remember(flow.configuration(), catalog);
                if (!known.equals(record.versions)) {
                    store.note(record);
                }
            });
        }
    }

    /** A bundle was brought back from the store: its versions have other keys since. */
    void rekey(String from, String to) {
        records.values().forEach(record -> {
            record.rekey(from, to);
            store.note(record);
        });
    }

    /** The ends of the keys of all versions that flows are to be resumed with, now or when what is under way has switched or started. */
    Set<String> keysInUse() {
        Stream<String> resumed = records.values().stream().flatMap(record -> record.versions.values().stream());
        Stream<OperatorVersion> coming = schedule.plans().stream().flatMap(plan -> plan.versions().values().stream());
        Stream<String> underWay = Stream.concat(coming, starts.versions()).map(catalog::key);
        Stream<String> owed = records.values().stream().flatMap(record -> record.owed.stream()).map(Owed::version);
        return Stream.of(resumed, underWay, owed).flatMap(keys -> keys).collect(Collectors.toSet());
    }

    /** A bundle brings a flow. It is started once its operators are there; a person's {@code flow:stop} outlasts a restart. */
    void offer(String name, Origin origin, Graph graph) {
        if (flows.find(name).isEmpty()) {
            take(name, origin, graph);
        }
    }

    /** The platform was started for the sake of a flow: it is started though somebody stopped it before. */
    void wanted(String name) {
        FlowRecord record = records.get(name);
        if (record != null) {
            record.stopped = false;
            store.note(record);
        }
    }

    /** A file brings a flow, or a change of one. */
    void bring(String name, Origin origin, Graph graph, boolean settled) {
        Optional<Flow> running = flows.find(name);
        if (running.isEmpty()) {
            take(name, origin, graph);
            lookAround(settled);
        } else {
            FlowRecord record = record(name);
            if (record.isNews(origin)) {
                var _ = inTurn(name, flow -> planner(flow).towards(graph, catalog.available(), catalog.newest(), Options.NONE))
                        .whenComplete((outcomes, neverBegun) -> taken(record, origin, neverBegun));
            }
        }
    }

    /** What a file asked for is over, which a restart need not ask for again; unless its turn never came. */
    private void taken(FlowRecord record, Origin origin, Throwable neverBegun) {
        if (neverBegun != null) {
            LOG.warn("{}: the change of {} was not made: {}", record.name(), origin.source(), neverBegun.getMessage());
            record.forget(origin);
        }
        store.note(record);
    }

    private void take(String name, Origin origin, Graph graph) {
        if (store.isUnreadable(name)) {
            LOG.debug("{} is not taken from {}: its record is damaged", name, origin.source());
            return;
        }
        FlowRecord record = records.computeIfAbsent(name, ignored -> new FlowRecord(name, graph));
        if (record.isNews(origin)) {
            record.graph = Replicas.expand(graph);
            record.failed = false;
            store.save(record);
        }
    }

    /**
     * Looks at what is there, and does what follows from it.
     *
     * @param settled whether everything installed has had its chance to start: only then a recorded version that is not there is lost
     */
    void lookAround(boolean settled) {
        List<OperatorVersion> available = Planners.initialFlows(catalog).complete();
        for (FlowRecord record : records.values()) {
            try {
                Optional<Flow> flow = flows.find(record.name());
                if (flow.isPresent() && !schedule.isTaken(record.name())) {
                    tend(record, flow.get(), available);
                } else if (!record.stopped && !record.failed && !schedule.isTaken(record.name())) {
                    starts.ifComplete(record, available, settled, started -> started(record, started, available));
                }
            } catch (RuntimeException e) {
                LOG.error("{} could not be looked after", record.name(), e);
            }
        }
        available.forEach(version -> seen.put(catalog.key(version), version));
        seen.values().removeIf(version -> !catalog.isCurrent(version));
    }

    private void tend(FlowRecord record, Flow flow, List<OperatorVersion> available) {
        forget(record);
        changes.tend(record);
        var wishes = new Wishes(catalog, record, flow, available);
        Set<String> lost = wishes.lost();
        record.held.retainAll(lost);
        flow.status().stream()
                .filter(node -> node.held() != null && !lost.contains(node.name()))
                .forEach(node -> flow.resume(node.name()));
        boolean othersPass = flow.isPassing() && !schedule.isBusy(record.name());
        if (othersPass || isOnProbation(record.name()) && lost.isEmpty()) {
            return;
        }
        Set<String> arrived = wishes.arrived();
        if (!arrived.isEmpty()) {
            consider(record, available);
        }
        if (!lost.isEmpty() || !arrived.isEmpty() && record.policy == Policy.AUTO) {
            wishes.plans(record.policy).stream()
                    .filter(plan -> wishes.isDue(plan, arrived, lost))
                    .forEach(plan -> carryOutOrLeave(record, flow, plan));
        }
        Set<String> without = wishes.lost();
        List<NodeStatus> stranded = flow.status().stream()
                .filter(node -> without.contains(node.name()) && schedule.replacing(record.name(), node.name()).isEmpty())
                .toList();
        boolean isAnyForgiven = false;
        for (NodeStatus node : stranded) {
            flow.hold(node.name(), node.version().label() + " of " + node.version().origin()
                    + " is not active any more, and no other that fits " + flow.graph().node(node.name()).wish() + " is there; start one");
            isAnyForgiven |= record.held.add(node.name()) && forgive(record, node, available);
        }
        if (isAnyForgiven) {
            tend(record, flow, available);
        }
    }

    /** What was aborted is better than nothing, and may not have been to blame: it is tried once more when a node begins to be held. */
    private boolean forgive(FlowRecord record, NodeStatus node, List<OperatorVersion> available) {
        return record.refused.removeAll(available.stream()
                .filter(version -> version.operator().equals(node.version().operator()))
                .map(catalog::key)
                .toList());
    }

    /** What has to wait for an update that is being carried out is looked at again when that has ended. */
    private void carryOutOrLeave(FlowRecord record, Flow flow, Plan plan) {
        try {
            var _ = carryOut(record, flow, plan);
        } catch (Schedule.Wait wait) {
            LOG.debug("{}: {} waits: {}", flow.name(), plan.summary(), wait.getMessage());
            plan.versionReplacements().values().forEach(replacement -> record.considered.remove(catalog.key(replacement.to())));
        }
    }

    /** A version that was at work and went is forgotten, so that it arrives when it comes again. */
    private void forget(FlowRecord record) {
        if (record.considered.removeIf(key -> seen.containsKey(key) && !catalog.isCurrent(seen.get(key)))) {
            store.note(record);
        }
    }

    private void consider(FlowRecord record, List<OperatorVersion> available) {
        record.relevant(available).forEach(version -> record.considered.add(catalog.key(version)));
        store.note(record);
    }

    /** A flow has started; it does not stop again where that cannot be written down. */
    private void started(FlowRecord record, Flow flow, List<OperatorVersion> available) {
        try {
            store.keep(flow.versions().values());
        } catch (UncheckedIOException e) {
            LOG.error("{} runs, but what it runs with is not in the store, and may be gone after a crash: {}", flow.name(), e.getMessage());
        }
        consider(record, available);
        changes.tend(record);
    }

    // ---- starting and stopping ----

    /** A person starts a flow; completes when it runs. */
    CompletableFuture<Flow> start(String name, Graph graph) {
        return schedule.inTurn(name, () -> {
            if (flows.find(name).isPresent()) {
                throw new FlowException(name + " runs already; change it with flow:update " + name + " …, or stop it first: flow:stop "
                        + name, null);
            }
            FlowRecord known = graph == null ? record(name) : records.getOrDefault(name, new FlowRecord(name, graph));
            FlowRecord record = graph == null ? known : known.with(graph);
            List<OperatorVersion> available = catalog.available();
            return starts.asked(record, available, flow -> {
                records.put(name, record);
                started(record, flow, available);
            });
        });
    }

    /** A person stops a flow; it stays stopped over a restart. Completes when it has ended. */
    CompletableFuture<Void> stop(String name, Duration grace) {
        schedule.forget(name, "the flow is stopped");
        return schedule.inTurn(name, () -> {
            flow(name);
            probations.end(name);
            return schedule.asWhole(name, "is being stopped", () -> {
                flows.stop(name, grace);
                return null;
            }, stopped -> {
                FlowRecord record = records.get(name);
                if (record != null) {
                    record.stopped = true;
                    store.save(record);
                }
            });
        });
    }

    // ---- what people ask for ----

    /** The plan of a change; of no change, the plans of what the policy would do by itself. */
    List<Plan> plan(String name, List<String> change, Path folder) {
        Flow flow = flow(name);
        List<OperatorVersion> available = catalog.available();
        if (change.isEmpty()) {
            FlowRecord all = new FlowRecord(name, flow.graph());
            all.refused.addAll(record(name).refused);
            return new Wishes(catalog, all, flow, Planners.initialFlows(catalog).complete()).plans(Policy.AUTO);
        }
        Options.Parsed parsed = Options.parse(change);
        Graph target = Change.of(flow.graph(), parsed.rest(), folder);
        return List.of(planner(flow).towards(target, available, catalog.newest(), parsed.options()));
    }

    /** The plans of a change, with the numbers by which {@link #apply} carries them out. */
    List<Proposal> propose(String name, List<String> change, Path folder) {
        Flow flow = flow(name);
        return plan(name, change, folder).stream().map(plan -> proposals.add(plan, flow)).toList();
    }

    /** The plans that {@link #apply} can carry out. */
    List<Proposal> proposals() {
        return proposals.all();
    }

    /**
     * Carries out a plan that was shown, when what it meets has ended.
     *
     * @throws FlowException if it is not there, or what it would do now is not what was shown
     */
    CompletableFuture<List<Outcome>> apply(int number) {
        Proposal proposal = proposals.find(number);
        return inTurn(proposal.plan().flow(), flow -> Proposals.current(proposal, flow, catalog)).thenApply(outcomes -> {
            if (outcomes.stream().noneMatch(Outcome.Aborted.class::isInstance)) {
                proposals.applied(number);
            }
            return outcomes;
        });
    }

    /**
     * Plans and carries out, when what it meets has ended.
     *
     * @throws FlowException if a plan is refused; nothing was touched then
     */
    CompletableFuture<List<Outcome>> update(String name, List<String> change, Path folder) {
        if (!change.isEmpty()) {
            Set<String> named = Change.named(change);
            return asked(name, named, flow -> plan(name, change, folder).getFirst());
        }
        Graph base = flow(name).graph();
        List<CompletableFuture<List<Outcome>>> updates = plan(name, change, folder).stream()
                .map(plan -> asked(name, Set.of(), flow -> planner(flow).again(plan, base)))
                .toList();
        return CompletableFuture.allOf(updates.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> updates.stream().flatMap(outcomes -> outcomes.join().stream()).toList());
    }

    /** Has a plan carried out that a person asks for: refused or not, it is made when its turn has come. */
    private CompletableFuture<List<Outcome>> asked(String name, Set<String> named, Function<Flow, Plan> plan) {
        return inTurn(name, named, flow -> {
            if (flow.isPassing() && !schedule.isBusy(name)) {
                throw new FlowException("an update of " + name + " still passes; see flow:show " + name, null);
            }
            Plan made = plan.apply(flow);
            if (!made.problems().isEmpty() && !schedule.isBusy(name)) {
                throw new FlowException("refused: " + String.join("; ", made.problems()), null);
            }
            var pinned = new PinnedRequests(flow);
            made.difference().removed().stream().filter(pinned::areAt).findFirst().ifPresent(node -> {
                throw new FlowException("refused: " + node + " would be taken out, and " + String.join("; ", pinned.said())
                        + "; wait until they have ended, or keep it: give the change as node=operator@version", null);
            });
            made.versions().values().forEach(asked -> record(name).refused.remove(catalog.key(asked)));
            return made;
        });
    }

    private CompletableFuture<List<Outcome>> inTurn(String name, Function<Flow, Plan> plan) {
        return inTurn(name, Set.of(), plan);
    }

    /** @param named the nodes that are asked for by name: what is under way for them comes first, though the plan may be to leave them */
    private CompletableFuture<List<Outcome>> inTurn(String name, Set<String> named, Function<Flow, Plan> plan) {
        return schedule.inTurn(name, () -> {
            Flow flow = flow(name);
            for (String node : named) {
                Optional<Ongoing> ongoing = schedule.replacing(name, node);
                if (ongoing.isPresent()) {
                    throw new Schedule.Wait(ongoing.get() + " touches " + node + " too");
                }
            }
            return carryOut(record(name), flow, plan.apply(flow));
        });
    }

    /** Sets whether the highest versions are switched to by themselves. */
    void policy(String name, Policy policy) {
        FlowRecord record = record(name);
        record.policy = policy;
        store.save(record);
    }

    /** Why nodes do not have the highest versions that lie there, and other things to know of a flow. */
    List<String> pending(String name) {
        Flow flow = flow(name);
        FlowRecord record = record(name);
        List<OperatorVersion> available = catalog.available();
        InitialFlows initialFlows = Planners.initialFlows(catalog);
        var wishes = new Wishes(catalog, record, flow, initialFlows.complete());
        var pending = new ArrayList<>(Choice.unmet(Pin.without(flow.graph()), wishes.candidates(), wishes.chosen()));
        pending.addAll(initialFlows.waiting(flow.graph()));
        wishes.plans(Policy.AUTO).stream()
                .filter(plan -> plan.replacements().keySet().stream().allMatch(node -> schedule.replacing(name, node).isEmpty()))
                .forEach(plan -> pending.add(plan.summary() + " waits for a person: flow:update " + name));
        catalog.unusable().stream()
                .filter(unusable -> flow.graph().nodes().values().stream()
                        .anyMatch(node -> unusable.label().startsWith(node.operator() + '@')))
                .forEach(unusable -> pending.add(unusable.label() + " of " + unusable.origin() + ": " + unusable.reason()));
        available.stream()
                .filter(version -> record.refused.contains(catalog.key(version)))
                .forEach(version -> pending.add(version.label() + " of " + version.origin()
                        + " was aborted and is not tried again by itself; ask for it with flow:update"));
        return pending;
    }

    Policy policyOf(String name) {
        return record(name).policy;
    }

    /** How updates of a flow ended, oldest first. */
    List<String> history(String name) {
        return store.history(name);
    }

    /** What is done to a flow as a whole, if anything is: {@code is being stopped}. */
    Optional<String> doing(String name) {
        return schedule.doing(name);
    }

    /** What is still to be done of parallel changes, for people. */
    List<String> owed(String name) {
        return changes.said(record(name));
    }

    /** A person has what could not be contracted or withdrawn tried again; what is owed then, for people. */
    List<String> retry(String name) {
        Flow flow = flow(name);
        changes.retry(record(flow.name()));
        return owed(name);
    }

    /** The latest updates of a flow that have ended, oldest first. */
    List<Past> pasts(String name) {
        return store.pasts(name);
    }

    /** An update of a flow that has ended, if it is in the history. */
    Optional<Past> past(String name, int update) {
        return store.past(name, update);
    }

    /** What was asked for and waits for updates that are carried out. */
    List<String> waiting(String name) {
        return schedule.waiting(name);
    }

    /** Whether a flow is to be resumed with a version of this origin, now or when what is under way has switched. */
    boolean remembers(String origin) {
        Set<String> inUse = keysInUse();
        return catalog.available().stream()
                .filter(version -> version.origin().equals(origin))
                .anyMatch(version -> inUse.contains(catalog.key(version)));
    }

    Collection<FlowRecord> records() {
        return List.copyOf(records.values());
    }

    // ---- updates ----

    /** Aborts the updates of a flow that are under way, or its start, if there are any and it is not too late. For any thread. */
    boolean cancel(String flow, String reason) {
        return schedule.cancel(flow, reason) || starts.cancel(flow, reason);
    }

    /** How far the updates of a flow that are under way have come, or its start. For any thread. */
    List<String> progressOf(String flow) {
        List<String> updates = schedule.progress(flow);
        return updates.isEmpty() ? starts.progressOf(flow).stream().toList() : updates;
    }

    /** Completes when the updates of a flow that are under way now have ended. */
    CompletableFuture<Void> ends(String flow) {
        return schedule.ends(flow);
    }

    /** Aborts what is under way, and begins nothing more; completes when all has ended. */
    CompletableFuture<Void> close(String reason) {
        starts.cancelAll(reason);
        return CompletableFuture.allOf(schedule.close(reason), changes.close());
    }

    /**
     * Has a plan carried out; where nobody is replaced, the flow takes over the graph with its wishes and nothing more.
     *
     * @throws Schedule.Wait if it has to wait for an update that is being carried out
     */
    private CompletableFuture<List<Outcome>> carryOut(FlowRecord record, Flow flow, Plan plan) throws Schedule.Wait {
        if (plan.isEmpty() && schedule.isBusy(record.name())) {
            throw new Schedule.Wait("what is so now may not be so when the update under way has ended");
        }
        if (plan.isEmpty()) {
            if (!plan.target().without(Difference.WAS).equals(flow.graph())) {
                Draft draft = flow.draft(plan.target());
                record.remember(flow.after(draft), catalog);
                store.save(record);
                flow.adopt(draft);
            }
            return CompletableFuture.completedFuture(List.of());
        }
        String name = record.name();
        Health rules = plan.options().probation()
                .map(asked -> new Health(asked, plan.options().errors().orElse(health.errors()), health.slowdown()))
                .orElse(health);
        schedule.letPass(planner(flow), plan, rules.isOnProbation() || plan.epoch().isPresent());
        probations.confirm(name, "by the next update");
        Configuration before = flow.configuration();
        int number = ++record.updates;
        Expansion expansion = changes.expansion(flow, plan);
        var plain = new Update(number, flow, plan, flows.events(), limit, catalog::conversions)
                .expanding(expansion)
                .recordedIn(new UpdateLedger(store, catalog, record, number, plan, Set.of(),
                        owed -> ParallelChanges.renamed(expansion.switched(owed), plan)), schedule.decisions());
        Update update = rules.isOnProbation() ? plain.onProbation() : plain;
        return schedule.start(name, update, before.graph(), outcome -> {
            if (outcome instanceof Outcome.Completed && rules.isOnProbation()) {
                probations.begin(name, update.probation(before.graph(), before.versions(), rules));
                if (flows.find(name).filter(flow::equals).isEmpty()) {
                    probations.confirm(name, "as the flow has ended");
                }
            }
            expansion.ended(update.left());
        }).thenApply(List::of);
    }

    // ---- probation ----

    /** A person, or time, lets the old instances of an update go. */
    void confirm(String name) {
        if (!isOnProbation(name)) {
            throw new FlowException("no update of " + name + " is on probation; see flow:history " + name, null);
        }
        probations.confirm(name, "by a person");
    }

    /**
     * Brings back what was there before the update that is on probation.
     *
     * @throws FlowException if there is none, or if what is there now cannot become what was there before
     */
    CompletableFuture<Outcome> rollback(String name, String reason) {
        return schedule.inTurn(name, () -> rollBack(flow(name), reason));
    }

    private CompletableFuture<Outcome> rollBack(Flow flow, String reason) throws Schedule.Wait {
        String name = flow.name();
        Probation probation = probations.of(name).orElseThrow(() -> new FlowException(
                "no update of " + name + " is on probation, so its old instances are gone; go back with flow:update " + name
                        + " and what was there before, see flow:history " + name,
                null));
        if (flow.isPassing() && !schedule.isBusy(name)) {
            throw new FlowException("the update of " + name + " still passes; see flow:show " + name, null);
        }
        FlowRecord record = record(name);
        Plan plan = undoing(flow, probation);
        if (!plan.problems().isEmpty()) {
            throw new FlowException("update " + probation.update() + " cannot be rolled back: " + String.join("; ", plan.problems()), null);
        }
        schedule.letPass(planner(flow), plan, true);
        Set<OperatorVersion> bad = probation.plan().versionReplacements().values().stream()
                .map(Plan.Replacement::to)
                .collect(Collectors.toSet());
        int number = ++record.updates;
        var update = new Update(number, flow, plan, flows.events(), limit, catalog::conversions)
                .undoing(probation, reason)
                .recordedIn(new UpdateLedger(store, catalog, record, number, plan, bad,
                        owed -> ParallelChanges.renamed(
                                ParallelChanges.undone(owed, probation.plan(), probation.versionsBefore()), plan)),
                        schedule.decisions());
        return schedule.start(name, update, flow.graph(), outcome -> {
            if (outcome instanceof Outcome.RolledBack) {
                probations.end(name);
            }
        });
    }

    private Plan undoing(Flow flow, Probation probation) {
        return planner(flow).undoing(probation.plan(), probation.before(), probation.versionsBefore());
    }

    boolean isOnProbation(String name) {
        return probations.of(name).isPresent();
    }

    /** What is on probation, for people. */
    Optional<String> probationOf(String name) {
        return probations.of(name).map(probation -> "on probation: update " + probation.update() + " ("
                + probation.plan().summary() + "), " + probation.secondsLeft() + " s left; flow:confirm " + name + " or flow:rollback "
                + name + withdrawn(probation) + flows.find(name).map(flow -> remains(undoing(flow, probation))).orElse(""));
    }

    private static String withdrawn(Probation probation) {
        List<String> withdrawn = Expansions.withdrawn(probation.plan(), probation.versionsBefore());
        return withdrawn.isEmpty() ? "" : ", with which " + String.join("; ", withdrawn);
    }

    private static String remains(Plan rollback) {
        return rollback.remains().isEmpty() ? "" : ", which cannot take back: " + String.join("; ", rollback.remains());
    }

    /** Confirms what has been well for long enough, and rolls back what is sick; whether anything is left on probation. */
    boolean tendProbations() {
        List<String> atRest = flows.all().stream()
                .filter(flow -> !flow.isPassing() && !schedule.isBusy(flow.name()))
                .map(Flow::name)
                .toList();
        probations.tend(atRest, this::rollback);
        return !probations.isEmpty();
    }

    /** Takes out of the flows what was kept for requests that have ended by now; whether anything is kept still. */
    boolean tendPinned() {
        boolean kept = false;
        for (Flow flow : flows.all()) {
            FlowRecord record = records.get(flow.name());
            var pinned = new PinnedRequests(flow);
            kept |= pinned.areKept();
            if (record != null && !isOnProbation(flow.name()) && !flow.isPassing() && pinned.haveEnded()
                    && !Integer.valueOf(flow.revision()).equals(unpinned.get(flow.name()))) {
                unpin(record, flow);
            }
        }
        return kept;
    }

    private void unpin(FlowRecord record, Flow flow) {
        int revision = flow.revision();
        Plan plan = planner(flow).towards(Pin.without(flow.graph()), catalog.available(), catalog.newest(), Options.NONE);
        try {
            var _ = carryOut(record, flow, plan).thenAccept(outcomes -> {
                if (outcomes.stream().anyMatch(Outcome.Aborted.class::isInstance)) {
                    unpinned.put(flow.name(), revision);
                }
            });
        } catch (Schedule.Wait wait) {
            LOG.debug("{}: what is kept for old requests stays: {}", flow.name(), wait.getMessage());
        }
    }

    private Planner planner(Flow flow) {
        return Planners.of(flow, catalog);
    }

    private Flow flow(String name) {
        return flows.find(name).orElseThrow(() -> {
            List<String> there = flows.all().stream().map(Flow::name).toList();
            return new FlowException("no flow '" + name + "' runs; there are " + there, null);
        });
    }

    private FlowRecord record(String name) {
        FlowRecord record = records.get(name);
        if (record == null) {
            throw new FlowException("no flow '" + name + "' is known; there are " + records.keySet(), null);
        }
        return record;
    }
}
