package neurath.coordinator.plan;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import neurath.engine.OperatorVersion;
import neurath.engine.Routing;
import neurath.engine.Signature;
import neurath.engine.States;
import neurath.graph.Arc;
import neurath.graph.Graph;
import neurath.graph.Replica;

/** Whether the state of a node can be shared out among other replicas: what a plan asks before anything is touched. */
final class Scalings {
    private Scalings() {}

    /**
     * Why it cannot, with what to do.
     *
     * @param adapted the arcs of the target at whose ends an adapter is
     */
    static List<String> problems(
            String flow, Scaling scaling, Graph target, Map<String, OperatorVersion> current, Map<String, OperatorVersion> after,
            Set<Arc> adapted) {
        if (scaling.fresh()) {
            return List.of();
        }
        OperatorVersion to = after.get(scaling.after().getFirst());
        Set<OperatorVersion> from = new LinkedHashSet<>();
        scaling.before().forEach(node -> from.add(current.get(node)));
        var problems = new ArrayList<String>();
        for (OperatorVersion old : from) {
            problem(old.signature(), to.signature(), scaling, Routing.keyType(target, scaling.after(), after, adapted))
                    .ifPresent(problem -> problems.add(flow + '/' + scaling.group() + ": " + problem + "; or let it begin anew: "
                            + scaling.group() + '(' + to.operator() + ":state=fresh)"));
        }
        return problems;
    }

    private static Optional<String> problem(Signature from, Signature to, Scaling scaling, Optional<Class<?>> key) {
        if (!from.keepsState()) {
            return Optional.empty();
        }
        for (Signature one : List.of(from, to)) {
            if (one.state().isPresent()) {
                return Optional.of("it keeps a state " + one.state().get().getSimpleName()
                        + ", which cannot be shared out among replicas; keep it by key, in a @KeyedState");
            }
        }
        return States.problem(from, to).or(() -> scaling.after().size() == 1 ? Optional.empty() : misrouted(to, scaling, key));
    }

    /** A map whose keys are not those by which packets are shared: nobody could tell which replica will ask for an entry. */
    private static Optional<String> misrouted(Signature to, Scaling scaling, Optional<Class<?>> key) {
        return to.keyed().values().stream()
                .filter(map -> !key.equals(Optional.of(map.key())))
                .findFirst()
                .map(map -> "the keys of its keyed state '" + map.name() + "' are of " + map.key().getName()
                        + ", and its packets are shared by "
                        + scaling.key().orElse(Replica.IT) + ", which is of " + key.map(Class::getName).orElse("no one type")
                        + "; share them by what the state is kept by");
    }
}
