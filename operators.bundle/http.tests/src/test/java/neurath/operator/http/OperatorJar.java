package neurath.operator.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import neurath.api.Operator;
import neurath.engine.OperatorVersion;
import neurath.engine.Signature;
import org.osgi.framework.Version;

/** An operator version from its jar, in a class loader of its own, as in a framework. It counts its instances. */
final class OperatorJar implements OperatorVersion {
    private static final Path FOLDER = Path.of(System.getProperty("neurath.operators"));

    final AtomicInteger alive = new AtomicInteger();

    private final String name;
    private final Version version;
    private final Class<? extends Operator> type;

    /** @param name of the operator without {@code http/} */
    OperatorJar(String name, String version) {
        this.name = name;
        this.version = Version.parseVersion(version);
        Path jar = FOLDER.resolve("neurath.operator.http." + name + '-' + version + ".jar");
        try {
            var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, OperatorJar.class.getClassLoader());
            String simpleName = Character.toUpperCase(name.charAt(0)) + name.substring(1);
            type = loader.loadClass("neurath.operator.http." + name + '.' + simpleName).asSubclass(Operator.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(jar + " does not hold the operator; is it built?", e);
        }
    }

    @Override
    public String operator() {
        return "http/" + name;
    }

    @Override
    public Version version() {
        return version;
    }

    @Override
    public String origin() {
        return "jar";
    }

    @Override
    public Signature signature() {
        return Signature.of(type);
    }

    @Override
    public Operator create() throws Exception {
        alive.incrementAndGet();
        return type.getConstructor().newInstance();
    }

    @Override
    public void release(Operator operator) {
        alive.decrementAndGet();
    }
}
