package neurath.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import neurath.build.Repository;

/**
 * The engine without what updates need where packets go: no look at whether an input is held back or an order has come before each
 * packet, and nothing but the end is told from packets. It is the product's source with these lines changed, compiled anew; a flow on
 * it runs and ends, and cannot be updated.
 */
final class FixedEngine {
    private static final Path SOURCE = Path.of("runtime.bundle/engine/src/main/java/neurath/engine/LiveNode.java");

    /** What stands there, and what stands there instead. */
    private record Change(String updatable, String fixed) {}

    private static final List<Change> CHANGES = List.of(
            new Change("n < batch && takes && !pauses && !section.isCalled(n)", "n < batch"),
            new Change("if (item instanceof Control control) {", "if (item == End.END) {"),
            new Change("obey(control, inlet);", "endOf(inlet);"),
            new Change("!exhausted && !ending && !suspended() && !passage.isAligning() && !pauses", "!exhausted && !ending"));

    private FixedEngine() {}

    /**
     * Compiles it.
     *
     * @return a class path on which it comes before the product's
     * @throws IllegalStateException if the product's source has other lines by now
     */
    static String classPath(Path folder) throws IOException {
        String source = Files.readString(Repository.root().resolve(SOURCE));
        for (Change change : CHANGES) {
            if (!source.contains(change.updatable())) {
                throw new IllegalStateException(SOURCE + " does not say any more what FixedEngine changes; see what it says instead of:\n"
                        + change.updatable());
            }
            source = source.replace(change.updatable(), change.fixed());
        }
        Path changed = Files.writeString(Files.createDirectories(folder.resolve("source")).resolve("LiveNode.java"), source);
        Path classes = Files.createDirectories(folder.resolve("classes"));
        String classPath = System.getProperty("java.class.path");
        int result = ToolProvider.getSystemJavaCompiler().run(
                null, null, null, "-d", classes.toString(), "-proc:none", "-nowarn", "-classpath", classPath, changed.toString());
        if (result != 0) {
            throw new IllegalStateException("javac refuses " + changed);
        }
        return classes + File.pathSeparator + classPath;
    }
}
