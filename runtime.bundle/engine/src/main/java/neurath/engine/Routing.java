package neurath.engine;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import neurath.engine.Signature.PortType;
import neurath.graph.Arc;
import neurath.graph.Graph;
import neurath.graph.Replica;
import neurath.graph.Replicas;

/** Checks that packets can be shared among replicas: what feeds them has the key. Pure functions of values. */
public final class Routing {
    private Routing() {}

    /**
     * Checks every group of replicas.
     *
     * @param versions by node; they fit the graph otherwise
     * @param adapted the arcs at whose ends an adapter is
     * @return what does not fit, one sentence each; empty if all does
     */
    static List<String> problems(String flow, Graph graph, Map<String, OperatorVersion> versions, Set<Arc> adapted) {
        var problems = new LinkedHashSet<String>();
        Replicas.groups(graph).forEach((group, nodes) -> {
            String who = flow + '/' + group;
            Replica replica = Replica.of(graph.node(nodes.getFirst())).orElse(null);
            if (replica == null) {
                return;
            }
            Set<OperatorVersion> different = new LinkedHashSet<>();
            nodes.forEach(node -> different.add(versions.get(node)));
            if (different.size() > 1) {
                problems.add(who + ": its replicas would be of " + different.stream().map(OperatorVersion::label).toList()
                        + ", and all must be of one version; name " + group + " in the change");
            }
            List<Arc> feeding = graph.arcs().stream().filter(arc -> nodes.contains(arc.to().node())).toList();
            if (feeding.isEmpty()) {
                problems.add(who + ": no arc leads to its replicas, so there is nothing to share among them; leave replicas out");
            }
            boolean isSaid = graph.node(nodes.getFirst()).metadata().containsKey(Replica.KEY);
            feeding.forEach(arc -> problemOf(arc, replica.key(), isSaid, versions, adapted)
                    .ifPresent(problem -> problems.add(who + ": " + problem)));
            if (keyTypes(graph, nodes, versions, adapted).size() > 1) {
                problems.add(who + ": its packets have keys of several types, " + keyTypes(graph, nodes, versions, adapted).stream()
                        .map(Class::getName).toList() + ", and equal keys must go to one replica; choose a key that all have alike");
            }
        });
        return List.copyOf(problems);
    }

    /** The type of the keys by which packets are shared among replicas, if all of these have one and the same. */
    public static Optional<Class<?>> keyType(Graph graph, List<String> replicas, Map<String, OperatorVersion> versions, Set<Arc> adapted) {
        Set<Class<?>> types = keyTypes(graph, replicas, versions, adapted);
        return types.size() == 1 ? Optional.of(types.iterator().next()) : Optional.empty();
    }

    private static Set<Class<?>> keyTypes(
            Graph graph, List<String> replicas, Map<String, OperatorVersion> versions, Set<Arc> adapted) {
        var types = new LinkedHashSet<Class<?>>();
        graph.arcs().stream().filter(arc -> replicas.contains(arc.to().node())).forEach(arc -> Replica.of(graph.node(arc.to().node()))
                .flatMap(replica -> RoutingKey.named(replica.key()).type(packets(arc, versions, adapted)))
                .ifPresent(types::add));
        return types;
    }

    private static Optional<String> problemOf(
            Arc arc, String key, boolean isSaid, Map<String, OperatorVersion> versions, Set<Arc> adapted) {
        Class<?> packets = packets(arc, versions, adapted);
        String from = arc.from() + " (" + versions.get(arc.from().node()).label() + ")";
        Optional<Class<?>> type = RoutingKey.named(key).type(packets);
        if (type.isEmpty()) {
            return Optional.of("its packets are shared by key=" + key + ", and a " + packets.getName() + ", which comes from " + from
                    + ", has no public method " + key + "(); name one that it has, or write key=" + Replica.IT + " for the packet itself");
        }
        if (!isSaid && !isAValue(packets)) {
            return Optional.of("it does not say by what its packets are shared; write key= and a public method of " + packets.getName()
                    + ", or key=" + Replica.IT + " for the packet itself");
        }
        return RoutingKey.isByContent(type.get())
                ? Optional.empty()
                : Optional
                        .of("a " + type.get().getTypeName() + " is no key to share packets by: two that say the same are not equal; choose"
                                + " another key than " + key);
    }

    private static boolean isAValue(Class<?> type) {
        return type == String.class || type == Boolean.class || type == Character.class || Number.class.isAssignableFrom(type)
                || type.isEnum();
    }

    /** What the packets are known to be where they are shared: before an adapter, if there is one. */
    private static Class<?> packets(Arc arc, Map<String, OperatorVersion> versions, Set<Arc> adapted) {
        PortType out = versions.get(arc.from().node()).signature().outputs().get(arc.from().name());
        PortType in = versions.get(arc.to().node()).signature().inputs().get(arc.to().name());
        return adapted.contains(arc) ? out.type() : in.type();
    }
}
