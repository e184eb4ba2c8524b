package neurath.load;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * What the clients of a load ask for.
 *
 * @param server where
 * @param site which pages, chosen at random
 * @param clients keep-alive connections
 * @param period of each client's schedule; the clients' schedules are spread over it evenly. Zero for clients without a schedule,
 *     each of which asks again as soon as it has its answer
 * @param patience a server that is silent for longer has failed the request
 * @param seed of the choice of pages
 */
public record Demand(InetSocketAddress server, Site site, int clients, Duration period, Duration patience, long seed) {
    /** 38 clients that ask every 20 ms each. */
    public static Demand of(InetSocketAddress server, Site site) {
        return new Demand(server, site, 38, Duration.ofMillis(20), Duration.ofSeconds(5), 42);
    }

    public Demand withClients(int number, Duration each) {
        return new Demand(server, site, number, each, patience, seed);
    }

    public Demand withPatience(Duration longest) {
        return new Demand(server, site, clients, period, longest, seed);
    }
}
