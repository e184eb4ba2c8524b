package neurath.operator.http.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A file to whose end lines are added. Lines wait until {@link #flush}, or until there are many, or one has waited for long. For any
 * thread.
 *
 * <p>Where the file was moved away or removed, the next lines go into a new one of its name. Where it cannot be written, lines wait, and
 * what there is no room for is lost and counted; the next that is written says how many.
 */
final class LogFile {
    private static final int MANY = 64 * 1024;
    private static final int MOST = 1024 * 1024;

    private final Path path;
    private final long patience;
    /** Around the lines that wait. Taken after the other, if both are. */
    private final ReentrantLock adding = new ReentrantLock();
    /** Around the file. */
    private final ReentrantLock writing = new ReentrantLock();
    private ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private long since;
    private long lost;
    private ByteBuffer left = ByteBuffer.allocate(0);
    private FileChannel channel;
    private Object key;
    private IOException trouble;
    private volatile boolean isTroubled;

    private LogFile(Path path, Duration flush) {
        this.path = path;
        patience = 2 * flush.toNanos();
    }

    /** @param node who asks */
    static LogFile open(String node, Path path, Duration flush) throws IOException {
        LogFile file = new LogFile(path, flush);
        try {
            file.reopen();
        } catch (IOException e) {
            String reason = e instanceof NoSuchFileException ? "there is no such folder" : e.toString();
            throw new IOException(node + ".FILE: " + path.toAbsolutePath() + " cannot be opened, " + reason
                    + "; name a file in a folder that can be written", e);
        }
        return file;
    }

    private void reopen() throws IOException {
        FileChannel next = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        if (channel != null) {
            channel.close();
        }
        channel = next;
        key = identity();
    }

    /** What tells the file from another of its name; {@code null} if there is none. */
    private Object identity() throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Adds a line, its end included. */
    void add(String line) {
        boolean waits;
        adding.lock();
        try {
            long now = System.nanoTime();
            if (lines.size() == 0) {
                since = now;
            }
            if (lines.size() < MOST) {
                lines.writeBytes(line.getBytes(StandardCharsets.US_ASCII));
            } else {
                lost++;
            }
            waits = lines.size() < MANY && now - since < patience;
        } finally {
            adding.unlock();
        }
        if (!waits && !isTroubled && writing.tryLock()) {
            try {
                write();
            } finally {
                writing.unlock();
            }
        }
    }

    /** Whether there is something to write. */
    boolean isBehind() {
        writing.lock();
        adding.lock();
        try {
            return left.hasRemaining() || lines.size() > 0;
        } finally {
            adding.unlock();
            writing.unlock();
        }
    }

    /** Writes what waits. */
    void flush() {
        writing.lock();
        try {
            write();
        } finally {
            writing.unlock();
        }
    }

    private void write() {
        try {
            if (!Objects.equals(key, identity())) {
                reopen();
            }
            writeAll(left);
            left = taken();
            writeAll(left);
            isTroubled = false;
        } catch (IOException e) {
            if (!isTroubled) {
                isTroubled = true;
                trouble = e;
            }
        }
    }

    private void writeAll(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private ByteBuffer taken() {
        adding.lock();
        try {
            if (lost > 0) {
                lines.writeBytes(
                        ("# " + lost + " lines are lost here, as the file could not be written\n").getBytes(StandardCharsets.US_ASCII));
                lost = 0;
            }
            byte[] bytes = lines.toByteArray();
            if (bytes.length > MANY) {
                lines = new ByteArrayOutputStream();
            } else {
                lines.reset();
            }
            return ByteBuffer.wrap(bytes);
        } finally {
            adding.unlock();
        }
    }

    /** Why the file cannot be written, once for each time that begins; {@code null} if there is nothing to tell. */
    IOException takeTrouble() {
        writing.lock();
        try {
            IOException told = trouble;
            trouble = null;
            return told;
        } finally {
            writing.unlock();
        }
    }

    /** Writes what waits, and closes. */
    void close() throws IOException {
        writing.lock();
        try {
            write();
            channel.close();
        } finally {
            writing.unlock();
        }
    }
}
