package neurath.build;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Java sources held as text.
 *
 * @param texts by file name relative to the source folder
 */
record Sources(SequencedMap<String, String> texts) {
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package\\s+([\\w.]+)\\s*;");
    private static final Pattern TYPE = Pattern.compile("(?m)^public\\s+(?:\\w+\\s+)*?(?:class|record|interface|enum)\\s+(\\w+)");

    static Sources of(Path folder) throws IOException {
        var texts = new LinkedHashMap<String, String>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
                texts.put(folder.relativize(file).toString(), Files.readString(file));
            }
        }
        if (texts.isEmpty()) {
            throw new IOException("no .java file below " + folder);
        }
        return new Sources(texts);
    }

    /** One compilation unit; its file name follows from its package and its public type. */
    static Sources of(String unit) {
        String folder = only(PACKAGE, unit, "package").replace('.', '/');
        var texts = new LinkedHashMap<String, String>();
        texts.put(folder + "/" + only(TYPE, unit, "public type") + ".java", unit);
        return new Sources(texts);
    }

    /** These sources and a {@code package-info} with a version for the package of the first. */
    Sources withPackageVersion(String version) {
        String unit = texts.firstEntry().getValue();
        var more = new LinkedHashMap<>(texts);
        more.put(
                texts.firstEntry().getKey().replaceFirst("[^/]+$", "package-info.java"),
                "@org.osgi.annotation.versioning.Version(\"" + version + "\")\npackage " + only(PACKAGE, unit, "package") + ";\n");
        return new Sources(more);
    }

    private static String only(Pattern pattern, String unit, String what) {
        Matcher matcher = pattern.matcher(unit);
        if (!matcher.find()) {
            throw new IllegalArgumentException("a source needs a " + what + ", this one has none:\n" + unit);
        }
        return matcher.group(1);
    }

    /**
     * These sources with a text replaced wherever it stands.
     *
     * @throws IllegalArgumentException if it stands nowhere: the new version would be the old one
     */
    Sources replacing(String text, String by) {
        if (texts.values().stream().noneMatch(source -> source.contains(text))) {
            throw new IllegalArgumentException("'" + text + "' to be replaced stands in none of " + texts.keySet());
        }
        var replaced = new LinkedHashMap<String, String>();
        texts.forEach((name, source) -> replaced.put(name, source.replace(text, by)));
        return new Sources(replaced);
    }

    /**
     * Compiles into a folder, against this JVM's class path.
     *
     * @throws IllegalArgumentException with the compiler's messages if it refuses
     */
    void compileTo(Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        var messages = new DiagnosticCollector<JavaFileObject>();
        List<JavaFileObject> units = new ArrayList<>();
        texts.forEach((name, text) -> units.add(new Unit(name, text)));
        List<String> options = List.of(
                "-d", classes.toString(), "-parameters", "-proc:none", "-classpath", System.getProperty("java.class.path"));
        try (StandardJavaFileManager files = compiler.getStandardFileManager(messages, null, StandardCharsets.UTF_8)) {
            if (!compiler.getTask(null, files, messages, options, null, units).call()) {
                throw new IllegalArgumentException("javac refuses " + texts.keySet() + ":\n"
                        + String.join("\n", messages.getDiagnostics().stream().map(Diagnostic::toString).toList()));
            }
        }
    }

    private static final class Unit extends SimpleJavaFileObject {
        private final String text;

        Unit(String name, String text) {
            super(URI.create("string:///" + name), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
