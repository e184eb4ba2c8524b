package neurath.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import neurath.api.Operator;
import neurath.engine.Catalog;
import neurath.engine.OperatorVersion;
import neurath.engine.Signature;
import org.osgi.framework.Version;

/** Operator versions that are classes of the experiments, and the catalog of them. */
final class Versions implements Catalog {
    /** A platform reads one when a bundle starts, and not for each update. */
    private static final Map<Class<? extends Operator>, Signature> SIGNATURES = new ConcurrentHashMap<>();

    private final List<OperatorVersion> available = new ArrayList<>();

    /** A version whose instances a supplier makes. */
    static <T extends Operator> OperatorVersion of(String operator, int number, Class<T> type, Supplier<? extends T> constructor) {
        return new Local(operator, new Version(number, 0, 0), SIGNATURES.computeIfAbsent(type, Signature::of), constructor);
    }

    private record Local(String operator, Version version, Signature signature, Supplier<? extends Operator> constructor)
            implements OperatorVersion {
        @Override
        public String origin() {
            return "the experiment";
        }

        @Override
        public Operator create() {
            return constructor.get();
        }

        @Override
        public void release(Operator released) {}
    }

    synchronized void add(OperatorVersion version) {
        available.add(version);
    }

    @Override
    public synchronized List<OperatorVersion> available() {
        return List.copyOf(available);
    }

    @Override
    public synchronized boolean isCurrent(OperatorVersion version) {
        return available.contains(version);
    }

    @Override
    public String key(OperatorVersion version) {
        return version.label();
    }

    @Override
    public Comparator<OperatorVersion> newest() {
        return Comparator.comparing(OperatorVersion::version);
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
