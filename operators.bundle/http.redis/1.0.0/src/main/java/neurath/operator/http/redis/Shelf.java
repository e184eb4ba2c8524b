package neurath.operator.http.redis;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;
import neurath.http.cache.Entry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Entries in a Redis. While it cannot be had nothing is found and nothing kept, and it is asked again from time to time. */
final class Shelf implements AutoCloseable {
    private final Logger log = LoggerFactory.getLogger(Shelf.class);
    private final String node;
    private final Settings settings;
    private final LongSupplier clock;
    private Wire wire;
    private boolean failed;
    private long failedAt;

    /**
     * @param node who says that the Redis cannot be had
     * @param clock in nanoseconds
     */
    Shelf(String node, Settings settings, LongSupplier clock) {
        this.node = node;
        this.settings = settings;
        this.clock = clock;
    }

    private interface Call<T> {
        T on(Wire wire) throws IOException;
    }

    /** What is kept under a key, or {@code null}. */
    Entry find(String key) {
        return call(redis -> {
            byte[] kept = redis.call(bytes("GET"), bytes(settings.prefix() + key));
            return kept == null ? null : EntryFormat.read(kept);
        });
    }

    /** Keeps an entry under a key. */
    void keep(String key, byte[] entry) {
        call(redis -> redis.call(
                bytes("SET"), bytes(settings.prefix() + key), entry, bytes("PX"), bytes(Long.toString(settings.fresh().toMillis()))));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private <T> T call(Call<T> call) {
        if (failed && clock.getAsLong() - failedAt < settings.retry().toNanos()) {
            return null;
        }
        try {
            if (wire == null) {
                wire = new Wire(new InetSocketAddress(settings.host(), settings.port()), settings.timeout());
            }
            T answer = call.on(wire);
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
        if (wire != null) {
            wire.close();
            wire = null;
        }
    }
}
