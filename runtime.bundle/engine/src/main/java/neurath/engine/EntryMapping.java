package neurath.engine;

import java.lang.reflect.Constructor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import neurath.api.KeyedTransfer;
import neurath.engine.Signature.KeyedType;

/**
 * How the entries of a keyed map of one version become those of another: one for one, by a {@link KeyedTransfer}, or component by
 * component like {@link StateMapping}. Whatever can be known without an entry is known by {@link #problem}. For one thread at a time.
 */
final class EntryMapping {
    private final Class<?> key;
    private final Class<?> value;
    private final boolean byReference;
    private final Values values;
    private final StateMapping mapping;

    private EntryMapping(KeyedType to, boolean byReference, StateMapping mapping, Values values) {
        this.key = to.key();
        this.value = to.value();
        this.byReference = byReference;
        this.mapping = mapping;
        this.values = values;
    }

    /** What becomes of a value, with its key in both shapes. */
    @FunctionalInterface
    private interface Values {
        Object bring(Object keyBefore, Object key, Object value) throws Exception;
    }

    /** Whether both versions mean the same entries, so that the map itself can pass. */
    boolean isByReference() {
        return byReference;
    }

    Object key(Object old) throws Exception {
        return mapping.map(old, key);
    }

    /** The value in the new shape, or {@code null} if the entry is left behind; {@code key} is the key in the new shape. */
    Object value(Object keyBefore, Object key, Object old) throws Exception {
        return values.bring(keyBefore, key, old);
    }

    /** Its name, for messages. */
    String intoWhat() {
        return value.getSimpleName();
    }

    // ---- what can be known of it ----

    /** Why the keyed state of the old version cannot become that of the new, or empty if it can. */
    static Optional<String> problem(Signature from, Signature to) {
        for (KeyedType old : from.keyed().values()) {
            KeyedType wanted = to.keyed().get(old.name());
            Optional<String> problem = wanted == null
                    ? Optional.of("the old version has it and the new one has not, so it would be lost; declare it with @KeyedState")
                    : problem(old, wanted);
            if (problem.isPresent()) {
                return problem.map(reason -> "the keyed state '" + old.name() + "' does not fit: " + reason);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> problem(KeyedType from, KeyedType to) {
        if (from.equals(to)) {
            return Optional.empty();
        }
        Optional<String> ofKeys = problemOfKeys(from.key(), to.key());
        if (ofKeys.isPresent()) {
            return ofKeys;
        }
        for (var transfer : to.transfers()) {
            Optional<String> misfit = misfit(transfer, to);
            if (misfit.isPresent()) {
                return misfit;
            }
        }
        if (transfer(from, to).isPresent()) {
            return Optional.empty();
        }
        return Shapes.mismatch(from.value(), to.value())
                .map(mismatch -> "of the value " + from.value().getSimpleName() + ' ' + mismatch
                        + "; give its @KeyedState a transferredBy, or the component a @Default");
    }

    /** Keys lose nothing, or two entries could become one. */
    private static Optional<String> problemOfKeys(Class<?> from, Class<?> to) {
        return Shapes.mismatch(from, to)
                .or(() -> Shapes.loss(from, to)
                        .map(component -> "the new key has no component " + component + ", so two entries could become one"))
                .map(reason -> "of the key " + from.getSimpleName() + ' ' + reason);
    }

    /** Why a transfer has nothing to do with the map that declares it, if so: it makes its entries, or it brings them back. */
    private static Optional<String> misfit(Class<?> transfer, KeyedType type) {
        Types types;
        try {
            types = Types.of(transfer);
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
        }
        if (types.key() != type.key() || types.before() != type.value() && types.after() != type.value()) {
            return Optional.of("its transfer " + transfer.getSimpleName() + " makes entries from " + types.key().getSimpleName() + " to "
                    + types.after().getSimpleName() + " and not from " + type.key().getSimpleName() + " to "
                    + type.value().getSimpleName());
        }
        return types.before() != types.after()
                ? Optional.empty()
                : Optional.of("its transfer " + transfer.getSimpleName() + " makes a " + types.after().getSimpleName()
                        + " of its like, so nobody can tell which are made; give the new values a record of their own");
    }

    private record Types(Class<?> key, Class<?> before, Class<?> after) {
        static Types of(Class<?> transfer) {
            List<Class<?>> types = TypeArguments.of(transfer, KeyedTransfer.class);
            return new Types(types.get(0), types.get(1), types.get(2));
        }
    }

    /**
     * The transfer by which entries pass, if it is not by the names of their components: one that the later version has for what came
     * before it, or one that the earlier has for the way back.
     */
    private static Optional<Class<? extends KeyedTransfer<?, ?, ?>>> transfer(KeyedType from, KeyedType to) {
        if (from.equals(to)) {
            return Optional.empty();
        }
        for (var forwards : to.transfers()) {
            Types types = Types.of(forwards);
            if (types.after() == to.value() && Shapes.mismatch(from.value(), types.before()).isEmpty()) {
                return Optional.of(forwards);
            }
        }
        for (var backwards : from.transfers()) {
            Types types = Types.of(backwards);
            if (types.before() == from.value() && Shapes.mismatch(types.after(), to.value()).isEmpty()) {
                return Optional.of(backwards);
            }
        }
        return Optional.empty();
    }

    // ---- how it is done ----

    /** The maps of an instance in the shape of another version: by name, all that both declare. They have no {@link #problem}. */
    static Map<String, EntryMapping> between(Signature from, Signature to) throws Exception {
        var mappings = new LinkedHashMap<String, EntryMapping>();
        for (KeyedType old : from.keyed().values()) {
            if (to.keyed().containsKey(old.name())) {
                mappings.put(old.name(), between(old, to.keyed().get(old.name())));
            }
        }
        return mappings;
    }

    private static EntryMapping between(KeyedType from, KeyedType to) throws Exception {
        var transfer = transfer(from, to);
        var mapping = new StateMapping();
        if (transfer.isEmpty()) {
            boolean same = from.key() == to.key() && from.value() == to.value();
            return new EntryMapping(to, same, mapping, (keyBefore, key, value) -> mapping.map(value, to.value()));
        }
        KeyedTransfer<Object, Object, Object> made = make(transfer.get());
        Types types = Types.of(transfer.get());
        boolean forwards = types.after() == to.value();
        return new EntryMapping(to, false, mapping, (keyBefore, key, value) -> mapping
                .map(made.entry(forwards ? key : keyBefore, mapping.map(value, types.before())), to.value()));
    }

    @SuppressWarnings("unchecked")
    private static KeyedTransfer<Object, Object, Object> make(Class<? extends KeyedTransfer<?, ?, ?>> type) throws Exception {
        Constructor<? extends KeyedTransfer<?, ?, ?>> constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        return (KeyedTransfer<Object, Object, Object>) constructor.newInstance();
    }
}
