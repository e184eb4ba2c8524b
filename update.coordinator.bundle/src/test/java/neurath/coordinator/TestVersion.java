package neurath.coordinator;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import neurath.api.Operator;
import neurath.engine.OperatorVersion;
import neurath.engine.Signature;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;

/** An operator version of a test, with partners as in {@code "http/reply 2.0.0"}. */
public final class TestVersion implements OperatorVersion {
    public final AtomicInteger alive = new AtomicInteger();

    private final String operator;
    private final Version version;
    private final Signature signature;
    private final Supplier<? extends Operator> constructor;
    private final List<Partner> partners;
    private final int bundle;

    private TestVersion(
            String operator, String version, int bundle, Class<? extends Operator> type, Supplier<? extends Operator> constructor,
            String[] partners) {
        this.operator = operator;
        this.version = Version.parseVersion(version);
        this.bundle = bundle;
        this.signature = Signature.of(type);
        this.constructor = constructor;
        this.partners = Arrays.stream(partners).map(TestVersion::partner).toList();
    }

    public static <T extends Operator> TestVersion of(
            String operator, String version, int bundle, Class<T> type, Supplier<T> constructor, String... partners) {
        return new TestVersion(operator, version, bundle, type, constructor, partners);
    }

    private static Partner partner(String text) {
        String[] words = text.split(" ");
        Version exact = Version.parseVersion(words[1]);
        return new Partner(words[0], new VersionRange(VersionRange.LEFT_CLOSED, exact, exact, VersionRange.RIGHT_CLOSED));
    }

    public int bundle() {
        return bundle;
    }

    @Override
    public String operator() {
        return operator;
    }

    @Override
    public Version version() {
        return version;
    }

    @Override
    public String origin() {
        return "bundle " + bundle;
    }

    @Override
    public List<Partner> partners() {
        return partners;
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public Operator create() {
        Operator made = constructor.get();
        alive.incrementAndGet();
        return made;
    }

    @Override
    public void release(Operator operator) {
        alive.decrementAndGet();
    }

    @Override
    public String toString() {
        return label();
    }
}
