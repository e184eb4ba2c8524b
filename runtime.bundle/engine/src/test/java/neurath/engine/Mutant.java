package neurath.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;

/**
 * The engine with one class broken on purpose: compiled from the class's own source with a change, and put beside the sound engine
 * under other names. What a check says of it shows whether the check can fail.
 *
 * <p>The names are others, and the class loader is not, because the model checker knows classes by their names alone.
 */
final class Mutant {
    private static final AtomicInteger MADE = new AtomicInteger();
    /** A lookup's {@code defineClass} would link a class before those that it needs are there. */
    private static final Method DEFINE;

    static {
        try {
            DEFINE = ClassLoader.class.getDeclaredMethod("defineClass", String.class, byte[].class, int.class, int.class);
            DEFINE.setAccessible(true);
        } catch (NoSuchMethodException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final String suffix = "_mutant" + MADE.incrementAndGet();
    private final Map<String, ByteArrayOutputStream> changed;
    private final Set<String> defined = new HashSet<>();
    private final Queue<String> met = new ArrayDeque<>();
    private final Remapper names = new Remapper(Opcodes.ASM9) {
        @Override
        public String map(String name) {
            if (!isOfEngine(name)) {
                return name;
            }
            met.add(name);
            return name + suffix;
        }
    };

    private Mutant(Map<String, ByteArrayOutputStream> changed) {
        this.changed = changed;
    }

    /** A class in whose source a text, which is there once, is another. */
    static Mutant of(Class<?> subject, String text, String instead) {
        String source = source(subject);
        int at = source.indexOf(text);
        if (at < 0 || source.indexOf(text, at + 1) >= 0) {
            throw new IllegalArgumentException("the source of " + subject + " does not have once: " + text + "; change the mutant with it");
        }
        return new Mutant(Compiled.classes(subject.getName(), source.replace(text, instead)));
    }

    private static String source(Class<?> subject) {
        try {
            return Files.readString(Path.of("src/main/java", subject.getName().replace('.', '/') + ".java"));
        } catch (IOException e) {
            throw new UncheckedIOException("run it in the directory of the module", e);
        }
    }

    /** A scenario that meets the broken class. */
    Runnable running(Class<? extends Runnable> scenario) {
        try {
            met.add(scenario.getName().replace('.', '/'));
            while (!met.isEmpty()) {
                define(met.remove());
            }
            var constructor = Class.forName(scenario.getName() + suffix).getDeclaredConstructor();
            constructor.setAccessible(true);
            return (Runnable) constructor.newInstance();
        } catch (ReflectiveOperationException | IOException e) {
            throw new IllegalArgumentException(scenario + " needs a constructor without parameters", e);
        }
    }

    private void define(String name) throws ReflectiveOperationException, IOException {
        if (!isOfEngine(name) || !defined.add(name)) {
            return;
        }
        var file = new ClassReader(bytes(name));
        define(file.getSuperName());
        for (String type : file.getInterfaces()) {
            define(type);
        }
        var renamed = new ClassWriter(0);
        file.accept(new ClassRemapper(renamed, names), 0);
        byte[] bytes = renamed.toByteArray();
        DEFINE.invoke(Mutant.class.getClassLoader(), null, bytes, 0, bytes.length);
    }

    private byte[] bytes(String name) throws IOException {
        ByteArrayOutputStream other = changed.get(name.replace('/', '.'));
        if (other != null) {
            return other.toByteArray();
        }
        try (InputStream file = Mutant.class.getClassLoader().getResourceAsStream(name + ".class")) {
            return file.readAllBytes();
        }
    }

    private static boolean isOfEngine(String name) {
        return name.startsWith("neurath/") && !name.startsWith("neurath/api/") && !name.startsWith("neurath/engine/Mutant");
    }
}
