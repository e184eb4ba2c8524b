package neurath.engine;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import neurath.api.Changes;
import neurath.api.Effect;
import neurath.api.In;
import neurath.api.KeyedState;
import neurath.api.KeyedTransfer;
import neurath.api.OneToMany;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.ParallelChange;
import neurath.api.Parameters;
import neurath.api.Polling;
import neurath.api.RunsBlocking;
import neurath.api.StateTransfer;
import neurath.api.Stateful;
import neurath.api.Step;
import neurath.api.TransferredBy;
import neurath.graph.Graph;

/**
 * What an operator class declares: ports, parameters, state. Read from the class alone, so that a plan can be checked without an
 * instance.
 *
 * @param inputs by name
 * @param outputs by name
 * @param parameters shape of the parameters, if there are any
 * @param state shape of the state, if there is any
 * @param transfers classes that bring other shapes into {@code state}, in order of preference
 * @param keyed the keyed maps, by name
 * @param effects what it does outside the flow and no rollback takes back
 * @param changes what it changes outside in two steps, if it does
 * @param initialFlow what makes a new instance ready, if a flow does
 * @param oneToMany whether it may emit several packets that belong together for one that it takes
 * @param inLaterCalls whether it may emit some of these when the call that takes it has ended, and has a lease until then
 * @param thread what its section runs on
 */
public record Signature(
        Map<String, PortType> inputs,
        Map<String, PortType> outputs,
        Optional<Class<? extends Record>> parameters,
        Optional<Class<? extends Record>> state,
        List<Class<? extends StateTransfer<?, ?>>> transfers,
        Map<String, KeyedType> keyed,
        List<String> effects,
        Optional<String> changes,
        Optional<Graph> initialFlow,
        boolean oneToMany,
        boolean inLaterCalls,
        ThreadKind thread) {

    /** What a section runs on. */
    public enum ThreadKind {
        /** A virtual thread: the section computes, and parks when it has nothing to do. */
        VIRTUAL,
        /** A platform thread: the section waits in a selector or in blocking calls. */
        PLATFORM
    }

    /**
     * A declared port.
     *
     * @param array whether it is addressed by index
     */
    public record PortType(String name, Class<?> type, boolean array) {}

    /**
     * A declared keyed map.
     *
     * @param transfers classes that bring entries of other shapes into this one, in order of preference
     */
    public record KeyedType(String name, Class<?> key, Class<?> value, List<Class<? extends KeyedTransfer<?, ?, ?>>> transfers) {}

    /** Whether an update hands something over. */
    public boolean keepsState() {
        return state().isPresent() || !keyed().isEmpty();
    }

    /**
     * Reads the declarations of an operator class.
     *
     * @throws IllegalArgumentException if they contradict each other or name types that cannot be known
     */
    public static Signature of(Class<? extends Operator> operator) {
        var inputs = new LinkedHashMap<String, PortType>();
        var outputs = new LinkedHashMap<String, PortType>();
        if (Step.class.isAssignableFrom(operator)) {
            List<Class<?>> types = TypeArguments.of(operator, Step.class);
            declare(operator, inputs, new PortType("IN", types.get(0), false));
            declare(operator, outputs, new PortType("OUT", types.get(1), false));
        }
        for (In in : operator.getAnnotationsByType(In.class)) {
            declare(operator, inputs, new PortType(in.value(), in.type(), in.array()));
        }
        for (Out out : operator.getAnnotationsByType(Out.class)) {
            declare(operator, outputs, new PortType(out.value(), out.type(), out.array()));
        }
        Parameters parameters = operator.getAnnotation(Parameters.class);
        TransferredBy transfers = operator.getAnnotation(TransferredBy.class);
        OneToMany many = operator.getAnnotation(OneToMany.class);
        boolean waits = Polling.class.isAssignableFrom(operator) || operator.isAnnotationPresent(RunsBlocking.class);
        return new Signature(
                Map.copyOf(inputs),
                Map.copyOf(outputs),
                Optional.ofNullable(parameters).map(Parameters::value),
                stateOf(operator),
                transfers == null ? List.of() : List.of(transfers.value()),
                keyedOf(operator),
                Arrays.stream(operator.getAnnotationsByType(Effect.class)).map(Effect::value).toList(),
                changesOf(operator),
                InitialFlow.declared(operator, inputs.keySet(), parameters),
                many != null,
                many != null && many.inLaterCalls(),
                waits ? ThreadKind.PLATFORM : ThreadKind.VIRTUAL);
    }

    private static Optional<String> changesOf(Class<? extends Operator> operator) {
        Changes changes = operator.getAnnotation(Changes.class);
        if (ParallelChange.class.isAssignableFrom(operator) == (changes == null)) {
            throw new IllegalArgumentException(operator.getName() + (changes == null
                    ? " is a ParallelChange and does not say of what; add @Changes(\"the schema of orders\") to its class"
                    : " says @Changes(\"" + changes.value() + "\") and does not say how; implement ParallelChange"));
        }
        return Optional.ofNullable(changes).map(Changes::value);
    }

    private static Optional<Class<? extends Record>> stateOf(Class<? extends Operator> operator) {
        if (!Stateful.class.isAssignableFrom(operator)) {
            return Optional.empty();
        }
        return Optional.of(TypeArguments.of(operator, Stateful.class).getFirst().asSubclass(Record.class));
    }

    private static Map<String, KeyedType> keyedOf(Class<? extends Operator> operator) {
        var maps = new LinkedHashMap<String, KeyedType>();
        for (KeyedState state : operator.getAnnotationsByType(KeyedState.class)) {
            String who = operator.getName() + ", keyed state " + state.name() + ": ";
            for (Class<?> type : List.of(state.key(), state.value())) {
                if (type.getTypeParameters().length > 0 || type.isPrimitive() || type.isArray()) {
                    throw new IllegalArgumentException(who + type.getTypeName()
                            + " does not say what it holds, or can be changed inside; make it a component of a record");
                }
            }
            var type = new KeyedType(state.name(), state.key(), state.value(), List.of(state.transferredBy()));
            if (maps.put(type.name(), type) != null) {
                throw new IllegalArgumentException(who + "it is declared twice");
            }
        }
        return Collections.unmodifiableMap(maps);
    }

    private static void declare(Class<?> operator, Map<String, PortType> ports, PortType port) {
        if (ports.put(port.name(), port) != null) {
            throw new IllegalArgumentException(operator.getName() + " declares port " + port.name() + " twice");
        }
    }
}
