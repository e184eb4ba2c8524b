package neurath.coordinator.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import neurath.engine.Adapter;
import neurath.engine.InitialFlow;
import neurath.engine.Marker.Commit;
import neurath.engine.OperatorVersion;
import neurath.engine.States;
import neurath.engine.Transfer;
import neurath.graph.Arc;
import neurath.graph.Difference;
import neurath.graph.Graph;
import neurath.graph.Replicas;
import neurath.graph.Sections;

/**
 * An update before it is carried out: data. Nodes have their names in the target, but for those of the region.
 *
 * @param flow name of the flow
 * @param revision of the graph it was made for
 * @param target the graph afterwards
 * @param difference what makes the running graph the target
 * @param versions what fills the nodes afterwards
 * @param replacements by node, in the order of the graph: what gets another instance
 * @param fresh of these, the nodes that begin anew instead of taking the state over
 * @param scalings the nodes that have other replicas afterwards
 * @param transfers by node: the transfer, offered by a bundle, by which it takes the state over
 * @param adapters what adapts packets at the ends of arcs afterwards
 * @param initialFlows by node: the flow that makes its new instance ready, where one does
 * @param region the nodes its marker passes, by their names now, in the order of the graph
 * @param options what a person decided
 * @param commit how the new epoch begins
 * @param because why it commits so
 * @param notes what to know before it is carried out
 * @param remains of a rollback, what was done outside the flow and is not taken back
 * @param problems why it cannot be carried out; empty if it can
 */
