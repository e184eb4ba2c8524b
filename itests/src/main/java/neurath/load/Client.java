package neurath.load;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.SocketTimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.HdrHistogram.Histogram;

/**
 * One client with one connection and a thread of its own, which asks at scheduled times. A request that had to wait for the answer
 * before it counts from its scheduled time all the same (no coordinated omission, see Tene, "How NOT to Measure Latency").
 */
final class Client implements Runnable {
    private final int number;
    private final Demand demand;
    private final RandomGenerator random;
    private final Longs completions = new Longs();
    private final Longs latencies = new Longs();
    private final Histogram latency = new Histogram(3);
    private final Tally tally = new Tally();
    private Connection connection;
    private long firstAt;
    private long cpuNanos;
    private volatile boolean stopping;

    Client(int number, Demand demand) {
        this.number = number;
        this.demand = demand;
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(demand.seed() + number);
    }

    /** Connects, for a schedule that begins at a time of {@link System#nanoTime}. */
    void connect() throws IOException {
        connection = Connection.open(demand.server(), demand.patience(), 0);
    }

    void startAt(long nanoTime) {
        firstAt = nanoTime;
    }

    /** The request in hand is finished, no other begun. Whoever calls unparks the thread. */
    void stop() {
        stopping = true;
    }

    @Override
    public void run() {
        long period = demand.period().toNanos();
        for (long scheduled = firstAt; awaitTime(scheduled); scheduled = period == 0 ? System.nanoTime() : scheduled + period) {
            exchange(demand.site().any(random), scheduled);
        }
        finish();
        cpuNanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private boolean awaitTime(long scheduled) {
        while (!stopping) {
            long left = scheduled - System.nanoTime();
            if (left <= 0) {
                return true;
            }
            LockSupport.parkNanos(this, left);
        }
        return false;
    }

    private void exchange(Page page, long scheduled) {
        try {
            if (connection == null) {
                connect();
            }
            connection.ask(page);
            Head head = connection.receive(page, Pace.FULL);
            long now = System.nanoTime();
            latencies.add(now - scheduled);
            completions.add(now);
            latency.recordValue(now - scheduled);
            if (head.closes()) {
                tally.closed();
                drop();
            }
        } catch (ClosedByServer e) {
            tally.closed();
            fail(page, "connection closed by the server " + e.getMessage());
            drop();
        } catch (SocketTimeoutException e) {
            fail(page, "no byte for " + demand.patience().toMillis() + " ms");
            drop();
        } catch (WrongAnswer e) {
            fail(page, e.getMessage());
            if (e.closes()) {
                tally.closed();
            }
            if (!e.connectionUsable()) {
                drop();
            }
        } catch (IOException e) {
            fail(page, e.toString());
            drop();
        }
    }

    private void finish() {
        if (connection == null) {
            return;
        }
        try {
            if (!connection.idle()) {
                tally.closed();
            }
        } catch (IOException e) {
            tally.failed("client " + number + ": " + e.getMessage());
        }
        drop();
    }

    private void fail(Page page, String reason) {
        tally.failed("client " + number + ", /" + page.name() + ": " + reason);
    }

    void drop() {
        if (connection != null) {
            try {
                connection.close();
            } catch (IOException e) {
                tally.failed("client " + number + ": closing its connection: " + e);
            }
            connection = null;
        }
    }

    Longs completions() {
        return completions;
    }

    /** From the scheduled time of each completion to the completion; at least as many as completions. */
    Longs latencies() {
        return latencies;
    }

    Histogram latency() {
        return latency;
    }

    Tally tally() {
        return tally;
    }

    long cpuNanos() {
        return cpuNanos;
    }
}
