package neurath.coordinator;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import neurath.coordinator.FlowRecord.Policy;
import neurath.coordinator.plan.Choice;
import neurath.coordinator.plan.Options;
import neurath.coordinator.plan.Plan;
import neurath.coordinator.plan.Planner;
import neurath.coordinator.plan.Proposal;
import neurath.engine.Catalog;
import neurath.engine.Flow;
import neurath.engine.FlowException;
import neurath.engine.Flows;
import neurath.engine.OperatorVersion;
import neurath.events.Event;
import neurath.graph.Difference;
import neurath.graph.Graph;
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

    private final Map<String, Probation> probations = new HashMap<>();
    private final Proposals proposals = new Proposals();
    private final Health health;
    private final Starts starts;
    private volatile Update running;

    Coordinator(Flows flows, Catalog catalog, FlowStore store, Duration limit) {
        this(flows, catalog, store, limit, Health.NONE);
    }

    /**
     * @param limit for each update, up to SWITCHED, and for the start of a flow
     * @param health of updates that ask for nothing else
     */
    Coordinator(Flows flows, Catalog catalog, FlowStore store, Duration limit, Health health) {
        this.health = health;
        for (Flow flow : flows.all()) {
            var _ = flow.retireKept(flow.kept()); // of a coordinator that was here before
        }
        this.flows = flows;
        this.catalog = catalog;
        this.store = store;
        this.limit = limit;
        this.records = store.load();
        this.starts = new Starts(flows, catalog, limit);
        resume();
    }

    // ---- what happens ----

    /** What runs is what counts, also where nobody could write it down. */
    private void resume() {
        for (FlowRecord record : records.values()) {
            flows.find(record.name()).filter(flow -> !flow.isPassing()).ifPresent(flow -> {
                Map<String, String> known = record.versions;
                record.remember(flow, catalog);
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

    /** The ends of the keys of all versions that flows are to be resumed with. */
    Set<String> keysInUse() {
        return records.values().stream().flatMap(record -> record.versions.values().stream()).collect(Collectors.toSet());
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
                carryOut(
                        record, running.get(), planner(running.get()).towards(graph, catalog.available(), catalog.newest(), Options.NONE));
                store.save(record);
            }
        }
    }

    private void take(String name, Origin origin, Graph graph) {
        if (store.isUnreadable(name)) {
            LOG.debug("{} is not taken from {}: its record is damaged", name, origin.source());
            return;
        }
        FlowRecord record = records.computeIfAbsent(name, ignored -> new FlowRecord(name, graph));
        if (record.isNews(origin)) {
            record.graph = graph;
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
        List<OperatorVersion> available = catalog.available();
        for (FlowRecord record : records.values()) {
            try {
                Optional<Flow> flow = flows.find(record.name());
                if (flow.isPresent()) {
                    tend(record, flow.get(), available);
                } else if (!record.stopped && !record.failed) {
                    starts.ifComplete(record, available, settled).ifPresent(started -> started(record, started, available));
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
        var wishes = new Wishes(catalog, record, flow, available);
        Set<String> lost = wishes.lost();
        flow.status().stream()
                .filter(node -> node.held() != null && !lost.contains(node.name()))
                .forEach(node -> flow.resume(node.name()));
        if (flow.isPassing() || isOnProbation(record.name()) && lost.isEmpty()) {
            return;
        }
        Set<String> arrived = wishes.arrived();
        if (!arrived.isEmpty()) {
            consider(record, available);
        }
        if (!lost.isEmpty() || !arrived.isEmpty() && record.policy == Policy.AUTO) {
            wishes.plans(record.policy).stream()
                    .filter(plan -> wishes.isDue(plan, arrived, lost))
                    .forEach(plan -> carryOut(record, flow, plan));
        }
        for (String node : wishes.lost()) {
            OperatorVersion version = flow.version(node);
            flow.hold(node, version.label() + " of " + version.origin() + " is not active any more, and no other that fits "
                    + flow.graph().node(node).wish() + " is there; start one");
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
    }

    // ---- starting and stopping ----

    /** A person starts a flow. */
    Flow start(String name, Graph graph) {
        if (flows.find(name).isPresent()) {
            throw new FlowException(name + " runs already; change it with flow:update " + name + " …, or stop it first: flow:stop " + name,
                    null);
        }
        FlowRecord known = graph == null ? record(name) : records.getOrDefault(name, new FlowRecord(name, graph));
        FlowRecord record = graph == null ? known : known.with(graph);
        List<OperatorVersion> available = catalog.available();
        Flow flow = starts.asked(record, available);
        records.put(name, record);
        started(record, flow, available);
        return flow;
    }

    /** A person stops a flow; it stays stopped over a restart. */
    void stop(String name, Duration grace) throws InterruptedException {
        probations.remove(name);
        flows.stop(name, grace);
        FlowRecord record = records.get(name);
        if (record != null) {
            record.stopped = true;
            store.save(record);
        }
    }

    // ---- what people ask for ----

    /** The plan of a change; of no change, the plans of what the policy would do by itself. */
    List<Plan> plan(String name, List<String> change, Path folder) {
        Flow flow = flow(name);
        List<OperatorVersion> available = catalog.available();
        if (change.isEmpty()) {
            FlowRecord all = new FlowRecord(name, flow.graph());
            all.refused.addAll(record(name).refused);
            return new Wishes(catalog, all, flow, available).plans(Policy.AUTO);
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

    /**
     * Carries out a plan that was shown.
     *
     * @throws FlowException if it is not there, or what it would do now is not what was shown
     */
    List<Outcome> apply(int number) {
        Proposal proposal = proposals.find(number);
        Flow flow = flow(proposal.plan().flow());
        List<Outcome> outcomes = carryOutAsked(flow, List.of(Proposals.current(proposal, flow, catalog)));
        if (outcomes.stream().noneMatch(Outcome.Aborted.class::isInstance)) {
            proposals.applied(number);
        }
        return outcomes;
    }

    /**
     * Plans and carries out.
     *
     * @throws FlowException if a plan is refused; nothing was touched then
     */
    List<Outcome> update(String name, List<String> change, Path folder) {
        Flow flow = flow(name);
        return carryOutAsked(flow, plan(name, change, folder));
    }

    private List<Outcome> carryOutAsked(Flow flow, List<Plan> plans) {
        String name = flow.name();
        if (flow.isPassing()) {
            throw new FlowException("an update of " + name + " still passes; see flow:show " + name, null);
        }
        FlowRecord record = record(name);
        List<String> problems = plans.stream().flatMap(plan -> plan.problems().stream()).toList();
        if (!problems.isEmpty()) {
            throw new FlowException("refused: " + String.join("; ", problems), null);
        }
        confirmIfOnProbation(name, "by the next update");
        plans.forEach(plan -> plan.versions().values().forEach(asked -> record.refused.remove(catalog.key(asked))));
        return plans.stream().flatMap(plan -> carryOut(record, flow, plan).stream()).toList();
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
        var wishes = new Wishes(catalog, record, flow, available);
        var pending = new ArrayList<>(Choice.unmet(flow.graph(), wishes.candidates(), wishes.chosen()));
        wishes.plans(Policy.AUTO).forEach(plan -> pending.add(plan.summary() + " waits for a person: flow:update " + name));
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

    /** Whether a flow is to be resumed with a version of this origin. */
    boolean remembers(String origin) {
        return catalog.available().stream()
                .filter(version -> version.origin().equals(origin))
                .map(catalog::key)
                .anyMatch(key -> records.values().stream().anyMatch(record -> record.versions.containsValue(key)));
    }

    Collection<FlowRecord> records() {
        return List.copyOf(records.values());
    }

    // ---- updates ----

    /** Aborts the update of a flow that is under way, if there is one and it is not too late. For any thread. */
    boolean cancel(String flow, String reason) {
        Update update = running;
        boolean meant = update != null && update.isOf(flow);
        if (meant) {
            update.cancel(reason);
        }
        return meant;
    }

    /** How far the update of a flow that is under way has come, if there is one. For any thread. */
    Optional<String> progressOf(String flow) {
        return Optional.ofNullable(running).filter(update -> update.isOf(flow)).map(update -> update.progress().toString());
    }

    /** Aborts the update that is under way, whatever its flow. For any thread. */
    void cancelAny(String reason) {
        Update update = running;
        if (update != null) {
            update.cancel(reason);
        }
    }

    /** Carries a plan out; where nobody is replaced, the flow takes over the graph with its wishes and nothing more. */
    private Optional<Outcome> carryOut(FlowRecord record, Flow flow, Plan plan) {
        if (plan.isEmpty()) {
            if (!plan.target().without(Difference.WAS).equals(flow.graph())) {
                record.remember(flow, plan, catalog);
                store.save(record);
                flow.adopt(plan.target());
            }
            return Optional.empty();
        }
        confirmIfOnProbation(record.name(), "by the next update");
        Health rules = plan.options().probation()
                .map(asked -> new Health(asked, plan.options().errors().orElse(health.errors()), health.slowdown()))
                .orElse(health);
        Graph before = flow.graph();
        Map<String, OperatorVersion> versionsBefore = flow.versions();
        var update = new Update(++record.updates, flow, plan, flows.events(), limit, catalog::conversions)
                .recordedIn(new UpdateLedger(store, catalog, record, flow, plan, Set.of()));
        if (rules.isOnProbation()) {
            update = update.onProbation();
        }
        Outcome outcome = carryOut(update);
        if (outcome instanceof Outcome.Completed) {
            if (rules.isOnProbation()) {
                probations.put(record.name(), update.probation(before, versionsBefore, rules));
            }
        }
        return Optional.of(outcome);
    }

    private Outcome carryOut(Update update) {
        running = update;
        try {
            return update.carryOut();
        } finally {
            running = null;
        }
    }

    // ---- probation ----

    /** A person, or time, lets the old instances of an update go. */
    void confirm(String name) {
        if (!isOnProbation(name)) {
            throw new FlowException("no update of " + name + " is on probation; see flow:history " + name, null);
        }
        confirmIfOnProbation(name, "by a person");
    }

    /**
     * Brings back what was there before the update that is on probation.
     *
     * @throws FlowException if there is none, or if what is there now cannot become what was there before
     */
    Outcome rollback(String name, String reason) {
        Flow flow = flow(name);
        Probation probation = probations.get(name);
        if (probation == null) {
            throw new FlowException("no update of " + name + " is on probation, so its old instances are gone; go back with flow:update "
                    + name + " and what was there before, see flow:history " + name, null);
        }
        if (flow.isPassing()) {
            throw new FlowException("the update of " + name + " still passes; see flow:show " + name, null);
        }
        FlowRecord record = record(name);
        Plan plan = undoing(flow, probation);
        if (!plan.problems().isEmpty()) {
            throw new FlowException("update " + probation.update() + " cannot be rolled back: " + String.join("; ", plan.problems()), null);
        }
        Set<OperatorVersion> bad = probation.plan().versionReplacements().values().stream()
                .map(Plan.Replacement::to)
                .collect(Collectors.toSet());
        var update = new Update(++record.updates, flow, plan, flows.events(), limit, catalog::conversions)
                .undoing(probation, reason)
                .recordedIn(new UpdateLedger(store, catalog, record, flow, plan, bad));
        Outcome outcome = carryOut(update);
        if (outcome instanceof Outcome.RolledBack) {
            probations.remove(name);
        }
        return outcome;
    }

    private Plan undoing(Flow flow, Probation probation) {
        return planner(flow).undoing(probation.plan(), probation.before(), probation.versionsBefore());
    }

    boolean isOnProbation(String name) {
        return probations.containsKey(name);
    }

    /** What is on probation, for people. */
    Optional<String> probationOf(String name) {
        return Optional.ofNullable(probations.get(name)).map(probation -> "on probation: update " + probation.update() + " ("
                + probation.plan().summary() + "), " + probation.secondsLeft() + " s left; flow:confirm " + name + " or flow:rollback "
                + name + flows.find(name).map(flow -> remains(undoing(flow, probation))).orElse(""));
    }

    private static String remains(Plan rollback) {
        return rollback.remains().isEmpty() ? "" : ", which cannot take back: " + String.join("; ", rollback.remains());
    }

    /** Confirms what has been well for long enough, and rolls back what is sick; whether anything is left on probation. */
    boolean tendProbations() {
        for (String name : List.copyOf(probations.keySet())) {
            Probation probation = probations.get(name);
            Optional<Flow> flow = flows.find(name);
            if (flow.isEmpty()) {
                probations.remove(name);
            } else if (!flow.get().isPassing()) {
                tend(name, probation);
            }
        }
        return !probations.isEmpty();
    }

    private void tend(String name, Probation probation) {
        Optional<String> sickness = probation.sickness();
        if (sickness.isPresent()) {
            rollBackSick(name, probation, sickness.get());
        } else if (probation.isOver()) {
            confirmIfOnProbation(name, "by time");
        }
    }

    /** What cannot be rolled back stays, and a person is told: the rules would say the same again and again. */
    private void rollBackSick(String name, Probation probation, String sickness) {
        String failure;
        try {
            Outcome outcome = rollback(name, sickness);
            failure = outcome instanceof Outcome.RolledBack ? null : outcome.toString();
        } catch (FlowException e) {
            failure = e.getMessage();
        }
        if (failure != null) {
            flows.events().publish(new Event.Notice(
                    Instant.now(), name,
                    "update " + probation.update() + " is sick, " + sickness + ", and was not rolled back: " + failure));
            confirmIfOnProbation(name, "though it is sick, as it cannot be rolled back");
        }
    }

    private void confirmIfOnProbation(String name, String because) {
        Probation probation = probations.remove(name);
        if (probation != null) {
            probation.confirm(because);
        }
    }

    private Planner planner(Flow flow) {
        return new Planner(flow.name(), flow.revision(), flow.graph(), flow.versions(), flow.adapters(), catalog.conversions());
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
