package neurath.coordinator;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import neurath.coordinator.plan.Expansions;
import neurath.coordinator.plan.Plan;
import neurath.engine.Catalog;
import neurath.engine.Flow;
import neurath.engine.Flows;
import neurath.engine.Instance;
import neurath.engine.OperatorVersion;
import neurath.engine.ResourceChange;
import neurath.engine.ResourceChange.Step;
import neurath.events.Event;
import neurath.graph.Graph;
import neurath.graph.Node;
import neurath.graph.Pin;
import neurath.graph.Replica;
import neurath.graph.Replicas;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What versions change outside in two steps, and which of the second steps are owed.
 *
 * <p>What is owed at a node is a stack ({@link FlowRecord#owed}, the last is the top), and written down before anything is expanded: at
 * first that the change is to be withdrawn; with the record that commits the update, that it is to be contracted. So a restart knows what
 * to do at any moment. A step is done when nothing stands against it any more, on a thread of its own; one that has failed waits until
 * the flow starts again, the next change of the node comes, or a person asks. For the deployer's thread.
 */
final class ParallelChanges {
    private static final Logger LOG = LoggerFactory.getLogger(ParallelChanges.class);

    private final Flows flows;
    private final Catalog catalog;
    private final FlowStore store;
    private final Schedule schedule;
    private final Function<String, FlowRecord> records;
    private final Predicate<String> isOnProbation;
    /** By {@code flow/node}, as all the others. */
    private final Map<String, StepAtWork> atWork = new HashMap<>();

    private final Map<String, String> failures = new HashMap<>();
    /** Nodes at which an update expands, or has expanded and not ended yet. */
    private final Set<String> held = new HashSet<>();
    private boolean isClosed;
    /** Flows of which instances are awaited that still have work to finish. */
    private final Set<String> retiring = new HashSet<>();
    /** Flows that are being started. */
    private final Set<String> starting = new HashSet<>();
    /** Who waits until a step is done; completes with what has failed, if anything has. */
    private final Map<String, CompletableFuture<Optional<String>>> awaited = new HashMap<>();

    /**
     * @param records of the flows, by name
     * @param isOnProbation whether an update of a flow may be rolled back
     */
    ParallelChanges(
            Flows flows, Catalog catalog, FlowStore store, Schedule schedule, Function<String, FlowRecord> records,
            Predicate<String> isOnProbation) {
        this.flows = flows;
        this.catalog = catalog;
        this.store = store;
        this.schedule = schedule;
        this.records = records;
        this.isOnProbation = isOnProbation;
    }

    // ---- an update that brings such versions ----

    /** What an update is to expand before its new instances are made. */
    Expansion expansion(Flow flow, Plan plan) {
        var expanding = new LinkedHashMap<Owed, ResourceChange>();
        Expansions.of(plan, flow.versions()).forEach((node, version) -> {
            Owed owed = Owed.of(Step.WITHDRAW, catalog.key(version), plan.target(), node);
            expanding.put(owed, change(flow.name(), owed, version));
        });
        return new Expansion(this, flow.name(), expanding);
    }

    /** What is owed goes by the name that an update gives to its node. */
    static Owed renamed(Owed owed, Plan plan) {
        return plan.difference().renamed().entrySet().stream()
                .filter(name -> owed.node().equals(asWritten(name.getValue(), plan.target().node(name.getKey()))))
                .findFirst()
                .map(name -> Owed.of(owed.step(), owed.version(), plan.target(), Replicas.group(plan.target().node(name.getKey()))))
                .orElse(owed);
    }

    /** A former name; of a replica that of its group. */
    private static String asWritten(String former, Node now) {
        return Replica.of(now).isPresent() && former.indexOf('~') > 0 ? former.substring(0, former.lastIndexOf('~')) : former;
    }

    /** What is owed once an update is undone: what it has expanded is to be withdrawn. */
    static Owed undone(Owed owed, Plan plan, Map<String, OperatorVersion> versionsBefore) {
        OperatorVersion version = Expansions.of(plan, versionsBefore).get(owed.node());
        return version != null && owed.isOf(version) ? owed.to(Step.WITHDRAW) : owed;
    }

    /**
     * What has to end at a node before anything is expanded there: a step that is being done, and what is to be contracted. Completes with
     * what has failed.
     */
    Optional<CompletableFuture<Optional<String>>> before(String flow, String node) {
        FlowRecord record = records.apply(flow);
        String path = flow + '/' + node;
        boolean isToBeContracted = top(record, node).filter(owed -> owed.step() == Step.CONTRACT).isPresent();
        if (!isToBeContracted && !atWork.containsKey(path)) {
            return Optional.empty();
        }
        CompletableFuture<Optional<String>> ends = awaited.computeIfAbsent(path, ignored -> new CompletableFuture<>());
        if (isToBeContracted) {
            failures.remove(path);
            tend(record);
        }
        return Optional.of(isToBeContracted ? ends : ends.thenApply(failure -> Optional.empty()));
    }

    private void tendWhenRetired(Flow flow) {
        if (!flow.retirement().retiring().isEmpty() && retiring.add(flow.name())) {
            var _ = flow.retirement().finished().thenRun(() -> schedule.decide(() -> {
                retiring.remove(flow.name());
                tend(records.apply(flow.name()));
            }));
        }
    }

    /**
     * An update is about to expand.
     *
     * @return what earlier ones could not withdraw, and is to be tried again before
     * @throws java.io.UncheckedIOException if it cannot be made durable; then nothing is to be expanded
     */
    Map<Owed, ResourceChange> begin(String flow, Map<Owed, ResourceChange> expanding) {
        FlowRecord record = records.apply(flow);
        store.keep(expanding.values().stream().map(ResourceChange::version).toList());
        List<Owed> before = List.copyOf(record.owed);
        record.owed.removeIf(owed -> expanding.keySet().stream().anyMatch(owed::isOfSame));
        record.owed.addAll(expanding.keySet());
        try {
            store.save(record);
        } catch (RuntimeException e) {
            record.owed.clear();
            record.owed.addAll(before);
            throw e;
        }
        var again = new LinkedHashMap<Owed, ResourceChange>();
        expanding.keySet().forEach(next -> {
            held.add(path(flow, next));
            failures.remove(path(flow, next));
            record.owed.reversed().stream()
                    .filter(owed -> owed.node().equals(next.node()) && !owed.isOfSame(next) && owed.step() == Step.WITHDRAW)
                    .forEach(owed -> version(flow, owed).ifPresent(version -> again.put(owed, change(flow, owed, version))));
        });
        return again;
    }

    /** Steps are done that were owed. */
    void done(String flow, Set<Owed> steps) {
        FlowRecord record = records.apply(flow);
        if (record.owed.removeAll(steps)) {
            store.note(record);
        }
    }

    /** An update has ended, and all it has begun: what it has expanded is contracted or withdrawn when nothing stands against that. */
    void ended(String flow, Set<Owed> expanded) {
        expanded.forEach(owed -> held.remove(path(flow, owed)));
        tend(records.apply(flow));
    }

    Schedule schedule() {
        return schedule;
    }

    // ---- a flow that starts ----

    /** What is to be done outside before a flow starts with these versions, and what is owed afterwards. */
    StartingChanges starting(FlowRecord record, Map<String, OperatorVersion> versions) {
        String flow = record.name();
        var withdrawn = new LinkedHashMap<Owed, ResourceChange>();
        record.owed.reversed().stream()
                .filter(owed -> owed.step() == Step.WITHDRAW && !owed.isOf(filling(record.graph, versions, owed)))
                .forEach(owed -> version(flow, owed).ifPresent(version -> withdrawn.put(owed, change(flow, owed, version))));
        var expanded = new LinkedHashMap<Owed, ResourceChange>();
        Expansions.of(record.graph, versions).forEach((node, version) -> {
            Owed owed = Owed.of(Step.CONTRACT, catalog.key(version), record.graph, node);
            expanded.put(owed, change(flow, owed, version));
        });
        List<StepAtWork> before = atWork.entrySet().stream()
                .filter(work -> work.getKey().startsWith(flow + '/'))
                .map(Map.Entry::getValue)
                .toList();
        return new StartingChanges(flows.events(), flow, before, withdrawn, expanded);
    }

    /** A flow starts now: until that has ended, well or not, nothing else is done for it. */
    void starts(String flow) {
        starting.add(flow);
    }

    /** The start of a flow has ended. */
    void runsOrNot(String flow) {
        starting.remove(flow);
        tend(records.apply(flow));
    }

    /** A flow has started: what was expanded before is contracted beside. */
    void started(FlowRecord record, StartingChanges changes) {
        record.owed.removeAll(changes.withdrawn());
        changes.failures().forEach((owed, failure) -> failed(record, owed, failure));
        for (Owed owed : changes.expanded()) {
            boolean wasThere = filling(record.graph, record.versions, owed).filter(key -> key.startsWith(owed.label() + '#')).isPresent();
            record.owed.removeIf(owed::isOfSame);
            record.owed.add(wasThere ? 0 : record.owed.size(), owed);
        }
    }

    // ---- what is owed ----

    /** Does what is owed and nothing stands against. */
    void tend(FlowRecord record) {
        if (record == null || isClosed || starting.contains(record.name())) {
            return;
        }
        flows.find(record.name()).ifPresent(flow -> tops(record).forEach(owed -> tend(record, flow, owed)));
    }

    private void tend(FlowRecord record, Flow flow, Owed owed) {
        String path = path(record.name(), owed);
        if (atWork.containsKey(path) || held.contains(path)) {
            return;
        }
        boolean fills = owed.isOf(filling(flow.graph(), flow.versions(), owed));
        if (owed.step() == Step.WITHDRAW && fills) {
            replace(record, owed, owed.to(Step.CONTRACT)); // it was switched, and nobody could write that down
        } else if (owed.step() == Step.CONTRACT && !fills) {
            if (flow.retirement().kept().stream().map(Instance::version).noneMatch(owed::isOf)) {
                forget(record, owed);
            }
        } else if (failures.containsKey(path)) {
            LOG.debug("{}: {} is owed and not tried again by itself: {}", path, owed.step(), failures.get(path));
        } else if (obstacle(flow, owed).isPresent()) {
            tendWhenRetired(flow);
        } else {
            version(record.name(), owed).ifPresent(version -> start(record.name(), owed, change(record.name(), owed, version)));
        }
    }

    /** What a step has to wait for, for people. */
    private Optional<String> obstacle(Flow flow, Owed owed) {
        Optional<String> out = out(flow)
                .filter(version -> owed.step() == Step.WITHDRAW ? owed.isOf(version) : isBefore(owed, version))
                .findFirst()
                .map(OperatorVersion::label);
        if (owed.step() == Step.CONTRACT && isOnProbation.test(flow.name())) {
            return Optional.of("when the update is confirmed, and withdraws it when that is rolled back");
        }
        return out.isPresent()
                ? out.map(version -> "when the last instance of " + version + " is closed")
                : Pin.in(flow.graph()).stream()
                        .filter(node -> owed.step() == Step.CONTRACT && isBefore(owed, flow.version(node.name())))
                        .findFirst()
                        .map(node -> "when " + node.name() + " is not kept any more");
    }

    /** Whether a version may be one before that uses the same resource. */
    private static boolean isBefore(Owed owed, OperatorVersion version) {
        return !owed.isOf(version) && owed.place().node(owed.node()).operator().equals(version.operator());
    }

    /** The versions of instances that are out and not closed. */
    private static Stream<OperatorVersion> out(Flow flow) {
        return Stream.concat(flow.retirement().kept().stream(), flow.retirement().retiring().stream()).map(Instance::version);
    }

    private void start(String flow, Owed owed, ResourceChange change) {
        String path = path(flow, owed);
        var step = new StepAtWork(owed.step(), change);
        atWork.put(path, step);
        schedule.work(() -> {
            Optional<String> failure = step.carryOut();
            schedule.decide(() -> done(flow, owed, change, failure));
        });
    }

    private void done(String flow, Owed owed, ResourceChange change, Optional<String> failure) {
        String path = path(flow, owed);
        atWork.remove(path);
        FlowRecord record = records.apply(flow);
        if (isClosed) {
            return; // it is owed still
        } else if (failure.isPresent()) {
            failed(record, owed, failure.get());
        } else {
            int index = record.owed.indexOf(owed);
            List<Owed> over = new ArrayList<>(record.owed.subList(0, index + 1));
            over.removeIf(other -> !other.equals(owed) && (owed.step() == Step.WITHDRAW || !other.node().equals(owed.node())));
            record.owed.removeAll(over);
            store.note(record);
            notice(flow, path + ": " + owed.label() + " has " + past(owed.step()) + ' ' + change.resource());
        }
        Optional.ofNullable(awaited.remove(path)).ifPresent(waiting -> waiting.complete(failure));
        tend(record);
    }

    private static String past(Step step) {
        return step == Step.CONTRACT ? "contracted" : "withdrawn from";
    }

    private void failed(FlowRecord record, Owed owed, String failure) {
        String path = path(record.name(), owed);
        failures.put(path, failure);
        String said = path + ": " + owed.label() + " could not " + owed.step().verb() + ' ' + resource(record.name(), owed) + ": " + failure
                + "; mend that, then flow:retry " + record.name() + "; it is also tried when the flow starts";
        notice(record.name(), said);
        store.tell(record.name(), Instant.now().truncatedTo(ChronoUnit.MILLIS) + "  " + said);
    }

    /** A version that does not belong to the change has taken the place of the one that made it. */
    private void forget(FlowRecord record, Owed owed) {
        replace(record, owed, null);
        failures.remove(path(record.name(), owed));
        notice(record.name(), path(record.name(), owed) + ": " + owed.label() + " was replaced before it could contract "
                + resource(record.name(), owed) + ", which stays expanded");
        Optional.ofNullable(awaited.remove(path(record.name(), owed))).ifPresent(waiting -> waiting.complete(Optional.empty()));
    }

    private void replace(FlowRecord record, Owed owed, Owed by) {
        int index = record.owed.lastIndexOf(owed);
        if (by == null) {
            record.owed.remove(index);
        } else {
            record.owed.set(index, by);
        }
        store.note(record);
    }

    /** Tries once more what could not be done. */
    void retry(FlowRecord record) {
        tops(record).forEach(owed -> failures.remove(path(record.name(), owed)));
        tend(record);
    }

    /** What is owed at the nodes of a flow, one line each, for people. */
    List<String> said(FlowRecord record) {
        var lines = new ArrayList<String>();
        for (Owed owed : tops(record)) {
            String path = path(record.name(), owed);
            String what = owed.node() + ": " + owed.label() + ' ';
            String resource = resource(record.name(), owed);
            if (atWork.containsKey(path)) {
                lines.add(what + atWork.get(path));
            } else if (failures.containsKey(path)) {
                lines.add(what + "could not " + owed.step().verb() + ' ' + resource + ": " + failures.get(path)
                        + "; mend that, then flow:retry "
                        + record.name());
            } else if (!held.contains(path)) {
                String when = version(record.name(), owed).isEmpty()
                        ? "when it is there again; install and start its bundle"
                        : flows.find(record.name()).flatMap(flow -> obstacle(flow, owed)).orElse("soon");
                lines.add(what + "has expanded " + resource + ", and " + owed.step().verb() + "s it " + when);
            }
        }
        return lines;
    }

    /** Begins nothing more, and interrupts what is at work, which is owed still; completes when it has returned. */
    CompletableFuture<Void> close() {
        isClosed = true;
        atWork.values().forEach(StepAtWork::interrupt);
        return CompletableFuture.allOf(atWork.values().stream().map(StepAtWork::returned).toArray(CompletableFuture<?>[]::new));
    }

    private String resource(String flow, Owed owed) {
        return version(flow, owed).flatMap(version -> version.signature().changes()).orElse("what it has expanded");
    }

    private static List<Owed> tops(FlowRecord record) {
        var nodes = new LinkedHashSet<String>();
        record.owed.forEach(owed -> nodes.add(owed.node()));
        return nodes.stream().flatMap(node -> top(record, node).stream()).toList();
    }

    private static Optional<Owed> top(FlowRecord record, String node) {
        return record.owed.reversed().stream().filter(owed -> owed.node().equals(node)).findFirst();
    }

    /** What fills a node; all its replicas have the same. */
    private static <V> Optional<V> filling(Graph graph, Map<String, V> versions, Owed owed) {
        return Optional.ofNullable(Replicas.groups(graph).get(owed.node())).map(nodes -> versions.get(nodes.getFirst()));
    }

    /** The version that owes a step, if its code is there. */
    private Optional<OperatorVersion> version(String flow, Owed owed) {
        Stream<OperatorVersion> running = flows.find(flow).stream().flatMap(one -> one.versions().values().stream());
        return Stream.concat(running, catalog.available().stream())
                .filter(owed::isOf)
                .max((a, b) -> Boolean.compare(catalog.key(a).equals(owed.version()), catalog.key(b).equals(owed.version())));
    }

    private ResourceChange change(String flow, Owed owed, OperatorVersion version) {
        return flows.change(flow, owed.place(), owed.node(), version);
    }

    private void notice(String flow, String text) {
        flows.events().publish(new Event.Notice(Instant.now(), flow, text));
    }

    private static String path(String flow, Owed owed) {
        return flow + '/' + owed.node();
    }
}
