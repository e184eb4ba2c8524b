package neurath.engine;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Classes compiled while a test runs, each time into a class loader of their own, as in bundles. */
final class Compiled {
    private Compiled() {}

    /** The class of that name, of a source with all that it needs. */
    static Class<?> of(String name, String source) throws ClassNotFoundException {
        return new Loader(classes(name, source)).loadClass(name);
    }

    /** The class files of a source, by the classes' names. */
    static Map<String, ByteArrayOutputStream> classes(String name, String source) {
        var classes = new HashMap<String, ByteArrayOutputStream>();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        var file = new SimpleJavaFileObject(URI.create("memory:///" + name.replace('.', '/') + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
        var files = new ForwardingJavaFileManager<JavaFileManager>(compiler.getStandardFileManager(null, null, null)) {
            @Override
            public JavaFileObject getJavaFileForOutput(Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
                return new SimpleJavaFileObject(URI.create("memory:///" + className), kind) {
                    @Override
                    public OutputStream openOutputStream() {
                        var bytes = new ByteArrayOutputStream();
                        classes.put(className, bytes);
                        return bytes;
                    }
                };
            }
        };
        if (!compiler
                .getTask(null, files, null, List.of("-proc:none", "-classpath", System.getProperty("java.class.path")), null, List.of(file))
                .call()) {
            throw new IllegalArgumentException(source);
        }
        return classes;
    }

    /** Whether a class is one of these. */
    static boolean isCompiled(Class<?> type) {
        return type.getClassLoader() instanceof Loader;
    }

    private static final class Loader extends ClassLoader {
        private final Map<String, ByteArrayOutputStream> classes;

        Loader(Map<String, ByteArrayOutputStream> classes) {
            super(Compiled.class.getClassLoader());
            this.classes = classes;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (!classes.containsKey(name)) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = classes.get(name).toByteArray();
            return defineClass(name, bytes, 0, bytes.length);
        }
    }
}
