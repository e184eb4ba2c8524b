package neurath.coordinator.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import neurath.graph.Graph;
import neurath.graph.Node;
import neurath.graph.Replica;
import neurath.graph.Replicas;

/**
 * Another number of replicas of a node, or another key by which they share its packets. All of them get new instances.
 *
 * @param group name of the node as it is written afterwards
 * @param before the nodes that work now, by their names now, in the order of their indices
 * @param after the nodes that are to work, by their names in the target
 * @param keyBefore by what packets are shared now; empty if there is one node
 * @param key by what they are shared afterwards
 * @param fresh whether it begins anew
 * @param keepsState whether it has entries to be shared out
 */
public record Scaling(
        String group, List<String> before, List<String> after, Optional<String> keyBefore, Optional<String> key, boolean fresh,
        boolean keepsState) {

    /**
     * The nodes whose replicas are others in one graph than in another.
     *
     * @throws IllegalArgumentException if two nodes claim one former name
     */
    static List<Scaling> between(Graph earlier, Graph later) {
        Map<String, List<String>> before = Replicas.groups(earlier);
        Map<String, List<String>> after = Replicas.groups(later);
        Map<String, String> formerNames = formerNames(before, after, later);
        var scalings = new ArrayList<Scaling>();
        formerNames.forEach((group, was) -> {
            List<String> old = before.get(was);
            List<String> next = after.get(group);
            Optional<String> keyBefore = key(earlier, old);
            Optional<String> key = key(later, next);
            if (old.size() != next.size() || !keyBefore.equals(key)) {
                boolean fresh = Planner.FRESH.equals(later.node(next.getFirst()).metadata().get(Planner.STATE));
                scalings.add(new Scaling(group, old, next, keyBefore, key, fresh, false));
            }
        });
        return scalings;
    }

    private static Optional<String> key(Graph graph, List<String> nodes) {
        return Replica.of(graph.node(nodes.getFirst())).map(Replica::key);
    }

    /** Of the groups that are there before and after: the name before, by the name after. Who says that it was another comes first. */
    private static Map<String, String> formerNames(Map<String, List<String>> before, Map<String, List<String>> after, Graph later) {
        var claims = new LinkedHashMap<String, String>();
        after.forEach((group, nodes) -> {
            Node node = later.node(nodes.getFirst());
            String was = Replicas.formerGroup(node);
            if (was != null && before.containsKey(was) && !before.containsKey(group)) {
                String other = claims.put(was, group);
                if (other != null) {
                    throw new IllegalArgumentException(
                            "nodes '" + other + "' and '" + group + "' both say that they were '" + was + "'; only one can be");
                }
            }
        });
        before.keySet().stream().filter(after::containsKey).forEach(group -> claims.putIfAbsent(group, group));
        var formerNames = new LinkedHashMap<String, String>();
        claims.forEach((was, group) -> formerNames.put(group, was));
        return formerNames;
    }

    /** Whether entries are shared out: if not, the new instances begin with nothing. */
    public boolean sharesOut() {
        return keepsState && !fresh;
    }

    Scaling keepingState(boolean keeps) {
        return new Scaling(group, before, after, keyBefore, key, fresh, keeps);
    }

    /** In short: {@code count 4 -> 6 replicas}. */
    String summary() {
        return before.size() == after.size()
                ? group + " shared by key " + key.orElse(Replica.IT)
                : group + ' ' + before.size() + " -> " + after.size() + (after.size() == 1 ? " node" : " replicas");
    }

    /** For people: {@code replicas of count: 4 -> 6, state re-partitioned by key word}. */
    @Override
    public String toString() {
        String number = before.size() == after.size() ? String.valueOf(after.size()) : before.size() + " -> " + after.size();
        String by = key.map(name -> " by key " + name).orElse("");
        String otherwise = keyBefore.isPresent() && key.isPresent() && !keyBefore.equals(key) ? ", and no more by " + keyBefore.get() : "";
        return "replicas of " + group + ": " + number + ", " + what() + by + otherwise;
    }

    private String what() {
        if (fresh) {
            return "state begins anew, packets shared";
        }
        if (after.size() == 1) {
            return keepsState ? "state brought together" : "packets go to one";
        }
        return keepsState ? "state re-partitioned" : "packets shared";
    }
}
