package neurath.coordinator.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of records, each a text with its length, a check sum and a number. Records are added at its end; from time to time the file is
 * replaced as a whole by one that says the same in fewer records. Not thread-safe, but
 * for {@link #close}.
 *
 * <p>A record is there whole or not at all: one that was being written when the platform ended is not there. A record that is damaged
 * otherwise is lost, and no other with it; the file is then kept aside for people. What could not be written is taken back, so that it
 * does not turn up later.
 *
 * <p>Room can be reserved ahead, so that what must be written later does not find the disk full.
 */
public final class Journal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final int CHUNK = 1 << 14;

    private final Path file;
    private final Opener opener;
    private final List<String> records;
    private FileChannel channel;
    private long end;
    private long sequence;
    private volatile boolean closed;

    /**
     * Opens a journal, and makes it where it is missing.
     *
     * @throws JournalException if it cannot be read or made, or is of a format that this version does not know; it is left as it is
     */
    public Journal(Path file, Opener opener) throws JournalException {
        this.file = file;
        this.opener = opener;
        this.records = new ArrayList<>();
        try {
            Files.createDirectories(file.getParent());
            Files.deleteIfExists(fresh());
            if (Files.exists(file)) {
                read();
            } else {
                replaceBy(List.of());
            }
        } catch (JournalException e) {
            throw e;
        } catch (IOException e) {
            throw new JournalException("the journal " + file + " cannot be opened (" + e + "); it must be a file that the platform may read"
                    + " and write, on a disk that works and has room: mend that, or give another --home", e);
        }
    }

    private void read() throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Reading reading = Reading.of(bytes);
        if (reading.format() != null && !reading.format().equals(Reading.FORMAT)) {
            throw new JournalException("the journal " + file + " is a '" + reading.format() + "', and this version reads '" + Reading.FORMAT
                    + "'; start the version that wrote it, or give another --home", null);
        }
        records.addAll(reading.records());
        if (!reading.damages().isEmpty()) {
            Path aside = Files.copy(file, Files.createTempFile(file.getParent(), file.getFileName() + ".damaged-", ""),
                    StandardCopyOption.REPLACE_EXISTING);
            LOG.error("the journal {} is damaged at {}; what is written there is lost, and what is whole counts: {} records, the last"
                    + " good configuration. Check the disk, and look with flow:list and flow:history what is missing; the damaged file is {}",
                    file, reading.damages(), records.size(), aside);
            replaceBy(records);
            return;
        }
        channel = opener.open(file, StandardOpenOption.WRITE);
        end = reading.end();
        sequence = reading.sequence();
        if (reading.torn() > 0) {
            LOG.warn("a record was being written to {} at offset {} when the platform ended; its {} bytes are ignored",
                    file, reading.end(), reading.torn());
            channel.truncate(end);
        }
    }

    /** What it held when it was opened, oldest first. */
    public List<String> records() {
        return List.copyOf(records);
    }

    /** How many bytes the records take. */
    public long size() {
        return end;
    }

    /**
     * Adds a record.
     *
     * @param forced whether it is on the disk, and not only on its way, when this returns
     * @throws JournalException if it cannot; then it is not there
     */
    public void append(String text, boolean forced) throws JournalException {
        ByteBuffer frame = Frame.encode(sequence, text);
        int size = frame.remaining();
        try {
            write(frame, end);
            if (forced) {
                channel.force(false);
            }
        } catch (IOException e) {
            takeBack();
            throw cannotWrite(e);
        }
        end += size;
        sequence++;
    }

    /**
     * Takes room on the disk for what is to be added.
     *
     * @throws JournalException if there is none
     */
    public void reserve(int bytes) throws JournalException {
        try {
            long size = channel.size();
            if (end + bytes > size) {
                write(ByteBuffer.allocate((int) (end + bytes - size) + CHUNK), size);
            }
        } catch (IOException e) {
            takeBack();
            throw cannotWrite(e);
        }
    }

    /**
     * Has other records in its place, in one step: after a crash there are either the old or the new ones.
     *
     * @throws JournalException if it cannot; then the old ones are there
     */
    public void replace(List<String> replacement) throws JournalException {
        try {
            replaceBy(replacement);
        } catch (IOException e) {
            throw cannotWrite(e);
        }
    }

    private void replaceBy(List<String> replacement) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        Path fresh = fresh();
        FileChannel next = opener.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        try {
            long count = 0;
            long offset = writeTo(next, Frame.encode(count++, Reading.FORMAT), 0);
            for (String record : replacement) {
                offset = writeTo(next, Frame.encode(count++, record), offset);
            }
            next.force(true);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            closeQuietly(channel);
            channel = next;
            end = offset;
            sequence = count;
        } catch (IOException e) {
            next.close();
            Files.deleteIfExists(fresh);
            throw e;
        }
        Directories.force(file.getParent());
    }

    private static void closeQuietly(FileChannel old) {
        try {
            if (old != null) {
                old.close();
            }
        } catch (IOException e) {
            LOG.debug("the file that was replaced could not be closed", e);
        }
    }

    private void write(ByteBuffer bytes, long offset) throws IOException {
        writeTo(channel, bytes, offset);
    }

    private static long writeTo(FileChannel channel, ByteBuffer bytes, long offset) throws IOException {
        long next = offset;
        while (bytes.hasRemaining()) {
            next += channel.write(bytes, next);
        }
        return next;
    }

    /**
     * Has all records on the disk.
     *
     * @throws JournalException if the disk does not say that they are
     */
    public void force() throws JournalException {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw cannotWrite(e);
        }
    }

    /** What was written and does not count must not be read later. */
    private void takeBack() {
        try {
            channel.truncate(end);
        } catch (IOException e) {
            LOG.warn("what could not be written to {} could not be taken back either", file, e);
        }
    }

    private JournalException cannotWrite(IOException e) {
        return new JournalException(
                "the journal " + file + " cannot be written (" + e.getMessage() + "; " + room() + "); mend the disk or make"
                        + " room on it",
                e);
    }

    private String room() {
        try {
            return Files.getFileStore(file.getParent()).getUsableSpace() / 1024 + " KiB free";
        } catch (IOException e) {
            return "and its disk does not tell its room";
        }
    }

    private Path fresh() {
        return file.resolveSibling(file.getFileName() + ".new");
    }

    /** Nothing is written to it any more, also not by a thread that was left behind. */
    @Override
    public void close() throws IOException {
        closed = true;
        if (channel != null) {
            channel.close();
        }
    }
}
