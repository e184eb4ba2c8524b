package neurath.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One connection whose reader takes a large page slowly, until it is told to hurry. Further requests can be pipelined behind it;
 * their answers must follow in order.
 */
public final class SlowDownload implements AutoCloseable {
    private static final int WINDOW = 16 * 1024;

    private final Connection connection;
    private final double nanosPerByte;
    private final AtomicLong taken = new AtomicLong();
    private final List<Answer> answers = new ArrayList<>();
    private final CompletableFuture<List<Answer>> done = new CompletableFuture<>();
    private final Thread reader;
    private volatile boolean hurrying;
    private long started;

    /**
     * An answer that had every byte right.
     *
     * @param completedAt time of {@link System#nanoTime}
     */
    public record Answer(Page page, Head head, long completedAt) {}

    private SlowDownload(Connection connection, double bytesPerSecond, List<Page> pages) {
        this.connection = connection;
        nanosPerByte = 1e9 / bytesPerSecond;
        reader = Thread.ofPlatform().daemon().name("slow-download").unstarted(() -> read(pages));
    }

    /**
     * Asks for a page, and for those behind it at once, all on one connection.
     *
     * @param bytesPerSecond bound of the reader
     */
    public static SlowDownload start(InetSocketAddress server, double bytesPerSecond, Page page, Page... pipelined) throws IOException {
        List<Page> pages = new ArrayList<>(List.of(page));
        pages.addAll(List.of(pipelined));
        var download = new SlowDownload(Connection.open(server, Duration.ofSeconds(20), WINDOW), bytesPerSecond, pages);
        for (Page each : pages) {
            download.connection.ask(each);
        }
        download.started = System.nanoTime();
        download.reader.start();
        return download;
    }

    /** Bytes of pages read so far. */
    public long taken() {
        return taken.get();
    }

    /** Whether the last answer has not come to its end yet. */
    public boolean inFlight() {
        return !done.isDone();
    }

    /** Reads the rest as fast as it comes. */
    public SlowDownload hurry() {
        hurrying = true;
        LockSupport.unpark(reader);
        return this;
    }

    /**
     * Waits for the last answer.
     *
     * @throws IOException if one was wrong, or the connection ended
     */
    public List<Answer> await(Duration patience) throws IOException, InterruptedException, TimeoutException {
        try {
            return done.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new IOException("slow download after %,d bytes: %s".formatted(taken(), e.getCause().getMessage()), e.getCause());
        }
    }

    private void read(List<Page> pages) {
        try {
            for (Page page : pages) {
                Head head = connection.receive(page, this::pause);
                answers.add(new Answer(page, head, System.nanoTime()));
            }
            done.complete(List.copyOf(answers));
        } catch (IOException e) {
            done.completeExceptionally(e);
        }
    }

    private void pause(int bytes) {
        long due = started + (long) (taken.addAndGet(bytes) * nanosPerByte);
        long left;
        while (!hurrying && (left = due - System.nanoTime()) > 0) {
            LockSupport.parkNanos(this, left);
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
