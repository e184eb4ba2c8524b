package neurath.operator.http.redis;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.LongSupplier;
import neurath.http.cache.Entry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.JedisClientConfig;

/** Entries in a Redis. While it cannot be had nothing is found and nothing kept, and it is asked again from time to time. */
final class Shelf implements AutoCloseable {
    /** Of what a call takes the first time, most is spent in loading its code. */
    private static final Duration WARM_UP = Duration.ofSeconds(2);

    private final Logger log = LoggerFactory.getLogger(Shelf.class);
    private final String node;
    private final Settings settings;
    private final JedisClientConfig config;
    private final LongSupplier clock;
    private Client client;
    private boolean failed;
    private long failedAt;

    /**
     * @param node who says that the Redis cannot be had
     * @param clock in nanoseconds
     */
    Shelf(String node, Settings settings, LongSupplier clock) throws IOException {
        this.node = node;
        this.settings = settings;
        this.config = settings.client(node);
        this.clock = clock;
    }

    private interface Call<T> {
        T on(Client client) throws IOException;
    }

    /** Talks to the Redis as long as it takes, so that the client's code is there when the first request is. */
    void warmUp() {
        try (Client first = connect(WARM_UP)) {
            first.get(key(""));
        } catch (IOException e) {
            log.debug("{}: the Redis at {}:{} cannot be had yet", node, settings.host(), settings.port(), e); // the first request tells
        }
    }

    /** What is kept under a key, or {@code null}. */
    Entry find(String key) {
        return call(redis -> {
            byte[] kept = redis.get(key(key));
            return kept == null ? null : EntryFormat.read(kept);
        });
    }

    /** Keeps an entry under a key. */
    void keep(String key, byte[] entry) {
        call(redis -> {
            redis.set(key(key), entry, settings.fresh());
            return null;
        });
    }

    private byte[] key(String key) {
        return (settings.prefix() + key).getBytes(StandardCharsets.UTF_8);
    }

    private Client connect(Duration timeout) throws IOException {
        return new Client(new InetSocketAddress(settings.host(), settings.port()), config, timeout);
    }

    private <T> T call(Call<T> call) {
        if (failed && clock.getAsLong() - failedAt < settings.retry().toNanos()) {
            return null;
        }
        try {
            if (client == null) {
                client = connect(settings.timeout());
            }
            T answer = call.on(client);
            if (failed) {
                failed = false;
                log.info("{}: the Redis at {}:{} is back", node, settings.host(), settings.port());
            }
            return answer;
        } catch (IOException e) {
            if (!failed) {
                log.warn("{}: the Redis at {}:{} cannot be had, {}; every request is a miss until it can", node, settings.host(),
                        settings.port(), e.getMessage());
            }
            failed = true;
            failedAt = clock.getAsLong();
            close();
            return null;
        }
    }

    /** Whether it failed when it was asked last. */
    boolean hasFailed() {
        return failed;
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
            client = null;
        }
    }
}
