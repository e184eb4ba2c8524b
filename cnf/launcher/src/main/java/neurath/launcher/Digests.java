package neurath.launcher;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Properties;

/** SHA-256 digests by name, kept in a file that is replaced in one step. */
final class Digests {
    private final Path file;
    private final Properties entries = new Properties();
    private boolean changed;

    private Digests(Path file) {
        this.file = file;
    }

    static Digests read(Path file) {
        var digests = new Digests(file);
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                digests.entries.load(reader);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return digests;
    }

    static String of(Path jar) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String get(String name) {
        return entries.getProperty(name);
    }

    void put(String name, String digest) {
        changed |= !digest.equals(entries.setProperty(name, digest));
    }

    void write() {
        if (changed) {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            try {
                try (Writer writer = Files.newBufferedWriter(fresh)) {
                    entries.store(writer, null);
                }
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
