package neurath.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import neurath.engine.Signature.PortType;
import neurath.graph.Arc;
import neurath.graph.Graph;
import neurath.graph.InitialPacket;
import neurath.graph.Loops;
import neurath.graph.Port;
import neurath.graph.Sections;

/** Checks that operator versions fit a graph: ports exist, types agree, parameters are known. A pure function of values. */
public final class Connections {
    private final String flow;
    private final Graph graph;
    private final Map<String, OperatorVersion> versions;
    private final Set<Arc> adapted;
    private final List<String> problems = new ArrayList<>();

    private Connections(String flow, Graph graph, Map<String, OperatorVersion> versions, Set<Arc> adapted) {
        this.flow = flow;
        this.graph = graph;
        this.versions = versions;
        this.adapted = adapted;
    }

    /**
     * Checks every arc and initial packet.
     *
     * @param versions by node; one for every node of the graph
     * @return what does not fit, one sentence each, with both ends named; empty if all does
     */
    public static List<String> problems(String flow, Graph graph, Map<String, OperatorVersion> versions) {
        return problems(flow, graph, versions, Set.of());
    }

    /**
     * The same for a graph with adapters.
     *
     * @param adapted the arcs at whose ends one is, see {@link #adapters}
     */
    public static List<String> problems(String flow, Graph graph, Map<String, OperatorVersion> versions, Set<Arc> adapted) {
        var check = new Connections(flow, graph, versions, adapted);
        check.everyNodeIsFilled();
        if (check.problems.isEmpty()) {
            graph.arcs().forEach(check::typesAgree);
            check.noArcIsThereTwice();
            graph.initialPackets().forEach(check::parameterIsKnown);
            check.noParameterIsThereTwice();
            check.sectionsCanBeShared();
        }
        if (check.problems.isEmpty()) {
            check.problems.addAll(Routing.problems(flow, graph, versions, adapted));
        }
        return List.copyOf(check.problems);
    }

    /**
     * The adapters that arcs need whose ends do not agree: the one that is there, if it still fits, or the first offered that does. An arc
     * that none fits is left out.
     *
     * @param there at the ends of the arcs now
     */
    public static Map<Arc, Adapter> adapters(
            Graph graph, Map<String, OperatorVersion> versions, Map<Arc, Adapter> there, List<Adapter> offered) {
        var adapters = new LinkedHashMap<Arc, Adapter>();
        for (Arc arc : graph.arcs()) {
            PortType out = declared(versions.get(arc.from().node()), arc.from(), Signature::outputs);
            PortType in = declared(versions.get(arc.to().node()), arc.to(), Signature::inputs);
            if (out != null && in != null && !in.type().isAssignableFrom(out.type())) {
                Stream.concat(Stream.ofNullable(there.get(arc)), offered.stream())
                        .filter(adapter -> Adaptation.isPossible(adapter, out.type(), in.type()))
                        .findFirst()
                        .ifPresent(adapter -> adapters.put(arc, adapter));
            }
        }
        return adapters;
    }

    private static PortType declared(OperatorVersion version, Port port, Function<Signature, Map<String, PortType>> ports) {
        return version == null ? null : ports.apply(version.signature()).get(port.name());
    }

    private void everyNodeIsFilled() {
        if (graph.nodes().isEmpty()) {
            problems.add(flow + ": the graph has no node; write at least one arc, as in a(x/a) OUT -> IN b(x/b)");
        }
        graph.nodes().forEach((name, node) -> {
            if (!versions.containsKey(name)) {
                problems.add(flow + '/' + name + ": no version of " + node.wish() + " is there");
            }
        });
    }

    private void typesAgree(Arc arc) {
        PortType out = port(arc.from(), signature(arc.from()).outputs(), "output");
        PortType in = port(arc.to(), signature(arc.to()).inputs(), "input");
        if (out == null || in == null) {
            return;
        }
        isForPackets(arc.from(), out);
        isForPackets(arc.to(), in);
        if (in.type().isAssignableFrom(out.type()) || adapted.contains(arc)) {
            return;
        }
        String why = out.type().getName().equals(in.type().getName())
                ? "the same class name from two class loaders, " + out.type().getClassLoader() + " and "
                        + in.type().getClassLoader() + "; both bundles must import the package from one bundle, or a bundle must offer a"
                        + " PacketAdapter"
                : "a " + out.type().getName() + spaceOf(out.type()) + " is no " + in.type().getName() + spaceOf(in.type());
        problems.add(end(arc.from()) + " cannot feed " + end(arc.to()) + ": " + why);
    }

    /** Where a class comes from, if not from the JDK. */
    private static String spaceOf(Class<?> type) {
        return type.getClassLoader() == null ? "" : " of " + type.getClassLoader();
    }

    private void isForPackets(Port port, PortType type) {
        if (versions.get(port.node()).isOfAnOperator(type.type())) {
            problems.add(
                    end(port) + ": its type " + type.type().getName() + " is a class of an operator's bundle, which other versions do not"
                            + " know; put it into an exported, versioned package of a bundle without operators");
        }
    }

    private PortType port(Port port, Map<String, PortType> declared, String direction) {
        PortType type = declared.get(port.name());
        if (type == null) {
            problems.add(end(port) + ": no such " + direction + " port; there are " + new LinkedHashSet<>(declared.keySet()));
        } else if (type.array() != port.index().isPresent()) {
            problems.add(
                    end(port) + (type.array() ? ": an array port needs an index, as in " + port.name() + "[0]" : ": not an array port"));
        }
        return type;
    }

    private void noArcIsThereTwice() {
        var arcs = new HashSet<Arc>();
        for (Arc arc : graph.arcs()) {
            if (!arcs.add(arc)) {
                problems.add(flow + ": the arc " + arc + " is there twice");
            }
        }
    }

    private void parameterIsKnown(InitialPacket packet) {
        Set<String> known = new LinkedHashSet<>();
        signature(packet.to()).parameters().ifPresent(shape -> known.addAll(ParameterBinder.ports(shape).keySet()));
        if (!known.contains(packet.to().name())) {
            problems.add(end(packet.to()) + ": no such parameter for '" + packet.data() + "'; there are " + known);
        }
    }

    private void noParameterIsThereTwice() {
        var ports = new HashSet<Port>();
        for (InitialPacket packet : graph.initialPackets()) {
            if (!ports.add(packet.to())) {
                problems.add(end(packet.to()) + ": the parameter is given twice, the second time as '" + packet.data() + '\'');
            }
        }
    }

    private void sectionsCanBeShared() {
        var inLoops = new HashSet<String>();
        Loops.of(graph).forEach(inLoops::addAll);
        for (Set<String> section : Sections.of(graph)) {
            if (section.size() > 1) {
                section.forEach(node -> canShare(node, inLoops));
            }
        }
    }

    private void canShare(String node, Set<String> inLoops) {
        if (inLoops.contains(node)) {
            OperatorVersion version = versions.get(node);
            problems.add(flow + '/' + node + ": " + version.label() + " of " + version.origin() + " cannot share section "
                    + graph.node(node).metadata().get(Sections.SECTION) + " with " + String.join(", ", Sections.mates(graph, node))
                    + ": it is in a loop, and a loop drains on threads of its own; leave " + Sections.SECTION + "= out at " + node);
        }
    }

    private Signature signature(Port port) {
        return versions.get(port.node()).signature();
    }

    private String end(Port port) {
        OperatorVersion version = versions.get(port.node());
        return flow + '/' + port + " (" + version.label() + " of " + version.origin() + ')';
    }
}
