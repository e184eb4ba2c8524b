package neurath.coordinator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import neurath.engine.Catalog;
import neurath.engine.OperatorVersion;

/** A catalog that a test fills: bundles start and stop as it says. */
final class TestCatalog implements Catalog {
    private final List<OperatorVersion> active = new ArrayList<>();

    void start(OperatorVersion... versions) {
        active.addAll(List.of(versions));
    }

    void stop(OperatorVersion version) {
        active.remove(version);
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
