package neurath.operator.http.load;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** The folder that is served. Nothing outside of it is found, by symbolic links neither, and nothing that is no regular file. */
final class Site {
    /** What was found for a path. */
    sealed interface Found {}

    /**
     * A regular file.
     *
     * @param path its real path, free of symbolic links
     */
    record File(Path path, long size) implements Found {}

    /** A folder that was asked for without the slash behind its name. */
    record Folder() implements Found {}

    /** Nothing to serve. */
    record Nothing(int status) implements Found {}

    private static final Nothing NOT_FOUND = new Nothing(404);
    private static final Nothing FORBIDDEN = new Nothing(403);

    private final Path root;
    private final String index;

    /**
     * A site.
     *
     * @param index name of the file that stands for a folder
     * @throws IOException if the root is no folder that can be read
     */
    Site(Path root, String index) throws IOException {
        this.root = root.toRealPath();
        this.index = index;
        if (!Files.isDirectory(this.root)) {
            throw new NotDirectoryException(root.toString());
        }
    }

    /**
     * Looks a path up.
     *
     * @param path from {@code /} on, decoded, without dot segments
     */
    Found find(String path) throws IOException {
        try {
            boolean namesFolder = path.endsWith("/");
            Path file = inside(namesFolder ? path + index : path);
            if (file == null) {
                return NOT_FOUND;
            }
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (attributes.isDirectory() && !namesFolder) {
                return new Folder();
            }
            return attributes.isRegularFile() ? new File(file, attributes.size()) : NOT_FOUND;
        } catch (AccessDeniedException e) {
            return FORBIDDEN;
        } catch (FileSystemException | InvalidPathException e) {
            return NOT_FOUND;
        }
    }

    /** The real path, or {@code null} if it lies outside. */
    private Path inside(String path) throws IOException {
        Path real = root.resolve(path.substring(1)).toRealPath();
        return real.startsWith(root) ? real : null;
    }
}
