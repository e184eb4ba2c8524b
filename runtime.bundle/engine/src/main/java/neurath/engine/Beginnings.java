package neurath.engine;

import java.util.OptionalLong;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import neurath.api.Beginning;

/**
 * How many requests of a flow began in which epoch and have not ended.
 *
 * <p>A request that begins while an epoch does counts itself first and then looks whether its epoch is still the present one; if not it
 * tries again. So when an epoch has begun, the number of those before it only falls. For any thread.
 */
final class Beginnings {
    private final ConcurrentNavigableMap<Integer, AtomicLong> open = new ConcurrentSkipListMap<>();
    private volatile int epoch;

    Beginnings() {
        open.put(0, new AtomicLong());
    }

    /** One request. */
    record Request(int epoch, AtomicLong open, AtomicBoolean closed) implements Beginning {
        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                open.decrementAndGet();
            }
        }
    }

    Beginning begin() {
        while (true) {
            int now = epoch;
            AtomicLong those = open.get(now);
            if (those == null) {
                continue; // it went, as a later one has begun
            }
            those.incrementAndGet();
            if (epoch == now) {
                return new Request(now, those, new AtomicBoolean());
            }
            those.decrementAndGet();
        }
    }

    /** A lower one than the present is none. */
    synchronized void beginEpoch(int next) {
        if (next > epoch) {
            open.put(next, new AtomicLong());
            epoch = next;
            open.headMap(next).values().removeIf(those -> those.get() == 0);
        }
    }

    /** Number of the requests that began before an epoch; empty while that one has not begun. */
    OptionalLong before(int next) {
        return epoch < next
                ? OptionalLong.empty()
                : OptionalLong.of(open.headMap(next).values().stream().mapToLong(AtomicLong::get).sum());
    }
}
