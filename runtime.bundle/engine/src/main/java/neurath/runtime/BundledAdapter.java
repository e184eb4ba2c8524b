package neurath.runtime;

import neurath.api.PacketAdapter;
import neurath.engine.Adapter;
import neurath.engine.Conversions;

/** A packet adapter in a bundle. */
@SuppressWarnings("rawtypes") // the registry knows classes without their type arguments
record BundledAdapter(OfferedService<PacketAdapter> service) implements Adapter {
    /** @throws IllegalArgumentException if its class does not say what it adapts */
    static BundledAdapter of(OfferedService<PacketAdapter> service) {
        Conversions.types(service.type(), PacketAdapter.class);
        return new BundledAdapter(service);
    }

    @Override
    public String label() {
        return service.label();
    }

    @Override
    public Class<?> type() {
        return service.type();
    }

    @Override
    public PacketAdapter<?, ?> fetch() {
        return service.fetch();
    }

    @Override
    public void release(PacketAdapter<?, ?> fetched) {
        service.release(fetched);
    }
}
