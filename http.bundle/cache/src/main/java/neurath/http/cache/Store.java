package neurath.http.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import neurath.http.Fill;
import neurath.http.Loaded;
import neurath.http.Request;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Entries in memory: within a weight, and for a time. Which of them go is Caffeine's choice, by how often and how lately they
 * were asked for. For any thread.
 */
@ProviderType
public final class Store {
    /** About what an entry takes beside its content and its key. */
    private static final int ALLOWANCE = 256;

    private final Cache<String, Kept> entries;
    private volatile Limits limits;

    /** An empty store. */
    public Store(Limits limits) {
        this(limits, Ticker.systemTicker());
    }

    /** @param clock tells how old entries are */
    Store(Limits limits, Ticker clock) {
        this.limits = limits;
        entries = Caffeine.newBuilder()
                .maximumWeight(limits.maxBytes())
                .weigher(Store::weight)
                .expireAfterWrite(limits.fresh())
                .ticker(clock)
                .executor(Runnable::run)
                .build();
    }

    private static int weight(String key, Kept kept) {
        return (int) Math.min(Integer.MAX_VALUE, (long) kept.length() + 2L * key.length() + ALLOWANCE);
    }

    /** What was kept for a request, or {@code null}. */
    public Entry find(Request request) {
        String resource = Keys.resource(request);
        Kept forAll = resource == null ? null : entries.getIfPresent(resource);
        Kept kept = forAll == null ? entries.getIfPresent(Keys.variant(request)) : forAll;
        return kept == null ? null : kept.asked();
    }

    /** Who keeps here what is found for a request that was missed. */
    public Fill fill(Request missed) {
        return this::keep;
    }

    private void keep(Loaded loaded) {
        Entry entry = Entry.of(loaded);
        if (entry != null) {
            keep(entry.varies() ? Keys.variant(loaded.request()) : loaded.request().path(), entry);
        }
    }

    /** Keeps an entry by its key, if it is not too large. */
    void keep(String key, Entry entry) {
        if (entry.bytes().remaining() <= limits.maxEntryBytes()) {
            entries.put(key, new Kept(entry));
        }
    }

    /** How much is kept, and for how long. */
    public Limits limits() {
        return limits;
    }

    /** Keeps to other limits from now on; what is there too much goes. */
    public void limit(Limits next) {
        if (!next.equals(limits)) {
            limits = next;
            entries.policy().eviction().orElseThrow().setMaximum(next.maxBytes());
            entries.policy().expireAfterWrite().orElseThrow().setExpiresAfter(next.fresh());
        }
    }

    /** How many entries there are, about. */
    public long size() {
        return entries.estimatedSize();
    }

    /** What they weigh. */
    public long bytes() {
        entries.cleanUp();
        return entries.policy().eviction().orElseThrow().weightedSize().orElseThrow();
    }
}
