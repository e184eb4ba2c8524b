package neurath.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import neurath.api.Context;
import neurath.api.InitializedBy;
import neurath.api.Operator;
import neurath.api.Parameters;
import neurath.graph.Arc;
import neurath.graph.Graph;
import neurath.graph.InitialPacket;
import neurath.graph.Node;
import neurath.graph.Port;
import neurath.graph.fbp.FbpParser;
import neurath.graph.fbp.FbpSyntaxException;
import org.osgi.framework.Version;

/**
 * The flow that makes a new instance ready, with what fills its nodes: it runs beside, once, and ends. The instance itself is one of its
 * nodes, {@value #INSTANCE} behind the node's name, to which lead what the declared flow exports.
 *
 * @param name of the flow: {@code web-server/load~init}
 * @param graph with the instance
 * @param versions what fills its nodes; of the instance, its own
 * @param adapters at the ends of its arcs
 * @see InitializedBy
 */
public record InitialFlow(String name, Graph graph, Map<String, OperatorVersion> versions, Map<Arc, Adapter> adapters) {
    private static final String INSTANCE = "~new";
    private static final String SUFFIX = "~init";

    /**
     * The initial flow of the instance that is to fill a node.
     *
     * @param flow name of the node's flow
     * @param target the graph of that flow, whose initial packets to the node the initial flow may ask for
     * @param chosen what fills the nodes of the declared flow
     * @param offered adapters
     */
    public static InitialFlow of(
            String flow, Graph target, String node, OperatorVersion version, Map<String, OperatorVersion> chosen, List<Adapter> offered) {
        Graph declared = version.signature().initialFlow().orElseThrow();
        String instance = node + INSTANCE;
        var nodes = new LinkedHashMap<>(declared.nodes());
        var arcs = new ArrayList<>(declared.arcs());
        var packets = new ArrayList<>(declared.initialPackets());
        var versions = new LinkedHashMap<>(chosen);
        if (!declared.outports().isEmpty()) {
            nodes.put(instance, new Node(instance, version.operator(), Map.of()));
            versions.put(instance, version);
        }
        declared.outports().forEach((name, from) -> arcs.add(new Arc(from, Port.of(instance, name))));
        declared.inports().forEach((name, to) -> target.initialPackets().stream()
                .filter(packet -> packet.to().equals(Port.of(node, name)))
                .forEach(packet -> packets.add(new InitialPacket(packet.data(), to))));
        var graph = new Graph(nodes, arcs, packets, new LinkedHashMap<>(), new LinkedHashMap<>());
        return new InitialFlow(
                flow + '/' + node + SUFFIX, graph, Map.copyOf(versions), Connections.adapters(graph, versions, Map.of(), offered));
    }

    /** Why it cannot run, one sentence each; empty if it can. */
    public List<String> problems() {
        var problems = new ArrayList<>(Connections.problems(name, graph, versions, adapters.keySet()));
        versions.forEach((node, version) -> {
            if (!node.endsWith(INSTANCE) && version.signature().initialFlow().isPresent()) {
                problems.add(name + '/' + node + ": " + version.label() + " has an initial flow itself; use an operator without one");
            }
            if (!node.endsWith(INSTANCE) && version.signature().changes().isPresent()) {
                problems.add(name + '/' + node + ": " + version.label() + " changes " + version.signature().changes().get()
                        + ", and an initial flow expands nothing; use an operator that changes nothing");
            }
        });
        return problems;
    }

    /** Its nodes with their versions, for people: {@code read site/read@1.0.0, warm site/warm@1.0.0}. */
    public String summary() {
        return graph.nodes().keySet().stream()
                .filter(node -> !node.endsWith(INSTANCE))
                .map(node -> node + ' ' + versions.get(node).label())
                .collect(Collectors.joining(", "));
    }

    /** What fills the nodes when it runs for an instance. */
    Map<String, OperatorVersion> versionsFor(Instance instance) {
        var filled = new LinkedHashMap<>(versions);
        filled.replaceAll((node, version) -> node.endsWith(INSTANCE) ? new Stand(version, instance) : version);
        return filled;
    }

    /**
     * The flow that an operator class declares.
     *
     * @throws IllegalArgumentException if it is not there, is none, or exports what the operator does not have
     */
    static Optional<Graph> declared(Class<? extends Operator> operator, Set<String> inputs, Parameters parameters) {
        InitializedBy declaration = operator.getAnnotation(InitializedBy.class);
        if (declaration == null) {
            return Optional.empty();
        }
        String who = operator.getName() + " is initialized by " + declaration.value();
        Graph graph = parse(operator, declaration.value(), who);
        Set<String> known = parameters == null ? Set.of() : ParameterBinder.ports(parameters.value()).keySet();
        check(graph.outports().keySet(), inputs, who + ", which leads to ", "input port");
        check(graph.inports().keySet(), known, who + ", which asks for ", "parameter");
        return Optional.of(graph);
    }

    private static Graph parse(Class<?> operator, String resource, String who) {
        try (InputStream text = operator.getResourceAsStream(resource)) {
            if (text == null) {
                throw new IllegalArgumentException(who + ", and there is no such resource in its bundle");
            }
            return new FbpParser().parse(new String(text.readAllBytes(), StandardCharsets.UTF_8));
        } catch (FbpSyntaxException e) {
            throw new IllegalArgumentException(who + ", which is no flow: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void check(Set<String> exported, Set<String> there, String who, String what) {
        exported.stream().filter(name -> !there.contains(name)).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException(
                    who + name + ", and the operator has no such " + what + "; there are " + new TreeSet<>(there));
        });
    }

    /** Stands for an instance in its initial flow: what comes to its ports the instance receives. */
    private record Stand(OperatorVersion standsFor, Instance instance) implements OperatorVersion {
        @Override
        public String operator() {
            return standsFor.operator();
        }

        @Override
        public Version version() {
            return standsFor.version();
        }

        @Override
        public String origin() {
            return standsFor.origin();
        }

        @Override
        public Signature signature() {
            Signature all = standsFor.signature();
            return new Signature(all.inputs(), Map.of(), Optional.empty(), Optional.empty(), List.of(), Map.of(), List.of(),
                    Optional.empty(), Optional.empty(), false, false, all.thread());
        }

        @Override
        public Operator create() {
            return new Operator() {
                @Override
                public void open(Context context) {
                    standsFor.signature().inputs().values().stream()
                            .filter(port -> instance.receives(port.name()))
                            .forEach(port -> context.receive(port.name(), port.type(), instance.receiver(port.name())));
                }
            };
        }

        @Override
        public void release(Operator operator) {}
    }
}
