package neurath.operator.http.cache;

import java.io.IOException;
import java.time.Duration;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Initializing;
import neurath.api.Operator;
import neurath.api.OperatorType;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Parameters;
import neurath.api.RequiresOperator;
import neurath.api.Stateful;
import neurath.api.Timed;
import neurath.http.Loaded;
import neurath.http.Request;
import neurath.http.cache.Crawl;
import neurath.http.cache.Entry;
import neurath.http.cache.Limits;
import neurath.http.cache.Store;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ServiceScope;

/**
 * Answers from memory what was asked for before. What it misses goes on with a {@link neurath.http.Fill}, by which whoever merges hits and
 * misses tells it what was found.
 *
 * <p>The store is its state, and passes from version to version by reference. A new one is filled as {@code FILL} says; one that is taken
 * over is full already.
 */
@Component(service = Operator.class, scope = ServiceScope.PROTOTYPE)
@OperatorType("http/cache")
@RequiresOperator(operator = "http/reply", version = "2.1.0")
@Parameters(Settings.class)
@In(value = "IN", type = Request.class)
@Out(value = "HIT", type = Loaded.class)
@Out(value = "MISS", type = Request.class)
public final class Cache implements Initializing, Timed, Stateful<Cache.State> {
    /** Read between two words on how far it has come. */
    private static final long SHARE = 1024 * 1024;

    /**
     * State.
     *
     * @param crawl what is still to be read; {@code null} if nothing is
     */
    record State(Store store, Crawl crawl) {}

    private Context context;
    private Settings settings;
    private Limits limits;
    private Output<Loaded> hits;
    private Output<Request> misses;
    private Store store;
    private Crawl crawl;
    /** It was put in, and has seen to the store's limits and to what is to be read at once. */
    private boolean atWork;

    @Override
    public void open(Context context) {
        this.context = context;
        settings = context.parameters(Settings.class);
        limits = settings.limits();
        hits = context.output("HIT", Loaded.class);
        misses = context.output("MISS", Request.class);
        context.receive("IN", Request.class, this::find);
        store = new Store(limits);
    }

    @Override
    public void initialize(Progress progress) throws IOException {
        if (settings.fill() == Filling.OFFLINE) {
            Crawl ahead = new Crawl(settings.root(), settings.index(), settings.precompressed());
            while (ahead.read(store, SHARE)) {
                progress.say(ahead.toString());
            }
            context.note("filled", ahead.toString());
        }
    }

    @Override
    public void begin() throws IOException {
        if (settings.fill() == Filling.INLINE || settings.fill() == Filling.ITERATIVE) {
            crawl = new Crawl(settings.root(), settings.index(), settings.precompressed());
            context.timer(Duration.ZERO, "fill");
        }
    }

    @Override
    public State state() {
        return new State(store, crawl);
    }

    @Override
    public void restore(State state) {
        store = state.store();
        crawl = state.crawl();
        atWork = false;
    }

    @Override
    public long size() {
        return store.size();
    }

    @Override
    public void expired(Object subject) {
        goToWork();
        if (crawl != null) {
            fill(settings.sliceBytes());
        }
        if (crawl != null) {
            context.timer(settings.slicePause(), "fill");
        }
    }

    private void find(Request request) {
        goToWork();
        if (request.refusal() == 0) {
            Entry entry = store.find(request);
            if (entry == null) {
                misses.emit(request.with(store.fill(request)));
            } else {
                hits.emit(entry.loaded(request));
            }
        } else {
            misses.emit(request);
        }
    }

    private void goToWork() {
        if (!atWork) {
            atWork = true;
            store.limit(limits);
            if (settings.fill() == Filling.INLINE && crawl != null) {
                fill(Long.MAX_VALUE);
            }
        }
    }

    private void fill(long share) {
        if (!crawl.read(store, share)) {
            context.note("filled", crawl.toString());
            crawl = null;
        }
    }
}
