package neurath.simulation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import neurath.build.Repository;

/**
 * The product with one deliberate mistake: a source with some text replaced, compiled and loaded beside the product, with everything that
 * uses it.
 *
 * @param name what is wrong
 * @param file the source, from the project's top folder
 * @param breaks which invariant
 * @param seed of a run that finds it
 * @param right the text as it is, which the source has once
 * @param wrong what stands there instead
 */
record Mutant(String name, String file, String breaks, long seed, String right, String wrong) {
    private static final String LIST = "mutants.txt";

    /**
     * Those of the list. Each is a heading, the lines {@code file:}, {@code breaks:} and {@code seed:}, and the lines to take out and to
     * put in, marked as in a patch.
     */
    static List<Mutant> all() {
        String text;
        try (InputStream list = Mutant.class.getResourceAsStream(LIST)) {
            text = new String(list.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var all = new ArrayList<Mutant>();
        for (String entry : text.split("(?m)^# ")) {
            if (!entry.isBlank()) {
                all.add(parse(entry));
            }
        }
        return all;
    }

    private static Mutant parse(String entry) {
        List<String> lines = entry.lines().toList();
        var fields = new HashMap<String, String>();
        var right = new ArrayList<String>();
        var wrong = new ArrayList<String>();
        for (String line : lines.subList(1, lines.size())) {
            if (line.startsWith("-")) {
                right.add(line.substring(1));
            } else if (line.startsWith("+")) {
                wrong.add(line.substring(1));
            } else if (line.startsWith(" ")) {
                right.add(line.substring(1));
                wrong.add(line.substring(1));
            } else if (!line.isBlank()) {
                int colon = line.indexOf(": ");
                fields.put(line.substring(0, colon), line.substring(colon + 2));
            }
        }
        return new Mutant(lines.getFirst(), fields.get("file"), fields.get("breaks"), Long.parseLong(fields.get("seed")),
                String.join("\n", right), String.join("\n", wrong));
    }

    /** The first of some seeds whose run finds the mistake. */
    OptionalLong found(LongStream seeds) {
        var simulation = new Loader(compiled());
        return seeds.filter(one -> !simulation.violations(one).isEmpty()).findFirst();
    }

    /** What the run of a seed finds. */
    List<?> violations(long of) {
        return new Loader(compiled()).violations(of);
    }

    private String source() {
        try {
            Path path = Repository.root().resolve(file);
            String text = Files.readString(path);
            int at = text.indexOf(right + '\n');
            if (at < 0 || text.indexOf(right + '\n', at + 1) >= 0) {
                throw new IllegalStateException(
                        "mutant '" + name + "' does not fit: " + file + (at < 0 ? " has not" : " has more than once")
                                + "\n" + right + "\nWrite it anew in " + LIST);
            }
            return text.substring(0, at) + wrong + text.substring(at + right.length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, ByteArrayOutputStream> compiled() {
        var classes = new HashMap<String, ByteArrayOutputStream>();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        String text = source();
        String path = file.substring(file.indexOf("src/main/java/") + "src/main/java/".length());
        var mistaken = new SimpleJavaFileObject(URI.create("memory:///" + path), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
        var files = new ForwardingJavaFileManager<JavaFileManager>(compiler.getStandardFileManager(null, null, null)) {
            @Override
            public JavaFileObject getJavaFileForOutput(Location location, String type, JavaFileObject.Kind kind, FileObject sibling) {
                return new SimpleJavaFileObject(URI.create("memory:///" + type), kind) {
                    @Override
                    public OutputStream openOutputStream() {
                        var bytes = new ByteArrayOutputStream();
                        classes.put(type, bytes);
                        return bytes;
                    }
                };
            }
        };
        var options = List.of("-proc:none", "-nowarn", "-parameters", "-classpath", System.getProperty("java.class.path"));
        if (!compiler.getTask(null, files, null, options, null, List.of(mistaken)).call()) {
            throw new IllegalStateException("mutant '" + name + "' does not compile; write it anew in " + LIST);
        }
        return classes;
    }

    /** Everything of ours anew, with the mistaken classes. */
    private static final class Loader extends ClassLoader {
        private final Map<String, ByteArrayOutputStream> mistaken;

        Loader(Map<String, ByteArrayOutputStream> mistaken) {
            super(Mutant.class.getClassLoader());
            this.mistaken = mistaken;
        }

        List<?> violations(long seed) {
            try {
                Class<?> simulation = loadClass("neurath.simulation.Simulation");
                return (List<?>) simulation.getMethod("violations", long.class).invoke(null, seed);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        protected Class<?> loadClass(String type, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(type)) {
                Class<?> loaded = findLoadedClass(type);
                if (loaded != null) {
                    return loaded;
                }
                return type.startsWith("neurath.") ? findClass(type) : super.loadClass(type, resolve);
            }
        }

        @Override
        protected Class<?> findClass(String type) throws ClassNotFoundException {
            try (InputStream right = getParent().getResourceAsStream(type.replace('.', '/') + ".class")) {
                ByteArrayOutputStream wrong = mistaken.get(type);
                if (wrong == null && right == null) {
                    throw new ClassNotFoundException(type);
                }
                byte[] bytes = wrong != null ? wrong.toByteArray() : right.readAllBytes();
                return defineClass(type, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(type, e);
            }
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
