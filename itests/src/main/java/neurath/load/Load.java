package neurath.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Clients at work. */
public final class Load implements AutoCloseable {
    private final Demand demand;
    private final List<Client> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private Report report;

    private Load(Demand demand) {
        this.demand = demand;
    }

    /**
     * Connects all clients and starts their schedules.
     *
     * @throws IOException if the server takes no connection
     */
    public static Load start(Demand demand) throws IOException {
        Load load = new Load(demand);
        load.start();
        return load;
    }

    private void start() throws IOException {
        for (int i = 0; i < demand.clients(); i++) {
            Client client = new Client(i, demand);
            clients.add(client);
            try {
                client.connect();
            } catch (IOException e) {
                clients.forEach(Client::drop);
                throw e;
            }
        }
        long start = System.nanoTime() + demand.period().toNanos();
        for (int i = 0; i < clients.size(); i++) {
            Client client = clients.get(i);
            client.startAt(start + demand.period().toNanos() * i / clients.size());
            threads.add(Thread.ofPlatform().daemon().name("load-" + i).start(client));
        }
    }

    /** Answers so far that were right. */
    public long completed() {
        return clients.stream().mapToLong(client -> client.completions().size()).sum();
    }

    /** Right answers so far that came after a time of {@link System#nanoTime}, in no order. */
    public List<Report.Sample> samplesAfter(long time) {
        return clients.stream().flatMap(Report::samples).filter(sample -> sample.at() > time).toList();
    }

    /** Requests so far that failed. */
    public long failed() {
        return clients.stream().mapToLong(client -> client.tally().failed()).sum();
    }

    /** Lets every client finish the request in hand, ends all connections, and says what was felt. */
    public Report stop() throws InterruptedException {
        if (report == null) {
            clients.forEach(Client::stop);
            threads.forEach(LockSupport::unpark);
            for (Thread thread : threads) {
                thread.join();
            }
            report = Report.of(clients);
        }
        return report;
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }
}
