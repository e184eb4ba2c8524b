package neurath.build;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Constants;
import aQute.bnd.osgi.Jar;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An operator bundle to be built: sources, symbolic name, version, and bnd instructions beside the product's. A value; what changes
 * it returns another one.
 */
public final class OperatorJar {
    private final String symbolicName;
    private final String version;
    private final Sources sources;
    private final Map<String, String> instructions;

    private OperatorJar(String symbolicName, String version, Sources sources, Map<String, String> instructions) {
        this.symbolicName = symbolicName;
        this.version = version;
        this.sources = sources;
        this.instructions = Map.copyOf(instructions);
    }

    /** A version of an operator of the product, such as {@code http.load} and {@code 1.0.0}, from its sources. */
    public static OperatorJar ofProduct(String name, String version) throws IOException {
        Path sources = Repository.operator(name, version).resolve("src/main/java");
        return new OperatorJar("neurath.operator." + name, version, Sources.of(sources), Map.of());
    }

    /** An operator of one source file; its {@code package-info} is added. */
    public static OperatorJar ofSource(String symbolicName, String version, String source) {
        return new OperatorJar(symbolicName, version, Sources.of(source).withPackageVersion(version), Map.of());
    }

    /** As another version, of the bundle and of its package. */
    public OperatorJar version(String other) {
        Sources renumbered = sources.replacing("Version(\"" + version + "\")", "Version(\"" + other + "\")");
        return new OperatorJar(symbolicName, other, renumbered, instructions);
    }

    /**
     * With a text of the sources replaced.
     *
     * @throws IllegalArgumentException if it does not stand there
     */
    public OperatorJar replacing(String text, String by) {
        return new OperatorJar(symbolicName, version, sources.replacing(text, by), instructions);
    }

    /** With a bnd instruction or manifest header. */
    public OperatorJar with(String instruction, String value) {
        var more = new LinkedHashMap<>(instructions);
        more.put(instruction, value);
        return new OperatorJar(symbolicName, version, sources, more);
    }

    /**
     * Compiles and writes the bundle into a folder.
     *
     * @return the jar, named as the build names it
     * @throws IllegalArgumentException if javac or bnd refuse
     */
    public Path writeTo(Path folder) throws IOException {
        Path classes = Files.createTempDirectory("operator-classes");
        try {
            sources.compileTo(classes);
            return bundle(classes, folder);
        } finally {
            delete(classes);
        }
    }

    private Path bundle(Path classes, Path folder) throws IOException {
        try (Builder bnd = new Builder()) {
            bnd.setProperties(Repository.root().resolve("bnd.bnd").toFile());
            bnd.setProperty(Constants.BUNDLE_SYMBOLICNAME, symbolicName);
            bnd.setProperty(Constants.BUNDLE_VERSION, version);
            bnd.setProperty(Constants.INCLUDERESOURCE, classes.toString());
            instructions.forEach(bnd::setProperty);
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                bnd.addClasspath(new File(entry));
            }
            Jar jar = bnd.build();
            if (!bnd.isOk()) {
                throw new IllegalArgumentException(
                        "bnd refuses " + symbolicName + " " + version + ": " + bnd.getErrors() + " " + bnd.getWarnings());
            }
            Path file = folder.resolve(symbolicName + "-" + version + ".jar");
            jar.write(file.toFile());
            return file;
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("building " + symbolicName + " " + version, e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
