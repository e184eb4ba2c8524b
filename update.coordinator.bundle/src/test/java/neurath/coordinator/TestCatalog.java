package neurath.coordinator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import neurath.engine.Adapter;
import neurath.engine.Catalog;
import neurath.engine.Conversions;
import neurath.engine.OperatorVersion;

/** A catalog that a test fills: bundles start and stop as it says. */
final class TestCatalog implements Catalog {
    private final List<OperatorVersion> active = new ArrayList<>();
    private final List<TestVersion> everStarted = new CopyOnWriteArrayList<>();
    private final List<TestTransfer> transfers = new CopyOnWriteArrayList<>();
    private final List<Adapter> adapters = new CopyOnWriteArrayList<>();

    void start(TestVersion... versions) {
        active.addAll(List.of(versions));
        everStarted.addAll(List.of(versions));
    }

    /** All that were ever there. */
    List<TestVersion> everStarted() {
        return everStarted;
    }

    void stop(OperatorVersion version) {
        active.remove(version);
    }

    void offer(Adapter adapter) {
        adapters.add(adapter);
    }

    void withdraw(Adapter adapter) {
        adapters.remove(adapter);
    }

    void offer(TestTransfer transfer) {
        transfers.add(transfer);
        transfer.isOffered = true;
    }

    void withdraw(TestTransfer transfer) {
        transfers.remove(transfer);
        transfer.isOffered = false;
    }

    @Override
    public Conversions conversions() {
        return new Conversions(List.copyOf(transfers), List.copyOf(adapters));
    }

    @Override
    public List<OperatorVersion> available() {
        return List.copyOf(active);
    }

    @Override
    public boolean isCurrent(OperatorVersion version) {
        return active.contains(version);
    }

    @Override
    public String key(OperatorVersion version) {
        return version.label() + '#' + ((TestVersion) version).bundle();
    }

    @Override
    public Comparator<OperatorVersion> newest() {
        return Comparator.comparingLong(version -> ((TestVersion) version).bundle());
    }

    @Override
    public List<Unusable> unusable() {
        return List.of();
    }

    @Override
    public Subscription subscribe(Runnable listener) {
        return () -> {};
    }
}