public record Plan(
        String flow,
        int revision,
        Graph target,
        Difference difference,
        Map<String, OperatorVersion> versions,
        Map<String, Replacement> replacements,
        Set<String> fresh,
        List<Scaling> scalings,
        Map<String, Transfer> transfers,
        Map<Arc, Adapter> adapters,
        Map<String, InitialFlow> initialFlows,
        Set<String> region,
        Options options,
        Commit commit,
        String because,
        List<String> notes,
        List<String> remains,
        List<String> problems) {

    /** One node's versions before and after; the same twice where an operator is opened anew, for other parameters or ports. */
    public record Replacement(OperatorVersion from, OperatorVersion to) {
        /** Whether it brings another version. */
        public boolean isOfVersion() {
            return !from.equals(to);
        }

        @Override
        public String toString() {
            if (!isOfVersion()) {
                return from.label() + " is opened anew (" + from.origin() + ')';
            }
            return from.operator().equals(to.operator())
                    ? from.label() + " -> " + to.version() + " (" + from.origin() + " -> " + to.origin() + ')'
                    : from.label() + " -> " + to.label() + " (" + from.origin() + " -> " + to.origin() + ')';
        }
    }

    /** The nodes that are kept for requests that began before, by the names of those that take their places. */
    public Map<String, String> pinned() {
        return Pinning.kept(target, difference);
    }

    /** The epoch whose requests are of the new versions, where those of earlier ones are not. */
    public OptionalInt epoch() {
        return pinned().isEmpty() ? OptionalInt.empty() : OptionalInt.of(revision);
    }

    /** The same plan with more to know. */
    Plan noting(List<String> more) {
        var all = new ArrayList<>(notes);
        all.addAll(more);
        return new Plan(
                flow, revision, target, difference, versions, replacements, fresh, scalings, transfers, adapters, initialFlows, region,
                options,
                commit, because, List.copyOf(all), remains, problems);
    }

    /** Whether there is nothing to do. */
    public boolean isEmpty() {
        return replacements.isEmpty()
                && difference.isStructureKept()
                && difference.renamed().isEmpty()
                && difference.moved().isEmpty()
                && problems.isEmpty();
    }

    /** The replacements that bring another version. */
    public Map<String, Replacement> versionReplacements() {
        var replaced = new LinkedHashMap<>(replacements);
        replaced.values().removeIf(replacement -> !replacement.isOfVersion());
        return replaced;
    }

    /** The versions that the plan brings, by node: where another instance comes, or the first one. */
    public Map<String, OperatorVersion> decided() {
        var decided = new LinkedHashMap<>(versions);
        decided.keySet().removeIf(node -> !replacements.containsKey(node) && !difference.added().contains(node));
        return decided;
    }

    /** In one line: {@code load 1.0.0 -> 2.0.0, + cache, - log}. */
    public String summary() {
        var parts = new ArrayList<String>();
        scalings.forEach(scaling -> parts.add(scaling.summary()));
        inOne(replaced()).forEach((node, replacement) -> parts.add(node + ' ' + inShort(replacement)));
        Map<String, String> pinned = pinned();
        pinned.forEach((node, kept) -> parts.add(node + ' ' + inShort(brings(node, kept)) + " beside " + kept));
        difference.added().stream()
                .filter(node -> !isOfScaling(node) && !pinned.containsKey(node))
                .forEach(node -> parts.add("+ " + node + ' ' + versions.get(node).version()));
        difference.removed().stream().filter(node -> !goesOn(node)).forEach(node -> parts.add("- " + node));
        difference.renamed().forEach((after, before) -> {
            if (!after.equals(pinned.get(before))) {
                parts.add(before + " is named " + after);
            }
        });
        difference.moved().forEach(node -> parts.add(node + " moves to " + section(node)));
        if (parts.isEmpty()) {
            parts.add(arcs());
        }
        return String.join(", ", parts);
    }

    private Replacement brings(String node, String kept) {
        return new Replacement(versions.get(kept), versions.get(node));
    }

    /** The replacements but for those that only another number of replicas brings. */
    private Map<String, Replacement> replaced() {
        var replaced = new LinkedHashMap<>(replacements);
        replaced.entrySet().removeIf(entry -> isOfScaling(entry.getKey()) && !entry.getValue().isOfVersion());
        return replaced;
    }

    /** With the group's name instead of all its replicas, where these are replaced alike. */
    private Map<String, Replacement> inOne(Map<String, Replacement> several) {
        var inOne = new LinkedHashMap<String, Replacement>();
        Map<String, List<String>> groups = Replicas.groups(target);
        several.forEach((node, replacement) -> {
            String group = Replicas.group(target.node(node));
            boolean alike = groups.get(group).stream().allMatch(other -> replacement.equals(several.get(other)));
            inOne.put(alike ? group : node, replacement);
        });
        return inOne;
    }

    private boolean begins(String nodeOrGroup) {
        return Replicas.groups(target).getOrDefault(nodeOrGroup, List.of(nodeOrGroup)).stream().anyMatch(fresh::contains);
    }

    /** Whether a node, by its name in the target, is one of other replicas than before. */
    public boolean isOfScaling(String node) {
        return scalings.stream().anyMatch(scaling -> scaling.after().contains(node));
    }

    /** Whether a node that is gone, by its name now, has others in its place. */
    private boolean goesOn(String node) {
        return scalings.stream().anyMatch(scaling -> scaling.before().contains(node));
    }

    private static String inShort(Replacement replacement) {
        if (!replacement.isOfVersion()) {
            return "opened anew";
        }
        boolean sameOperator = replacement.from().operator().equals(replacement.to().operator());
        return sameOperator
                ? replacement.from().version() + " -> " + replacement.to().version()
                : replacement.from().label() + " -> " + replacement.to().label();
    }

    private String saidRegion() {
        if (region.isEmpty()) {
            return "none: nothing that runs changes";
        }
        return epoch().isPresent() ? String.join(", ", region) + ", each for itself" : String.join(" -> ", region);
    }

    private String arcs() {
        return difference.addedArcs().size() + " arcs come, " + difference.removedArcs().size() + " go";
    }

    /** For people, on several lines. */
    @Override
    public String toString() {
        return text("plan");
    }

    String text(String title) {
        var text = new StringBuilder(title + " for " + flow + ", revision " + revision + '\n');
        if (isEmpty()) {
            return text.append("  nothing to do").toString();
        }
        operations().forEach(operation -> text.append("  ").append(operation).append('\n'));
        if (problems.isEmpty()) {
            handovers().forEach(handover -> text.append("  state   ").append(handover).append('\n'));
            adapters.forEach((arc, adapter) -> text.append("  adapt   ").append(arc).append("  by ").append(adapter.label()).append('\n'));
            initialFlows.forEach((node, initial) -> text.append("  init    ").append(node).append("  by its initial flow: ")
                    .append(initial.summary()).append('\n'));
            text.append("  region  ").append(saidRegion()).append('\n');
            if (options.from() == Options.From.SOURCE) {
                text.append("  from    source: the marker travels behind all that came in before it\n");
            }
            if (!pinned().isEmpty()) {
                text.append("  requests pin: those that began before end with the old versions, which are taken out then\n");
            }
            text.append("  commit  ").append(Options.text(commit)).append(": ").append(because).append('\n');
        }
        notes.forEach(note -> text.append("  note    ").append(note).append('\n'));
        remains.forEach(effect -> text.append("  remains ").append(effect).append('\n'));
        problems.forEach(problem -> text.append("  REFUSED ").append(problem).append('\n'));
        return text.toString().stripTrailing();
    }

    /** What it does, one line each. */
    public List<String> operations() {
        var operations = new ArrayList<String>();
        scalings.forEach(scaling -> operations.add(scaling.toString()));
        inOne(replaced()).forEach((node, replacement) -> operations.add("replace " + node + "  " + replacement
                + (begins(node) ? ", which begins anew" : "")));
        pinned().forEach((node, kept) -> operations.add("pin     " + node + "  " + brings(node, kept)
                + ", beside " + kept + " for requests that began before"));
        difference.added().forEach(node -> operations.add("insert  " + node + "  " + said(versions.get(node))));
        difference.removed().forEach(node -> operations.add("delete  " + node));
        difference.renamed().forEach((after, before) -> operations.add("rename  " + before + " -> " + after));
        difference.moved().forEach(node -> operations.add("move    " + node + " -> " + sectionAndMates(node)));
        difference.removedArcs().forEach(arc -> operations.add("cut     " + arc));
        difference.addedArcs().forEach(arc -> operations.add("connect " + arc));
        return operations;
    }

    /** How state passes, one line each node that takes one over from another version. */
    public List<String> handovers() {
        var handovers = new ArrayList<String>();
        versionReplacements().forEach((node, replacement) -> {
            if (!fresh.contains(node) && !isOfScaling(node) && States.isHandedOver(replacement.from(), replacement.to())) {
                handovers.add(node + "  "
                        + States.way(replacement.from(), replacement.to(), Optional.ofNullable(transfers.get(node))));
            }
        });
        return handovers;
    }

    /** {@code section io}. */
    private String section(String node) {
        String name = target.node(node).metadata().get(Sections.SECTION);
        return name == null ? "a section of its own" : "section " + name;
    }

    /** {@code section io, with read, parse}. */
    private String sectionAndMates(String node) {
        Set<String> mates = Sections.mates(target, node);
        return section(node) + (mates.isEmpty() ? "" : ", with " + String.join(", ", mates));
    }

    private static String said(OperatorVersion version) {
        return version == null ? "" : version.label() + " (" + version.origin() + ')';
    }
}
