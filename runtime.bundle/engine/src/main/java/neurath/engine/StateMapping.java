package neurath.engine;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import neurath.api.Default;
import neurath.api.StateTransfer;

/**
 * Brings the state of one operator version into the shape of another, across class loaders.
 *
 * <p>Records of the same name are mapped component by component, by name; values of other types pass by reference, which they can only
 * where both sides mean the same class. A component that is new takes its {@link Default}; one that went is left behind. Everything
 * that can be known without a state is known by {@link #problem}.
 */
final class StateMapping {
    /** What is known of the records that were met. One mapping is used by one thread at a time. */
    private final Map<Pair, RecordMapping> records = new HashMap<>();

    private record Pair(Class<?> from, Class<?> to) {}

    /** Why a state of the old version cannot become one of the new, or empty if it can. */
    static Optional<String> problem(Signature from, Signature to) {
        if (from.state().isEmpty()) {
            return Optional.empty();
        }
        if (to.state().isEmpty()) {
            return Optional.of("the old version keeps state and the new one keeps none, so it would be lost; make the new one Stateful");
        }
        Class<? extends Record> old = from.state().get();
        Class<? extends Record> wanted = to.state().get();
        for (var transfer : to.transfers()) {
            Optional<String> misfit = misfit(transfer, wanted);
            if (misfit.isPresent()) {
                return misfit;
            }
        }
        if (transfer(old, from, to).isPresent()) {
            return Optional.empty();
        }
        return Shapes.mismatch(old, wanted)
                .map(mismatch -> "the state " + old.getSimpleName() + " does not fit: " + mismatch
                        + "; give the new version a @TransferredBy, or the component a @Default");
    }

    /** Why a transfer that a version declares has nothing to do with its state, if so: it makes it, or it brings it back. */
    private static Optional<String> misfit(Class<?> transfer, Class<?> state) {
        List<Class<?>> shapes;
        try {
            shapes = TypeArguments.of(transfer, StateTransfer.class);
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
        }
        return shapes.contains(state)
                ? Optional.empty()
                : Optional.of("its transfer " + transfer.getSimpleName() + " makes a " + shapes.getLast().getSimpleName() + " and not a "
                        + state.getSimpleName());
    }

    /**
     * The transfer from one version's state to another's: one that the later version has for what came before it, or one that the earlier
     * has for the way back.
     */
    private static Optional<Class<? extends StateTransfer<?, ?>>> transfer(Class<?> state, Signature from, Signature to) {
        Class<?> wanted = to.state().orElseThrow();
        for (var forwards : to.transfers()) {
            if (shapeAfter(forwards) == wanted && Shapes.mismatch(state, shapeBefore(forwards)).isEmpty()) {
                return Optional.of(forwards);
            }
        }
        for (var backwards : from.transfers()) {
            if (shapeBefore(backwards) == state && Shapes.mismatch(shapeAfter(backwards), wanted).isEmpty()) {
                return Optional.of(backwards);
            }
        }
        return Optional.empty();
    }

    /** The transfer that a version declares for the state of the other, if one does. */
    static Optional<Class<? extends StateTransfer<?, ?>>> declared(Signature from, Signature to) {
        return from.state().flatMap(state -> transfer(state, from, to));
    }

    /** Why a transfer that a bundle offers does not bring a state of the old version into the new one's shape; empty if it does. */
    static Optional<String> problem(Class<?> offered, Signature from, Signature to) {
        return Shapes.mismatch(from.state().orElseThrow(), shapeBefore(offered))
                .map(mismatch -> "does not take the state: " + mismatch)
                .or(() -> Shapes.mismatch(shapeAfter(offered), to.state().orElseThrow())
                        .map(mismatch -> "does not make the state: " + mismatch));
    }

    /** The state in the new version's shape, by a transfer that a bundle offers. */
    static Record bring(Record state, StateTransfer<?, ?> offered, Signature to) throws Exception {
        @SuppressWarnings("unchecked")
        var transfer = (StateTransfer<Record, Record>) offered;
        Record made = transfer.transfer(map(state, shapeBefore(offered.getClass())));
        return map(made, to.state().orElseThrow());
    }

    /** The state in the new version's shape. */
    static Record bring(Record state, Signature from, Signature to) throws Exception {
        Class<? extends Record> wanted = to.state().orElseThrow();
        var transfer = transfer(state.getClass(), from, to);
        return transfer.isPresent()
                ? map(transferred(transfer.get(), map(state, shapeBefore(transfer.get()))), wanted)
                : map(state, wanted);
    }

