package neurath.architecture;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import neurath.build.Repository;

/**
 * What one exported package offers, as text that people can compare: its version in the first line, then each type with its members
 * that others can use.
 */
record ExportedApi(String name, String version, List<String> lines) {
    static ExportedApi built(String packageName, Path jar) throws IOException, ClassNotFoundException {
        try (var file = new JarFile(jar.toFile());
                var loader = new URLClassLoader(platform(), ClassLoader.getPlatformClassLoader())) {
            String exports = file.getManifest().getMainAttributes().getValue("Export-Package");
            Matcher version = Pattern.compile(Pattern.quote(packageName) + ";version=\"([^\"]*)\"").matcher(exports);
            if (!version.find()) {
                throw new IllegalStateException(jar + " does not export " + packageName + " with a version: " + exports);
            }
            var lines = new ArrayList<String>();
            for (String type : types(file, packageName)) {
                describe(loader.loadClass(type), lines);
            }
            return new ExportedApi(packageName, version.group(1), List.copyOf(lines));
        }
    }

    static ExportedApi recorded(String packageName) throws IOException {
        List<String> lines = Files.readAllLines(record(packageName));
        String version = lines.getFirst().substring(packageName.length() + 1);
        return new ExportedApi(packageName, version, lines.subList(1, lines.size()));
    }

    /** The text of it that lies beside the quality configuration. */
    static Path record(String packageName) {
        return Repository.root().resolve("cnf/quality/api").resolve(packageName + ".txt");
    }

    void write() throws IOException {
        Path record = record(name);
        Files.createDirectories(record.getParent());
        Files.write(record, Stream.concat(Stream.of(name + " " + version), lines.stream()).toList());
    }

    private static URL[] platform() throws IOException {
        try (Stream<Path> jars = Files.list(Repository.root().resolve("target/platform"))) {
            return jars.filter(jar -> jar.toString().endsWith(".jar")).map(ExportedApi::url).toArray(URL[]::new);
        }
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Iterable<String> types(JarFile file, String packageName) {
        String folder = packageName.replace('.', '/') + "/";
        return file.stream()
                .map(JarEntry::getName)
                .filter(entry -> entry.startsWith(folder) && entry.endsWith(".class") && entry.indexOf('/', folder.length()) < 0)
                .map(entry -> entry.substring(0, entry.length() - ".class".length()).replace('/', '.'))
                .filter(type -> !type.endsWith("package-info"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void describe(Class<?> type, List<String> lines) {
        if (!usable(type.getModifiers()) || type.getEnclosingClass() != null && !usable(type.getEnclosingClass().getModifiers())) {
            return;
        }
        String parents = Stream.concat(Stream.ofNullable(type.getGenericSuperclass()), Arrays.stream(type.getGenericInterfaces()))
                .map(Type::getTypeName)
                .filter(parent -> !parent.equals("java.lang.Object"))
                .collect(Collectors.joining(", "));
        lines.add("");
        lines.add(type.toGenericString() + (parents.isEmpty() ? "" : " : " + parents));
        Stream<String> fields = members(type.getDeclaredFields()).map(ExportedApi::field);
        Stream<String> constructors = members(type.getDeclaredConstructors()).map(Constructor::toGenericString);
        Stream<String> methods = members(type.getDeclaredMethods()).map(ExportedApi::method);
        Stream.of(fields, constructors, methods).flatMap(member -> member).sorted().forEach(member -> lines.add("    " + member));
    }

    private static <M extends Member> Stream<M> members(M[] members) {
        return Arrays.stream(members).filter(member -> usable(member.getModifiers()) && !member.isSynthetic());
    }

    private static boolean usable(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static String field(Field field) {
        boolean constant = Modifier.isStatic(field.getModifiers())
                && Modifier.isFinal(field.getModifiers())
                && (field.getType().isPrimitive() || field.getType() == String.class);
        try {
            return field.toGenericString() + (constant ? " = " + field.get(null) : "");
        } catch (IllegalAccessException e) {
            return field.toGenericString();
        }
    }

    private static String method(Method method) {
        Object value = method.getDefaultValue();
        String said = value instanceof Object[] values ? Arrays.toString(values) : String.valueOf(value);
        return method.toGenericString() + (value == null ? "" : " default " + said);
    }
}
