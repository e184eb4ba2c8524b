package neurath.coordinator;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import neurath.graph.fbp.FbpParser;
import neurath.graph.fbp.FbpWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The flows on disk: for each a {@code NAME.properties} with its record and graph, and a {@code NAME.history} with a line for each
 * update. A record is written whole, forced to disk and moved into its place.
 */
final class FlowStore {
    private static final Logger LOG = LoggerFactory.getLogger(FlowStore.class);
    private static final String RECORD = ".properties";
    private static final String HISTORY = ".history";
    private static final String ORIGIN = "origin.";

    private final Path folder;
    /** Names of the flows whose records could not be read. */
    private final Set<String> unreadable = new HashSet<>();

    FlowStore(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("the folder of flows " + folder + " cannot be made; check --home", e);
        }
    }

    /** All records that can be read; one that cannot is reported and left as it is. */
    Map<String, FlowRecord> load() {
        var records = new LinkedHashMap<String, FlowRecord>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + RECORD)) {
            for (Path file : files) {
                try {
                    FlowRecord record = read(file);
                    records.put(record.name(), record);
                } catch (IOException | RuntimeException e) {
                    String name = file.getFileName().toString();
                    unreadable.add(name.substring(0, name.length() - RECORD.length()));
                    LOG.error("{} cannot be read, its flow is not started; mend it or remove it, and restart", file, e);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the folder of flows " + folder + " cannot be read", e);
        }
        return records;
    }

    /** Whether there is a record of the flow that could not be read. */
    boolean isUnreadable(String flow) {
        return unreadable.contains(flow);
    }

    void save(FlowRecord record) {
        var properties = new Properties();
        properties.setProperty("name", record.name());
        properties.setProperty("graph", new FbpWriter().write(record.graph));
        properties.setProperty("revision", Integer.toString(record.revision));
        properties.setProperty("updates", Integer.toString(record.updates));
        properties.setProperty("policy", record.policy.name());
        properties.setProperty("stopped", Boolean.toString(record.stopped));
        record.origins.forEach((source, digest) -> properties.setProperty(ORIGIN + source, digest));
        record.versions.forEach((node, key) -> properties.setProperty("version." + node, key));
        properties.setProperty("considered", String.join(" ", record.considered));
        properties.setProperty("refused", String.join(" ", record.refused));
        var text = new StringWriter();
        try {
            properties.store(text, "a flow of Neurath");
            replace(file(record.name(), RECORD), text.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("the record of " + record.name() + " cannot be written to " + folder, e);
        }
    }

    void remove(String flow) {
        try {
            Files.deleteIfExists(file(flow, RECORD));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void append(String flow, String line) {
        try {
            Files.writeString(file(flow, HISTORY), line + '\n', StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("the history of " + flow + " cannot be written to " + folder, e);
        }
    }

    List<String> history(String flow) {
        Path file = file(flow, HISTORY);
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("the history of " + flow + " cannot be read from " + file, e);
        }
    }

    private Path file(String flow, String ending) {
        return folder.resolve(flow + ending);
    }

    private static FlowRecord read(Path file) throws IOException {
        var properties = new Properties();
        properties.load(new StringReader(Files.readString(file)));
        var record = new FlowRecord(
                required(properties, "name"),
                new FbpParser().parse(required(properties, "graph")));
        record.revision = Integer.parseInt(required(properties, "revision"));
        record.updates = Integer.parseInt(required(properties, "updates"));
        record.policy = FlowRecord.Policy.valueOf(required(properties, "policy"));
        record.stopped = Boolean.parseBoolean(required(properties, "stopped"));
        properties.stringPropertyNames().stream()
                .filter(key -> key.startsWith(ORIGIN))
                .forEach(key -> record.origins.put(key.substring(ORIGIN.length()), properties.getProperty(key)));
        record.graph.nodes().keySet().forEach(node -> {
            String key = properties.getProperty("version." + node);
            if (key != null) {
                record.versions.put(node, key);
            }
        });
        words(required(properties, "considered"), record.considered);
        words(required(properties, "refused"), record.refused);
        return record;
    }

    private static String required(Properties properties, String key) {
        String value = properties.getProperty(key);
        if (value == null) {
            throw new IllegalArgumentException("it has no '" + key + "'");
        }
        return value;
    }

    private static void words(String text, Set<String> into) {
        Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty()).forEach(into::add);
    }

    private static void replace(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        try {
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the file system of " + file + " cannot replace a file in one step", e);
        }
    }
}