    @SuppressWarnings("unchecked")
    private static Record transferred(Class<? extends StateTransfer<?, ?>> type, Record old) throws Exception {
        Constructor<? extends StateTransfer<?, ?>> constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        return ((StateTransfer<Record, Record>) constructor.newInstance()).transfer(old);
    }

    private static Class<? extends Record> shapeBefore(Class<?> transfer) {
        return TypeArguments.of(transfer, StateTransfer.class).getFirst().asSubclass(Record.class);
    }

    private static Class<?> shapeAfter(Class<?> transfer) {
        return TypeArguments.of(transfer, StateTransfer.class).getLast();
    }

    private static Record map(Record state, Class<? extends Record> to) throws Exception {
        return (Record) new StateMapping().map(state, (Type) to);
    }

    /** A value in the shape of another type. */
    Object map(Object value, Type to) throws Exception {
        if (value == null) {
            return null;
        }
        if (value instanceof Record old && Shapes.raw(to).isRecord() && old.getClass() != Shapes.raw(to)) {
            return mapRecord(old, Shapes.raw(to));
        }
        if (!(to instanceof ParameterizedType parameterized)
                || Arrays.stream(parameterized.getActualTypeArguments()).noneMatch(Shapes::holdsRecords)) {
            return value;
        }
        Type[] arguments = parameterized.getActualTypeArguments();
        return switch (value) {
            case List<?> list -> mapAll(list, arguments[0], new ArrayList<>(list.size()));
            case Set<?> set -> mapAll(set, arguments[0], new LinkedHashSet<>());
            case Map<?, ?> map -> mapEntries(map, arguments);
            case Optional<?> optional ->
                    optional.isEmpty() ? optional : Optional.of(map(optional.get(), arguments[0]));
            default -> value;
        };
    }

    private <C extends Collection<Object>> C mapAll(Iterable<?> values, Type to, C mapped) throws Exception {
        for (Object value : values) {
            mapped.add(map(value, to));
        }
        return mapped;
    }

    private Map<Object, Object> mapEntries(Map<?, ?> entries, Type[] to) throws Exception {
        var mapped = new LinkedHashMap<>();
        for (var entry : entries.entrySet()) {
            mapped.put(map(entry.getKey(), to[0]), map(entry.getValue(), to[1]));
        }
        return mapped;
    }

    private Record mapRecord(Record old, Class<?> to) throws Exception {
        var pair = new Pair(old.getClass(), to);
        RecordMapping mapping = records.get(pair);
        if (mapping == null) {
            mapping = RecordMapping.between(old.getClass(), to);
            records.put(pair, mapping);
        }
        return mapping.map(old, this);
    }

    /**
     * How a record becomes another, looked up once.
     *
     * @param accessors by component of the new record; {@code null} where the old has none
     * @param defaults by component of the new record, where the old has none
     */
    private record RecordMapping(Constructor<?> constructor, Type[] types, Method[] accessors, Object[] defaults) {
        static RecordMapping between(Class<?> from, Class<?> to) throws ReflectiveOperationException {
            Map<String, RecordComponent> given = Shapes.components(from);
            RecordComponent[] wanted = to.getRecordComponents();
            var accessors = new Method[wanted.length];
            var defaults = new Object[wanted.length];
            for (int i = 0; i < wanted.length; i++) {
                RecordComponent old = given.get(wanted[i].getName());
                if (old == null) {
                    defaults[i] = ParameterBinder.convert(wanted[i].getAnnotation(Default.class).value(), wanted[i].getType());
                } else {
                    accessors[i] = old.getAccessor();
                    accessors[i].setAccessible(true);
                }
            }
            Class<?>[] classes = Arrays.stream(wanted).map(RecordComponent::getType).toArray(Class<?>[]::new);
            Constructor<?> constructor = to.getDeclaredConstructor(classes);
            constructor.setAccessible(true);
            Type[] types = Arrays.stream(wanted).map(RecordComponent::getGenericType).toArray(Type[]::new);
            return new RecordMapping(constructor, types, accessors, defaults);
        }

        Record map(Record old, StateMapping deeper) throws Exception {
            Object[] arguments = defaults.clone();
            for (int i = 0; i < accessors.length; i++) {
                if (accessors[i] != null) {
                    arguments[i] = deeper.map(accessors[i].invoke(old), types[i]);
                }
            }
            try {
                return (Record) constructor.newInstance(arguments);
            } catch (InvocationTargetException e) {
                String name = constructor.getDeclaringClass().getSimpleName();
                throw new IllegalStateException("the state " + name + " is refused: " + e.getCause().getMessage(), e.getCause());
            }
        }
    }
}
