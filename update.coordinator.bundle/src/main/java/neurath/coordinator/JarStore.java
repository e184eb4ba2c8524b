package neurath.coordinator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;
import neurath.coordinator.journal.Directories;

/** A folder of jars, each named by its SHA-256 and there whole or not at all. For any thread. */
final class JarStore {
    private static final String ENDING = ".jar";

    private final Path folder;

    JarStore(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    /** Writes a jar. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Puts a jar into the folder, forced to disk; its SHA-256. */
    String put(Content content) throws IOException {
        Path fresh = Files.createTempFile(folder, "incoming", ENDING);
        try {
            MessageDigest sha = sha256();
            try (OutputStream out = new DigestOutputStream(Files.newOutputStream(fresh), sha)) {
                content.writeTo(out);
            }
            String digest = HexFormat.of().formatHex(sha.digest());
            if (!holds(digest)) {
                force(fresh);
                Files.move(fresh, file(digest), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
                Directories.force(folder);
            }
            return digest;
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Whether a jar is there, and is still what its name says. */
    boolean holds(String digest) throws IOException {
        if (!Files.isRegularFile(file(digest))) {
            return false;
        }
        MessageDigest sha = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file(digest)), sha)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(sha.digest()).equals(digest);
    }

    InputStream open(String digest) throws IOException {
        return Files.newInputStream(file(digest));
    }

    /** Where a jar lies, or would lie. */
    Path file(String digest) {
        return folder.resolve(digest + ENDING);
    }

    void remove(String digest) throws IOException {
        Files.deleteIfExists(file(digest));
    }

    /** Removes all but some. */
    void retain(Set<String> digests) throws IOException {
        Set<Path> wanted = digests.stream().map(this::file).collect(Collectors.toSet());
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ENDING)) {
            for (Path file : files) {
                if (!wanted.contains(file)) {
                    Files.delete(file);
                }
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
