package neurath.coordinator.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import neurath.coordinator.plan.Plan.Replacement;
import neurath.engine.Adapter;
import neurath.engine.Connections;
import neurath.engine.Conversions;
import neurath.engine.InitialFlow;
import neurath.engine.Marker.Commit;
import neurath.engine.OperatorVersion;
import neurath.engine.States;
import neurath.engine.Transfer;
import neurath.graph.Arc;
import neurath.graph.Difference;
import neurath.graph.Graph;
import neurath.graph.Loops;
import neurath.graph.Merge;
import neurath.graph.Node;
import neurath.graph.Pin;
import neurath.graph.Replicas;

/** Makes plans: pure functions of a graph, the versions that fill it, and those that are there. */
public final class Planner {
    /** Metadata by which a node tells what is to become of the state of the version before. */
    static final String STATE = "state";
    static final String FRESH = "fresh";

    private final String flow;
    private final int revision;
    private final Graph graph;
    private final Map<String, OperatorVersion> current;
    private final Map<Arc, Adapter> adapters;
    private final Conversions conversions;
    private final InitialFlows initialFlows;

    /** Plans for a flow whose arcs adapt nothing, where no bundle offers a conversion. */
    public Planner(String flow, int revision, Graph graph, Map<String, OperatorVersion> current) {
        this(flow, revision, graph, current, Map.of(), Conversions.NONE);
    }

    /**
     * @param graph of the running flow
     * @param current what fills its nodes
     * @param adapters at the ends of its arcs
     * @param conversions what bundles offer to bring old things into new shapes
     */
    public Planner(
            String flow, int revision, Graph graph, Map<String, OperatorVersion> current, Map<Arc, Adapter> adapters,
            Conversions conversions) {
        this(flow, revision, graph, current, adapters, conversions, InitialFlows.NONE);
    }

    private Planner(
            String flow, int revision, Graph graph, Map<String, OperatorVersion> current, Map<Arc, Adapter> adapters,
            Conversions conversions, InitialFlows initialFlows) {
        this.flow = flow;
        this.revision = revision;
        this.graph = graph;
        this.current = Map.copyOf(current);
        this.adapters = Map.copyOf(adapters);
        this.conversions = conversions;
        this.initialFlows = initialFlows;
    }

    /** The same planner where operators with initial flows may come. */
    public Planner with(InitialFlows others) {
        return new Planner(flow, revision, graph, current, adapters, conversions, others);
    }

    /**
     * The update to another graph. Nodes whose wish is the same keep their version, unless a partner's change takes them along.
     *
     * @param wanted with the nodes' wishes for versions; {@code was=old} in a node's metadata says that it was renamed, {@code state=fresh}
     *     that it begins anew, {@code replicas=4} that several nodes share its packets
     * @param available what may be chosen; the versions that run may be among them
     */
    public Plan towards(Graph wanted, Collection<OperatorVersion> available, Comparator<OperatorVersion> newest, Options options) {
        Graph target;
        Difference difference;
        try {
            target = Replicas.expand(wanted);
            difference = Difference.between(graph, target);
            var _ = Scaling.between(graph, target);
        } catch (IllegalArgumentException e) {
            return refused(wanted, Difference.between(graph, graph), List.of(flow + ": " + e.getMessage()));
        }
        var unchanged = new LinkedHashMap<String, OperatorVersion>();
        difference.formerNames().forEach((after, before) -> {
            if (wishTheSame(target.node(after), graph.node(before))) {
                unchanged.put(after, current.get(before));
            }
        });
        var candidates = new LinkedHashSet<>(available);
        candidates.addAll(unchanged.values());
        Map<String, OperatorVersion> chosen = new LinkedHashMap<>(Choice.of(Pin.without(target), candidates, newest, unchanged));
        Pin.in(target).forEach(kept -> Optional.ofNullable(unchanged.get(kept.name())).ifPresent(one -> chosen.put(kept.name(), one)));
        var missing = new ArrayList<String>();
        for (Node node : target.nodes().values()) {
            if (!chosen.containsKey(node.name())) {
                missing.add(nothingFits(node, available, target, chosen));
            }
        }
        if (!missing.isEmpty()) {
            return refused(target, difference, missing);
        }
        return options.requests() == Options.Requests.PIN
                ? pinning(target, difference, chosen, options)
                : changing(target, difference, chosen, options);
    }

