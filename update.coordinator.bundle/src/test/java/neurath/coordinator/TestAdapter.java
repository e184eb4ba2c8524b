package neurath.coordinator;

import java.util.concurrent.atomic.AtomicInteger;
import neurath.api.PacketAdapter;
import neurath.engine.Adapter;

/** A packet adapter that a bundle of a test offers. */
final class TestAdapter implements Adapter {
    final AtomicInteger inUse = new AtomicInteger();

    private final PacketAdapter<?, ?> adapter;

    TestAdapter(PacketAdapter<?, ?> adapter) {
        this.adapter = adapter;
    }

    @Override
    public String label() {
        return adapter.getClass().getSimpleName() + " of bundle 98";
    }

    @Override
    public Class<?> type() {
        return adapter.getClass();
    }

    @Override
    public PacketAdapter<?, ?> fetch() {
        inUse.incrementAndGet();
        return adapter;
    }

    @Override
    public void release(PacketAdapter<?, ?> fetched) {
        inUse.decrementAndGet();
    }
}
