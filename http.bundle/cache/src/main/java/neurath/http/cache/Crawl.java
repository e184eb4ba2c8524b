package neurath.http.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Reads the files of a folder into a store, some at a time, until the store is full. Left to those who ask for them are symbolic links,
 * hidden files, those of which there are other codings, and what cannot be read. For one thread at a time.
 */
@ProviderType
public final class Crawl {
    /** About what looking for a file costs, in bytes that could be read meanwhile. */
    private static final int LOOK = 4096;

    private final Path root;
    private final String index;
    private final List<String> endings;
    private final Description description;
    private final Deque<Path> ahead = new ArrayDeque<>();
    private int files;
    private long bytes;

    /**
     * At the beginning.
     *
     * @param root the folder
     * @param index name of the file that stands for a folder
     * @param precompressed codings, separated by commas, of which there may be files beside others
     * @throws IOException if it is no folder
     */
    public Crawl(Path root, String index, String precompressed) throws IOException {
        this.root = root.toRealPath();
        this.index = index;
        endings = Stream.of(precompressed.toLowerCase(Locale.ROOT).split(","))
                .map(String::strip)
                .filter(coding -> !coding.isEmpty())
                .map(Crawl::ending)
                .toList();
        description = new Description(!endings.isEmpty());
        if (!Files.isDirectory(this.root)) {
            throw new NotDirectoryException(root.toString());
        }
        ahead.add(this.root);
    }

    private static String ending(String coding) {
        return switch (coding) {
            case "gzip" -> ".gz";
            case "zstd" -> ".zst";
            default -> '.' + coding;
        };
    }

    /**
     * Goes on, for a while.
     *
     * @param share about how many bytes to read
     * @return whether anything is left
     */
    public boolean read(Store store, long share) {
        long left = share;
        while (!ahead.isEmpty() && left > 0) {
            if (bytes >= store.limits().maxBytes()) {
                ahead.clear();
            } else {
                left -= LOOK + look(ahead.removeLast(), store);
            }
        }
        return !ahead.isEmpty();
    }

    private int look(Path path, Store store) {
        try {
            BasicFileAttributes attributes = attributes(path);
            if (attributes.isDirectory()) {
                list(path);
            } else if (attributes.isRegularFile() && attributes.size() <= store.limits().maxEntryBytes() && !hasOtherCodings(path)) {
                return read(path, attributes, store);
            }
            return 0;
        } catch (IOException | DirectoryIteratorException leftOut) {
            return 0; // whoever asks for it is told
        }
    }

    private void list(Path folder) throws IOException {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder, child -> !Files.isHidden(child))) {
            children.forEach(ahead::add);
        }
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private boolean hasOtherCodings(Path file) {
        return endings.stream().anyMatch(ending -> Files.exists(file.resolveSibling(file.getFileName() + ending)));
    }

    private int read(Path file, BasicFileAttributes found, Store store) throws IOException {
        ByteBuffer content = ByteBuffer.allocate((int) found.size());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            int count = 0;
            while (content.hasRemaining() && count >= 0) {
                count = channel.read(content);
            }
        }
        BasicFileAttributes now = attributes(file);
        if (now.size() == found.size() && now.lastModifiedTime().equals(found.lastModifiedTime()) && !content.hasRemaining()) {
            keep(file, new Entry(file.getFileName().toString(), description.of(found), content.flip()), store);
        }
        return content.capacity();
    }

    private void keep(Path file, Entry entry, Store store) {
        String path = '/' + root.relativize(file).toString().replace(root.getFileSystem().getSeparator(), "/");
        store.keep(path, entry);
        if (entry.name().equals(index)) {
            store.keep(path.substring(0, path.length() - index.length()), entry);
        }
        files++;
        bytes += entry.bytes().remaining();
    }

    /** What was read, for people. */
    @Override
    public String toString() {
        return files + " files, " + bytes + " bytes";
    }
}