    /** The update after which requests that began before stay with the versions they began with. */
    private Plan pinning(Graph target, Difference difference, Map<String, OperatorVersion> after, Options options) {
        var nodes = new LinkedHashSet<>(difference.formerNames().keySet());
        nodes.removeIf(node -> after.get(node).equals(current.get(difference.formerName(node))));
        List<String> problems = Pinning.problems(flow, graph, target, difference, nodes, after);
        if (!problems.isEmpty() || nodes.isEmpty()) {
            return nodes.isEmpty() ? changing(target, difference, after, options) : refused(target, difference, problems);
        }
        Graph transition = Pinning.keeping(graph, target, nodes, revision, current);
        var filling = new LinkedHashMap<>(after);
        nodes.forEach(node -> filling.put(Pin.name(node, revision), current.get(node)));
        return changing(transition, Difference.between(graph, transition), filling, options);
    }

    private static boolean wishTheSame(Node one, Node other) {
        return one.operator().equals(other.operator()) && one.versions().equals(other.versions());
    }

    /** The update of some nodes to given versions; the graph stays but for what its nodes wish for. */
    public Plan replacing(Graph target, Map<String, OperatorVersion> versions) {
        var after = new LinkedHashMap<>(current);
        after.putAll(versions);
        return changing(target, Difference.between(graph, target), after, Options.NONE);
    }

    /**
     * The update that undoes another: back to the graph and the versions before it.
     *
     * @param done what was done
     * @param before the graph before it
     * @param versions what filled its nodes
     */
    public Plan undoing(Plan done, Graph before, Map<String, OperatorVersion> versions) {
        Graph target = before;
        for (var renamed : done.difference().renamed().entrySet()) {
            target = with(target, renamed.getValue(), Difference.WAS, renamed.getKey());
        }
        for (String node : done.fresh()) {
            target = with(target, done.difference().formerName(node), STATE, FRESH);
        }
        for (Scaling scaling : done.scalings()) {
            target = undoing(target, scaling);
        }
        return changing(target, Difference.between(graph, target), versions, Options.NONE, true)
                .noting(Expansions.withdrawn(done, versions));
    }

    private static Graph undoing(Graph before, Scaling done) {
        Graph target = before;
        for (String node : done.before()) {
            String group = Replicas.group(before.node(node));
            if (!group.equals(done.group())) {
                target = with(target, node, Difference.WAS, done.group() + node.substring(group.length()));
            }
            if (done.fresh()) {
                target = with(target, node, STATE, FRESH);
            }
        }
        return target;
    }

    /**
     * The update that does what a plan does to a flow that has changed since: with the plan's versions where the plan decided, and with
     * what runs elsewhere.
     *
     * @param base the graph for which the plan was made
     */
    public Plan again(Plan plan, Graph base) {
        Graph target = plan.target();
        for (String node : plan.fresh()) {
            target = with(target, node, STATE, FRESH);
        }
        for (Scaling scaling : plan.scalings()) {
            for (String node : scaling.after()) {
                target = scaling.fresh() ? with(target, node, STATE, FRESH) : target;
            }
        }
        if (!plan.pinned().isEmpty() && plan.revision() != revision) {
            return refused(target, Difference.between(graph, graph), List.of(flow + ": the plan pins requests that began before revision "
                    + plan.revision() + ", and there were updates since; make it again"));
        }
        try {
            target = Replicas.expand(Merge.of(Replicas.fold(base), Replicas.fold(target), Replicas.fold(graph)));
        } catch (IllegalArgumentException e) {
            return refused(target, Difference.between(graph, graph), List.of(flow + ": " + e.getMessage()));
        }
        Difference difference = Difference.between(graph, target);
        var after = new LinkedHashMap<String, OperatorVersion>();
        for (String node : target.nodes().keySet()) {
            String before = difference.formerNames().get(node);
            boolean decided = before == null || plan.replacements().containsKey(node);
            OperatorVersion version = decided ? plan.versions().get(node) : current.get(before);
            if (version == null) {
                return refused(target, difference,
                        List.of(flow + '/' + node + ": the plan says nothing of it, and would bring it; make the plan again"));
            }
            after.put(node, version);
        }
        return changing(target, difference, after, plan.options());
    }

    private static Graph with(Graph graph, String name, String key, String value) {
        Node node = graph.node(name);
        var metadata = new LinkedHashMap<>(node.metadata());
        metadata.put(key, value);
        return graph.with(new Node(name, node.operator(), metadata));
    }

    private Plan changing(Graph target, Difference difference, Map<String, OperatorVersion> after, Options options) {
        return changing(target, difference, after, options, false);
    }

