package neurath.engine;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import neurath.api.Default;

/** Whether every value of one type can be mapped to another type: what can be known of a handover without a state. */
final class Shapes {
    /** Records that were compared already, or are being compared: a record may hold its own kind. */
    private final Set<Pair> compared = new HashSet<>();

    private Shapes() {}

    private record Pair(Class<?> from, Class<?> to) {}

    /** Why it cannot, beginning with the place; empty if it can. */
    static Optional<String> mismatch(Type from, Type to) {
        return new Shapes().compare(from, to);
    }

    /** A component, however deep, that a record has and the one it is mapped to has not; empty if nothing is left behind. */
    static Optional<String> loss(Class<?> from, Class<?> to) {
        if (from == to || !from.isRecord() || !to.isRecord()) {
            return Optional.empty();
        }
        Map<String, RecordComponent> kept = components(to);
        for (RecordComponent component : from.getRecordComponents()) {
            RecordComponent there = kept.get(component.getName());
            if (there == null) {
                return Optional.of(component.getName());
            }
            Optional<String> deeper = component.getType() == from ? Optional.empty() : loss(component.getType(), there.getType());
            if (deeper.isPresent()) {
                return deeper.map(name -> component.getName() + '.' + name);
            }
        }
        return Optional.empty();
    }

    /** The class without its type arguments; of a wildcard or a type variable its bound. */
    static Class<?> raw(Type type) {
        return switch (type) {
            case Class<?> c -> c;
            case ParameterizedType p -> (Class<?>) p.getRawType();
            case GenericArrayType a -> Array.newInstance(raw(a.getGenericComponentType()), 0).getClass();
            case WildcardType w -> raw(w.getUpperBounds()[0]);
            case TypeVariable<?> v -> raw(v.getBounds()[0]);
            default -> Object.class;
        };
    }

    /** Whether there are records among the type arguments, however deep. */
    static boolean holdsRecords(Type type) {
        return raw(type).isRecord()
                || type instanceof ParameterizedType p && Arrays.stream(p.getActualTypeArguments()).anyMatch(Shapes::holdsRecords);
    }

    /** The components of a record, by name. */
    static Map<String, RecordComponent> components(Class<?> type) {
        var components = new LinkedHashMap<String, RecordComponent>();
        for (RecordComponent component : type.getRecordComponents()) {
            components.put(component.getName(), component);
        }
        return components;
    }

    private Optional<String> compare(Type from, Type to) {
        if (from.equals(to)) {
            return Optional.empty();
        }
        Class<?> rawFrom = raw(from);
        Class<?> rawTo = raw(to);
        if (rawFrom.isRecord() && rawTo.isRecord()) {
            return compared.add(new Pair(rawFrom, rawTo)) ? compareRecords(rawFrom, rawTo) : Optional.empty();
        }
        if (!rawTo.isAssignableFrom(rawFrom)) {
            return Optional.of(rawFrom.getName() + " is no " + rawTo.getName()
                    + (rawFrom.getName().equals(rawTo.getName())
                            ? ": the same class name from two class loaders; only records are mapped, other types must be of the JDK or of an"
                                    + " exported package"
                            : ""));
        }
        if (to instanceof ParameterizedType wanted && from instanceof ParameterizedType given) {
            return compareArguments(given, wanted);
        }
        return Optional.empty();
    }

    private Optional<String> compareArguments(ParameterizedType from, ParameterizedType to) {
        if (holdsRecords(to) && !isMade(raw(to))) {
            return Optional.of("records in a " + raw(to).getSimpleName() + " are not mapped; hold them in a List, Set, Map or Optional");
        }
        Type[] given = from.getActualTypeArguments();
        Type[] wanted = to.getActualTypeArguments();
        for (int i = 0; i < Math.min(given.length, wanted.length); i++) {
            Optional<String> mismatch = compare(given[i], wanted[i]);
            if (mismatch.isPresent()) {
                return mismatch;
            }
        }
        return Optional.empty();
    }

    /** Whether what {@link StateMapping} makes of a collection fits the type. */
    private static boolean isMade(Class<?> type) {
        return type == Optional.class
                || type.isAssignableFrom(ArrayList.class)
                || type.isAssignableFrom(LinkedHashSet.class)
                || type.isAssignableFrom(LinkedHashMap.class);
    }

    private Optional<String> compareRecords(Class<?> from, Class<?> to) {
        Map<String, RecordComponent> given = components(from);
        for (RecordComponent wanted : to.getRecordComponents()) {
            RecordComponent old = given.get(wanted.getName());
            Optional<String> mismatch =
                    old == null ? withoutValue(wanted)
                            : compare(old.getGenericType(), wanted.getGenericType()).map(deeper -> ", " + deeper);
            if (mismatch.isPresent()) {
                return mismatch.map(reason -> old == null ? reason : "component " + wanted.getName() + reason);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> withoutValue(RecordComponent wanted) {
        Default fallback = wanted.getAnnotation(Default.class);
        if (fallback == null) {
            return Optional.of("nothing is there for its component " + wanted.getName());
        }
        try {
            ParameterBinder.convert(fallback.value(), wanted.getType());
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of("the default of its new component " + wanted.getName() + ", '" + fallback.value() + "', is no "
                    + wanted.getType().getSimpleName() + " (" + e.getMessage() + ')');
        }
    }
}
