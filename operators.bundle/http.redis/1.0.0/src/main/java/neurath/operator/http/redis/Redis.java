package neurath.operator.http.redis;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.LongSupplier;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Initializing;
import neurath.api.Operator;
import neurath.api.OperatorType;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Parameters;
import neurath.api.RequiresOperator;
import neurath.api.RunsBlocking;
import neurath.api.Timed;
import neurath.http.Loaded;
import neurath.http.Request;
import neurath.http.cache.Entry;
import neurath.http.cache.Keys;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ServiceScope;

/**
 * Answers from a Redis what was asked for before, by this server or another. A Redis that is slow or not there is a miss.
 *
 * <p>Whoever brings what was found to a miss does not wait for the Redis: it is put down here, and kept by this node's own thread before
 * the next request, or a moment later. What is too much is not kept.
 */
@Component(service = Operator.class, scope = ServiceScope.PROTOTYPE)
@OperatorType("http/redis")
@RequiresOperator(operator = "http/reply", version = "2.1.0")
@Parameters(Settings.class)
@In(value = "IN", type = Request.class)
@Out(value = "HIT", type = Loaded.class)
@Out(value = "MISS", type = Request.class)
@RunsBlocking
public final class Redis implements Initializing, Timed {
    /** When it is looked whether something was found, after a miss, where no request comes before. */
    private static final Duration MOMENT = Duration.ofMillis(20);
    /** How often that is done for one miss. */
    private static final int PATIENCE = 500;
    /** Kept between two requests at most, so that no request waits for many. */
    private static final int SHARE = 4;

    private final LongSupplier clock;
    private Context context;
    private Settings settings;
    private Output<Loaded> hits;
    private Output<Request> misses;
    private Shelf shelf;
    private BlockingQueue<Map.Entry<String, Entry>> found;
    private int looks;
    private boolean isLooking;

    public Redis() {
        this(System::nanoTime);
    }

    /** @param clock in nanoseconds */
    Redis(LongSupplier clock) {
        this.clock = clock;
    }

    @Override
    public void open(Context context) throws IOException {
        this.context = context;
        settings = context.parameters(Settings.class);
        hits = context.output("HIT", Loaded.class);
        misses = context.output("MISS", Request.class);
        context.receive("IN", Request.class, this::find);
        shelf = new Shelf(context.node(), settings, clock);
        found = new ArrayBlockingQueue<>(settings.backlog());
    }

    @Override
    public void initialize(Progress progress) {
        shelf.warmUp();
    }

    private void find(Request request) {
        keepWhatWasFound();
        if (request.refusal() != 0) {
            misses.emit(request);
            return;
        }
        Entry entry = shelf.find(Keys.variant(request));
        if (entry == null) {
            misses.emit(request.with(this::found));
            looks = PATIENCE;
            look();
        } else {
            hits.emit(entry.loaded(request));
        }
    }

    /** For any thread. */
    private void found(Loaded loaded) {
        Entry entry = Entry.of(loaded);
        if (entry != null && entry.bytes().remaining() <= settings.maxEntryBytes()) {
            var _ = found.offer(Map.entry(Keys.variant(loaded.request()), entry));
        }
    }

    private void keepWhatWasFound() {
        for (int i = 0; i < SHARE; i++) {
            Map.Entry<String, Entry> next = found.poll();
            if (next == null) {
                return;
            }
            shelf.keep(next.getKey(), EntryFormat.write(next.getValue()));
        }
    }

    private void look() {
        if (!isLooking && looks > 0) {
            isLooking = true;
            looks--;
            context.timer(MOMENT, "look");
        }
    }

    @Override
    public void expired(Object subject) {
        isLooking = false;
        keepWhatWasFound();
        look();
    }

    @Override
    public void close() {
        shelf.close();
    }
}