    private Plan changing(
            Graph target, Difference difference, Map<String, OperatorVersion> after, Options options, boolean isRollback) {
        var replacements = new LinkedHashMap<String, Replacement>();
        List<Scaling> scalings = scalings(target, after);
        Set<String> scaled = scalings.stream().flatMap(scaling -> scaling.after().stream()).collect(Collectors.toSet());
        difference.formerNames().forEach((node, before) -> {
            boolean openedAnew = difference.reparameterised().contains(node) || difference.reindexed().contains(node)
                    || scaled.contains(node);
            if (openedAnew || !after.get(node).equals(current.get(before))) {
                replacements.put(node, new Replacement(current.get(before), after.get(node)));
            }
        });
        Set<String> fresh = fresh(target, replacements.keySet());
        Map<Arc, Adapter> next = Connections.adapters(target, after, adapters, conversions.adapters());
        var others = new LinkedHashSet<>(adaptedOtherwise(target, difference, next));
        others.addAll(forkedForTheLastTime(target, difference, after));
        others.addAll(behind(scalings));
        Set<String> region = region(difference, replacements.keySet(), others, !Pinning.kept(target, difference).isEmpty(), options);
        List<String> stateful = replacements.entrySet().stream()
                .filter(entry -> hasState(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        Commit commit = options.commit().orElse(stateful.isEmpty() && scalings.isEmpty() ? Commit.STREAM : Commit.HOLD);
        var inherited = new LinkedHashMap<>(replacements);
        inherited.keySet().removeAll(fresh);
        inherited.keySet().removeAll(scaled);
        var problems = new ArrayList<>(Connections.problems(flow, target, after, next.keySet()));
        Map<String, InitialFlow> initial = problems.isEmpty()
                ? initialFlows.of(flow, target, built(difference, replacements.keySet(), after, isRollback))
                : Map.of();
        initial.values().forEach(beside -> problems.addAll(beside.problems()));
        if (problems.isEmpty()) {
            problems.addAll(partnersMissing(target, after));
            problems.addAll(statesThatDoNotFit(inherited));
            scalings.forEach(scaling -> problems.addAll(Scalings.problems(flow, scaling, target, current, after, next.keySet())));
            problems.addAll(deadInputs(target, difference, after));
            if (commit == Commit.STREAM && !scalings.isEmpty()) {
                problems.add(flow + ": --commit stream lets the marker pass without waiting, and packets of one key could be handled by two"
                        + " replicas of " + scalings.getFirst().group() + " at a time; leave it to the plan, or say --commit hold");
            } else if (commit == Commit.STREAM && !stateful.isEmpty()) {
                problems.add(flow + ": --commit stream lets the marker pass without waiting, and the handover of "
                        + String.join(", ", stateful) + " can fail; leave it to the plan, or say --commit hold");
            }
        }
        List<String> notes = notes(target, difference, after, scalings);
        inherited.forEach((node, replacement) -> notes.addAll(Handovers.notes(node, replacement)));
        scalings.stream().filter(Scaling::sharesOut).forEach(scaling -> notes.add("the entries of " + scaling.group()
                + " move while the region waits, which takes the longer the more there are"));
        Plan plan = new Plan(
                flow,
                revision,
                target.without(STATE),
                difference,
                Map.copyOf(after),
                replacements,
                fresh,
                scalings,
                transfers(inherited),
                next,
                initial,
                region,
                options,
                commit,
                because(commit, stateful, scalings, options),
                isRollback ? notes : withEffects(notes, replacements, difference, after),
                isRollback ? remains(replacements, difference) : List.of(),
                List.copyOf(problems));
        return isRollback ? plan : plan.noting(Expansions.notes(plan, current));
    }

    /** What is built for the update: in a rollback, where instances that were kept are put in again, the nodes that come. */
    private static Map<String, OperatorVersion> built(
            Difference difference, Set<String> replaced, Map<String, OperatorVersion> after, boolean isRollback) {
        var built = new LinkedHashMap<>(after);
        built.keySet().removeIf(node -> !difference.added().contains(node) && (isRollback || !replaced.contains(node)));
        return built;
    }

    private static String because(Commit commit, List<String> stateful, List<Scaling> scalings, Options options) {
        if (!scalings.isEmpty()) {
            return "a key goes on in another replica of " + String.join(", ", scalings.stream().map(Scaling::group).toList())
                    + " when all that came before is done, so the region waits";
        }
        if (!stateful.isEmpty()) {
            return "the handover of " + String.join(", ", stateful) + " can fail, so the region waits until it is done";
        }
        return options.commit().isPresent() && commit == Commit.HOLD
                ? "asked for; no state is handed over, and the region waits until it is drained"
                : "no state is handed over, so no switch can fail and nobody waits";
    }

    /** The nodes, by their names now, that replicas lead to of which others come: they take what the old ones have emitted first. */
    private Set<String> behind(List<Scaling> scalings) {
        var nodes = new LinkedHashSet<String>();
        scalings.forEach(scaling -> graph.arcs().stream()
                .filter(arc -> scaling.before().contains(arc.from().node()))
                .forEach(arc -> nodes.add(arc.to().node())));
        return nodes;
    }

    /** The nodes, by their names now, that stay and take packets through other adapters afterwards. */
    private Set<String> adaptedOtherwise(Graph target, Difference difference, Map<Arc, Adapter> next) {
        var nodes = new LinkedHashSet<String>();
        for (Arc arc : target.arcs()) {
            String node = difference.formerNames().get(arc.to().node());
            if (node != null && !Objects.equals(adapters.get(arc), next.get(arc))) {
                nodes.add(node);
            }
        }
        return nodes;
    }

    /**
     * The nodes, by their names now, whose own region is smaller afterwards. Behind the update nobody looks for where ways parted that
     * are no more, and several packets of one request may still be on their way from there: the marker follows them.
     */
    private Set<String> forkedForTheLastTime(Graph target, Difference difference, Map<String, OperatorVersion> after) {
        Set<String> many = oneToMany();
        var manyAfter = new LinkedHashSet<>(target.nodes().keySet());
        manyAfter.removeIf(node -> !after.get(node).signature().oneToMany());
        boolean isMore = difference.removedArcs().isEmpty()
                && difference.removed().isEmpty()
                && difference.formerNames().entrySet().stream()
                        .allMatch(name -> manyAfter.contains(name.getKey()) || !many.contains(name.getValue()));
        var nodes = new LinkedHashSet<String>();
        if (!isMore) {
            difference.formerNames().forEach((node, before) -> {
                Set<String> then = Region.covering(target, manyAfter, Set.of(node));
                Set<String> named = new LinkedHashSet<>();
                then.forEach(name -> named.add(difference.formerNames().getOrDefault(name, name)));
                if (!named.containsAll(Region.covering(graph, many, Set.of(before)))) {
                    nodes.add(before);
                }
            });
        }
        return nodes;
    }

    /** The nodes, by their names now, that the marker passes. */
    private Set<String> region(
            Difference difference, Set<String> replaced, Set<String> others, boolean isPinning, Options options) {
        var targets = new LinkedHashSet<>(difference.removed());
        targets.addAll(others);
        replaced.forEach(node -> targets.add(difference.formerName(node)));
        difference.rewired().forEach(node -> targets.add(difference.formerName(node)));
        difference.moved().forEach(node -> targets.add(difference.formerName(node)));
        if (options.from() == Options.From.SOURCE) {
            return Region.fromEntrances(graph, oneToMany(), targets);
        }
        return isPinning ? Region.apart(graph, targets) : Region.covering(graph, oneToMany(), targets);
    }

    /** Plans for the flow as it is once a plan is carried out. */
    Planner after(Plan plan) {
        return new Planner(flow, revision + 1, plan.target().without(Difference.WAS), plan.versions(), plan.adapters(), conversions)
                .with(initialFlows);
    }

    /** The graph of the flow. */
    Graph graph() {
        return graph;
    }

    /** The nodes whose operators emit several packets for one, now or once plans are carried out. */
    Set<String> oneToMany(Collection<Plan> plans) {
        Set<String> nodes = oneToMany();
        plans.forEach(plan -> plan.versions().forEach((node, version) -> {
            if (version.signature().oneToMany()) {
                nodes.add(node);
            }
        }));
        return nodes;
    }

    /** The nodes whose operators now emit several packets for one; those that are to come emit behind the marker only. */
    private Set<String> oneToMany() {
        var nodes = new LinkedHashSet<>(graph.nodes().keySet());
        nodes.removeIf(node -> !current.get(node).signature().oneToMany());
        return nodes;
    }

    private List<String> partnersMissing(Graph target, Map<String, OperatorVersion> after) {
        var problems = new ArrayList<String>();
        Graph present = Pin.without(target); // kept nodes have partners of their own time
        present.nodes().keySet().forEach(node -> Choice.missing(present, after.get(node), after)
                .ifPresent(partner -> problems.add(flow + '/' + node + ": " + after.get(node).label() + " works only with " + partner
                        + ", and the plan has " + filling(partner.operator(), present, after) + "; name both in one change")));
        return problems;
    }

    /** @param inherited the replacements that take a state over */
    private List<String> statesThatDoNotFit(Map<String, Replacement> inherited) {
        var problems = new ArrayList<String>();
        inherited.forEach((node, replacement) -> States.problem(replacement.from(), replacement.to(), conversions.transfers())
                .ifPresent(problem -> problems.add(flow + '/' + node + ": " + replacement + ": " + problem
                        + "; or let it begin anew: " + node + '(' + replacement.to().operator() + ":state=fresh)")));
        return problems;
    }

    private Map<String, Transfer> transfers(Map<String, Replacement> inherited) {
        var transfers = new LinkedHashMap<String, Transfer>();
        inherited.forEach((node, replacement) -> States.transfer(replacement.from(), replacement.to(), conversions.transfers())
                .ifPresent(transfer -> transfers.put(node, transfer)));
        return transfers;
    }

    /** The groups of replicas that are others afterwards. */
    private List<Scaling> scalings(Graph target, Map<String, OperatorVersion> after) {
        return Scaling.between(graph, target).stream()
                .map(scaling -> scaling.keepingState(scaling.before().stream().anyMatch(node -> current.get(node).signature().keepsState())
                        && scaling.after().stream().anyMatch(node -> after.get(node).signature().keepsState())))
                .toList();
    }

    /** Nodes that have inputs and could get nothing on any, and are new or had an arc before. */
    private List<String> deadInputs(Graph target, Difference difference, Map<String, OperatorVersion> after) {
        var problems = new ArrayList<String>();
        for (String node : touched(difference)) {
            Set<String> inputs = after.get(node).signature().inputs().keySet();
            String before = difference.formerNames().get(node);
            if (!inputs.isEmpty() && !isFed(target, node) && (before == null || isFed(graph, before))) {
                problems.add(flow + '/' + node + ": no arc leads to " + after.get(node).label() + ", which takes from "
                        + String.join(", ", new TreeSet<>(inputs)) + "; connect it, or leave the node out");
            }
        }
        return problems;
    }

    private static boolean isFed(Graph graph, String node) {
        return graph.arcs().stream().anyMatch(arc -> arc.to().node().equals(node));
    }

    private static boolean leads(Graph graph, String node, String output) {
        return graph.arcs().stream().anyMatch(arc -> arc.from().node().equals(node) && arc.from().name().equals(output));
    }

    private List<String> notes(Graph target, Difference difference, Map<String, OperatorVersion> after, List<Scaling> scalings) {
        var notes = new ArrayList<String>();
        for (String node : touched(difference)) {
            for (String output : new TreeSet<>(after.get(node).signature().outputs().keySet())) {
                String before = difference.formerNames().get(node);
                if (!output.equals("ERROR") && !leads(target, node, output) && (before == null || leads(graph, before, output))) {
                    notes.add(node + '.' + output + " leads nowhere: what is emitted there is dropped");
                }
            }
        }
        Loops.of(target).forEach(loop -> loop.stream().filter(node -> after.get(node).signature().inLaterCalls())
                .filter(node -> touched(difference).contains(node)
                        || !after.get(node).equals(current.get(difference.formerNames().get(node))))
                .forEach(node -> notes.add(node + " is in a loop, and no marker waits there for what " + after.get(node).label()
                        + " emits in later calls: that may meet an update on its other side")));
        for (String node : difference.removed()) {
            boolean goesOn = scalings.stream().anyMatch(scaling -> scaling.sharesOut() && scaling.before().contains(node));
            if (current.get(node).signature().keepsState() && !goesOn) {
                notes.add("the state of " + node + " goes with it");
            }
        }
        return notes;
    }

    /** With what the operators that come do outside the flow. */
    private static List<String> withEffects(
            List<String> notes, Map<String, Replacement> replacements, Difference difference, Map<String, OperatorVersion> after) {
        var all = new ArrayList<>(notes);
        var coming = new LinkedHashMap<String, OperatorVersion>();
        replacements.forEach((node, replacement) -> coming.put(node, replacement.to()));
        difference.added().forEach(node -> coming.put(node, after.get(node)));
        coming.forEach((node, version) -> version.signature().effects()
                .forEach(effect -> all.add(node + ": " + version.label() + ' ' + effect + ", which no rollback takes back")));
        return all;
    }

    /** What the operators that go in a rollback have done outside the flow. */
    private List<String> remains(Map<String, Replacement> replacements, Difference difference) {
        var going = new LinkedHashMap<String, OperatorVersion>();
        replacements.forEach((node, replacement) -> going.put(node, replacement.from()));
        difference.removed().forEach(node -> going.put(node, current.get(node)));
        var remains = new ArrayList<String>();
        going.forEach((node, version) -> version.signature().effects()
                .forEach(effect -> remains.add(node + ": " + version.label() + ' ' + effect)));
        return remains;
    }

    private static Set<String> touched(Difference difference) {
        var touched = new LinkedHashSet<>(difference.added());
        touched.addAll(difference.rewired());
        return touched;
    }

    private static Set<String> fresh(Graph target, Set<String> replaced) {
        var fresh = new LinkedHashSet<>(replaced);
        fresh.removeIf(node -> !FRESH.equals(target.node(node).metadata().get(STATE)));
        return fresh;
    }

    /** Splits wishes into sets that depend on each other; each becomes one update with one marker. */
    public List<Map<String, OperatorVersion>> independent(Map<String, OperatorVersion> wishes) {
        var sets = new ArrayList<Map<String, OperatorVersion>>();
        var left = new LinkedHashMap<>(wishes);
        left.entrySet().removeIf(wish -> wish.getValue().equals(current.get(wish.getKey())));
        while (!left.isEmpty()) {
            var set = new LinkedHashSet<String>();
            var frontier = new ArrayList<>(List.of(left.firstEntry().getKey()));
            while (!frontier.isEmpty()) {
                String node = frontier.removeLast();
                if (set.add(node)) {
                    left.keySet().stream().filter(other -> depend(node, other, left)).forEach(frontier::add);
                }
            }
            var together = new LinkedHashMap<String, OperatorVersion>();
            set.forEach(node -> together.put(node, left.remove(node)));
            sets.add(together);
        }
        return sets;
    }

    /** Whether the version a node has, or is to have, depends on the operator of another node, or the other way round. */
    private boolean depend(String node, String other, Map<String, OperatorVersion> wishes) {
        return Replicas.group(graph.node(node)).equals(Replicas.group(graph.node(other)))
                || dependsOn(current.get(node), other)
                || dependsOn(wishes.get(node), other)
                || dependsOn(current.get(other), node)
                || dependsOn(wishes.get(other), node);
    }

    private boolean dependsOn(OperatorVersion version, String node) {
        String operator = graph.node(node).operator();
        return version.partners().stream().anyMatch(partner -> partner.operator().equals(operator));
    }

    private Plan refused(Graph target, Difference difference, List<String> problems) {
        return new Plan(flow, revision, target, difference, Map.of(), Map.of(), Set.of(), List.of(), Map.of(), Map.of(), Map.of(), Set.of(),
                Options.NONE,
                Commit.HOLD,
                "refused", List.of(), List.of(), List.copyOf(problems));
    }

    private String nothingFits(
            Node node, Collection<OperatorVersion> available, Graph target, Map<String, OperatorVersion> chosen) {
        List<OperatorVersion> inRange =
                available.stream().filter(version -> Choice.fits(version, node)).toList();
        for (OperatorVersion version : inRange) {
            var partner = Choice.missing(target, version, chosen);
            if (partner.isPresent()) {
                return flow + '/' + node.name() + ": " + version.label() + " works only with " + partner.get() + ", and the plan has "
                        + filling(partner.get().operator(), target, chosen) + "; name both in one change";
            }
        }
        List<String> there = available.stream()
                .filter(version -> version.operator().equals(node.operator()))
                .map(version -> version.version().toString())
                .sorted()
                .toList();
        return flow + '/' + node.name() + ": " + node.wish() + " is not there; "
                + (there.isEmpty() ? "no version is" : "there are " + there) + "; install and start its bundle";
    }

    private static String filling(String operator, Graph target, Map<String, OperatorVersion> versions) {
        return target.nodes().values().stream()
                .filter(node -> node.operator().equals(operator))
                .map(node -> versions.containsKey(node.name()) ? versions.get(node.name()).label() : "none in " + node.name())
                .findFirst()
                .orElse("no such node");
    }

    private static boolean hasState(Replacement replacement) {
        return replacement.from().signature().keepsState() || replacement.to().signature().keepsState();
    }
}
