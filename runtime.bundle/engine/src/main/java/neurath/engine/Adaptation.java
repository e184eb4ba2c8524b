package neurath.engine;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import neurath.api.Context.Receiver;
import neurath.api.PacketAdapter;

/**
 * An adapter at work at the end of one arc. Packets that the input takes as they are pass by it: those of the old type and of the new one
 * can lie on one arc while an update passes.
 */
final class Adaptation {
    private final Adapter adapter;
    private final AtomicReference<PacketAdapter<Object, Object>> fetched = new AtomicReference<>();

    /** It adapts nothing before it was fetched. */
    Adaptation(Adapter adapter) {
        this.adapter = adapter;
    }

    /**
     * Fetches the adapter.
     *
     * @throws IllegalStateException if it cannot be had
     */
    @SuppressWarnings("unchecked")
    void fetch() {
        fetched.set((PacketAdapter<Object, Object>) adapter.fetch());
    }

    /** Whether packets of one type become packets of the other by an adapter. */
    static boolean isPossible(Adapter adapter, Class<?> out, Class<?> in) {
        List<Class<?>> types = Conversions.types(adapter.type(), PacketAdapter.class);
        return in.isAssignableFrom(types.getLast()) && (types.getFirst().isAssignableFrom(out) || mirrors(types.getFirst(), out));
    }

    /** Whether a record of an adapter's own stands for another of the same simple name, which it cannot import. */
    private static boolean mirrors(Class<?> mirror, Class<?> type) {
        return mirror.isRecord()
                && type.isRecord()
                && mirror.getSimpleName().equals(type.getSimpleName())
                && Shapes.mismatch(type, mirror).isEmpty();
    }

    Adapter adapter() {
        return adapter;
    }

    /** What packets are given to instead of a receiver of packets of a type. */
    Receiver<Object> before(Receiver<Object> receiver, Class<?> type) {
        Class<?> from = Conversions.types(adapter.type(), PacketAdapter.class).getFirst();
        PacketAdapter<Object, Object> by = fetched.get();
        return packet -> receiver.receive(type.isInstance(packet) ? packet : adapt(by, packet, from));
    }

    private Object adapt(PacketAdapter<Object, Object> by, Object packet, Class<?> from) throws Exception {
        Object adapted = by.adapt(from.isInstance(packet) ? packet : new StateMapping().map(packet, from));
        if (adapted == null) {
            throw new IllegalStateException("the adapter " + adapter.label() + " made nothing of a " + packet.getClass().getName());
        }
        return adapted;
    }

    /** Gives the adapter back; a second call does nothing. */
    void release() {
        PacketAdapter<Object, Object> given = fetched.getAndSet(null);
        if (given != null) {
            adapter.release(given);
        }
    }
}
