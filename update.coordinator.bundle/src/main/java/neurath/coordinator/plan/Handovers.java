package neurath.coordinator.plan;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import neurath.coordinator.plan.Plan.Replacement;
import neurath.engine.Signature;
import neurath.engine.Signature.KeyedType;

/** What a handover means for those who wait: what is copied ahead, and what moves while the region stands still. */
final class Handovers {
    private Handovers() {}

    /** What to know of the handover to a new instance, for people. */
    static List<String> notes(String node, Replacement replacement) {
        var notes = new ArrayList<String>();
        Signature from = replacement.from().signature();
        Signature to = replacement.to().signature();
        List<String> copied = from.keyed().values().stream()
                .filter(map -> to.keyed().containsKey(map.name()) && !map.equals(to.keyed().get(map.name())))
                .map(KeyedType::name)
                .toList();
        if (!copied.isEmpty()) {
            notes.add("the entries of " + node + " (" + String.join(", ", copied)
                    + ") are copied ahead; only what changes meanwhile moves while the region waits");
        }
        if (to.state().isPresent()) {
            from.state().flatMap(Handovers::growing).ifPresent(component -> notes.add("the state of " + node
                    + " moves whole while the region waits, which takes the longer the more there is in " + component
                    + "; keyed state would be copied ahead"));
        }
        return notes;
    }

    /** A component that can hold any number of things. */
    private static Optional<String> growing(Class<? extends Record> state) {
        return Arrays.stream(state.getRecordComponents())
                .filter(component -> isGrowing(component.getType()))
                .map(RecordComponent::getName)
                .findFirst();
    }

    private static boolean isGrowing(Class<?> type) {
        return Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type) || type.isArray();
    }
}
