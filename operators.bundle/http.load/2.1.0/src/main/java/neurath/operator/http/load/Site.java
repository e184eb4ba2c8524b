package neurath.operator.http.load;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;

/** The folder that is served. Nothing outside of it is found, by symbolic links neither, and nothing that is no regular file. */
final class Site {
    /** What was found for a path. */
    sealed interface Found {}

    /**
     * A regular file.
     *
     * @param path its real path, free of symbolic links
     * @param name that it is asked for by, which tells its media type
     * @param coding of its content; {@code identity} if it has none
     * @param modified when it was modified last
     */
    record File(Path path, String name, String coding, long size, FileTime modified) implements Found {
        boolean isCoded() {
            return !coding.equals(IDENTITY);
        }
    }

    /** A folder that was asked for without the slash behind its name. */
    record Folder() implements Found {}

    /** Nothing to serve. */
    record Nothing(int status) implements Found {}

    static final Nothing NOT_FOUND = new Nothing(404);
    static final Nothing FORBIDDEN = new Nothing(403);
    private static final Nothing NOT_ACCEPTABLE = new Nothing(406);
    private static final String IDENTITY = "identity";

    private final Path root;
    private final String index;
    private final Set<String> precompressed;

    /**
     * A site.
     *
     * @param index name of the file that stands for a folder
     * @param precompressed codings of which there may be files beside others
     * @throws IOException if the root is no folder that can be read
     */
    Site(Path root, String index, Set<String> precompressed) throws IOException {
        this.root = root.toRealPath();
        this.index = index;
        this.precompressed = precompressed;
        if (!Files.isDirectory(this.root)) {
            throw new NotDirectoryException(root.toString());
        }
    }

    /**
     * Looks a path up.
     *
     * @param path from {@code /} on, decoded, without dot segments
     * @param codings that the client takes, best first
     */
    Found find(String path, List<String> codings) throws IOException {
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
            return attributes.isRegularFile() ? inBestCoding(file(file, file.getFileName().toString(), IDENTITY, attributes), codings)
                    : NOT_FOUND;
        } catch (AccessDeniedException e) {
            return FORBIDDEN;
        } catch (FileSystemException | InvalidPathException e) {
            return NOT_FOUND;
        }
    }

    /** Whether it is still the one that was found. */
    boolean isUnchanged(File file) throws IOException {
        BasicFileAttributes attributes = attributesIfExists(file.path());
        return attributes != null && attributes.size() == file.size() && attributes.lastModifiedTime().equals(file.modified());
    }

    private static File file(Path path, String name, String coding, BasicFileAttributes attributes) {
        return new File(path, name, coding, attributes.size(), attributes.lastModifiedTime());
    }

    private Found inBestCoding(File file, List<String> codings) throws IOException {
        for (String coding : codings) {
            if (coding.equals(IDENTITY)) {
                return file;
            }
            File compressed = precompressed.contains(coding) ? compressed(file, coding) : null;
            if (compressed != null) {
                return compressed;
            }
        }
        return NOT_ACCEPTABLE;
    }

    /** The regular file beside it that has its content in a coding, if there is one that is not older. */
    private static File compressed(File file, String coding) throws IOException {
        Path path = file.path().resolveSibling(file.path().getFileName() + ending(coding));
        BasicFileAttributes attributes;
        try {
            attributes = attributesIfExists(path);
        } catch (FileSystemException tooLong) {
            return null;
        }
        return attributes != null && attributes.isRegularFile() && attributes.lastModifiedTime().compareTo(file.modified()) >= 0
                ? file(path, file.name(), coding, attributes)
                : null;
    }

    private static String ending(String coding) {
        return switch (coding) {
            case "gzip" -> ".gz";
            case "zstd" -> ".zst";
            default -> '.' + coding;
        };
    }

    /** Does not throw where there is nothing, which is the rule for compressed files. Follows no link. */
    private static BasicFileAttributes attributesIfExists(Path path) throws IOException {
        return path.getFileSystem()
                .provider()
                .readAttributesIfExists(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** The real path, or {@code null} if it lies outside. Where no name in it is a link it is that path itself. */
    private Path inside(String path) throws IOException {
        Path file = root.resolve(path.substring(1)).normalize();
        if (!file.startsWith(root)) {
            return null;
        }
        for (Path each = file; !each.equals(root); each = each.getParent()) {
            if (Files.isSymbolicLink(each)) {
                Path real = file.toRealPath();
                return real.startsWith(root) ? real : null;
            }
        }
        return file;
    }
}
