package neurath.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import neurath.engine.Signature.PortType;
import neurath.graph.Arc;
import neurath.graph.Graph;
import neurath.graph.InitialPacket;
import neurath.graph.Port;

/** Checks that operator versions fit a graph: ports exist, types agree, parameters are known. A pure function of values. */
public final class Connections {
    private final String flow;
    private final Graph graph;
    private final Map<String, OperatorVersion> versions;
    private final List<String> problems = new ArrayList<>();

    private Connections(String flow, Graph graph, Map<String, OperatorVersion> versions) {
        this.flow = flow;
        this.graph = graph;
        this.versions = versions;
    }

    /**
     * Checks every arc and initial packet.
     *
     * @param versions by node; one for every node of the graph
     * @return what does not fit, one sentence each, with both ends named; empty if all does
     */
    public static List<String> problems(String flow, Graph graph, Map<String, OperatorVersion> versions) {
        var check = new Connections(flow, graph, versions);
        check.everyNodeIsFilled();
        if (check.problems.isEmpty()) {
            graph.arcs().forEach(check::typesAgree);
            check.noArcIsThereTwice();
            graph.initialPackets().forEach(check::parameterIsKnown);
            check.noParameterIsThereTwice();
        }
        return List.copyOf(check.problems);
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
        if (out == null || in == null || in.type().isAssignableFrom(out.type())) {
            return;
        }
        String why = out.type().getName().equals(in.type().getName())
                ? "the same class name from two class loaders, " + out.type().getClassLoader() + " and "
                        + in.type().getClassLoader() + "; both bundles must import the package from one bundle"
                : "a " + out.type().getName() + " is no " + in.type().getName();
        problems.add(end(arc.from()) + " cannot feed " + end(arc.to()) + ": " + why);
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

    private Signature signature(Port port) {
        return versions.get(port.node()).signature();
    }

    private String end(Port port) {
        OperatorVersion version = versions.get(port.node());
        return flow + '/' + port + " (" + version.label() + " of " + version.origin() + ')';
    }
}
