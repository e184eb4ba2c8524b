package neurath.coordinator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.Enumeration;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.osgi.framework.Bundle;

/**
 * A jar with what a bundle's own jar holds: every entry, byte by byte, with the manifest first. The framework gives the entries of an
 * installed bundle and not its jar; the same bundle always makes the same jar.
 */
record BundleJar(Bundle bundle) implements JarStore.Content {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";
    private static final LocalDateTime ALWAYS = LocalDateTime.of(1980, 1, 1, 0, 0);

    @Override
    public void writeTo(OutputStream out) throws IOException {
        var paths = new TreeSet<String>();
        collect("/", paths);
        if (!paths.remove(MANIFEST)) {
            throw new IOException("bundle " + bundle.getBundleId() + " has no manifest that can be read");
        }
        var jar = new ZipOutputStream(out);
        write(MANIFEST, jar);
        for (String path : paths) {
            write(path, jar);
        }
        jar.finish();
    }

    private void collect(String folder, TreeSet<String> paths) {
        Enumeration<String> found = bundle.getEntryPaths(folder);
        for (String path : found == null ? Collections.<String>emptyList() : Collections.list(found)) {
            paths.add(path);
            if (path.endsWith("/")) {
                collect(path, paths);
            }
        }
    }

    private void write(String path, ZipOutputStream jar) throws IOException {
        var entry = new ZipEntry(path);
        entry.setTimeLocal(ALWAYS);
        jar.putNextEntry(entry);
        if (!path.endsWith("/")) {
            URL url = bundle.getEntry(path);
            if (url == null) {
                throw new IOException("bundle " + bundle.getBundleId() + " does not give its entry " + path);
            }
            try (InputStream in = url.openStream()) {
                in.transferTo(jar);
            }
        }
        jar.closeEntry();
    }
}
