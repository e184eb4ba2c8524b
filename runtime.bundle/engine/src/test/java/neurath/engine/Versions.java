package neurath.engine;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import neurath.api.Operator;
import org.osgi.framework.Version;

/** An operator version that is a class of the test, and counts its instances. */
final class Versions implements OperatorVersion {
    final AtomicInteger alive = new AtomicInteger();

    private final String operator;
    private final Version version;
    private final Signature signature;
    private final ClassLoader loader;
    private final Supplier<? extends Operator> constructor;

    private Versions(String operator, String version, Class<? extends Operator> type, Supplier<? extends Operator> constructor) {
        this.operator = operator;
        this.version = Version.parseVersion(version);
        this.signature = Signature.of(type);
        this.loader = Compiled.isCompiled(type) ? type.getClassLoader() : null;
        this.constructor = constructor;
    }

    static <T extends Operator> Versions of(String operator, String version, Class<T> type, Supplier<T> constructor) {
        return new Versions(operator, version, type, constructor);
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
        return "the test";
    }

    /** Classes that are compiled while a test runs are as those of an operator's bundle. */
    @Override
    public boolean isOfAnOperator(Class<?> type) {
        return Compiled.isCompiled(type) && type.getName().contains("Own");
    }

    /** Each class that is compiled while a test runs has a loader of its own. */
    @Override
    public Optional<ClassLoader> loader() {
        return Optional.ofNullable(loader);
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
    public void release(Operator released) {
        alive.decrementAndGet();
    }

    @Override
    public String toString() {
        return label();
    }
}
