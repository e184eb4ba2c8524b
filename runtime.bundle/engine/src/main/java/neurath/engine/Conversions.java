package neurath.engine;

import java.util.List;

/**
 * What bundles offer at one moment to bring old things into new shapes.
 *
 * @param transfers for the state of operators, best first
 * @param adapters for packets, best first
 */
public record Conversions(List<Transfer> transfers, List<Adapter> adapters) {
    /** Nothing is offered. */
    public static final Conversions NONE = new Conversions(List.of(), List.of());

    public Conversions {
        transfers = List.copyOf(transfers);
        adapters = List.copyOf(adapters);
    }

    /**
     * What a class converts, from and to: the classes it puts in for the type parameters of the interface it implements.
     *
     * @throws IllegalArgumentException if it leaves one open, as a lambda or a raw type does
     */
    public static List<Class<?>> types(Class<?> implementation, Class<?> generic) {
        return TypeArguments.of(implementation, generic);
    }
}
