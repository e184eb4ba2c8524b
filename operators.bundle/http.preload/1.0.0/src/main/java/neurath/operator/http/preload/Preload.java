package neurath.operator.http.preload;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import neurath.api.Context;
import neurath.api.Default;
import neurath.api.Initializing;
import neurath.api.Operator;
import neurath.api.OperatorType;
import neurath.api.Parameters;
import neurath.api.Stateful;
import neurath.http.cache.Crawl;
import neurath.http.cache.Limits;
import neurath.http.cache.Store;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ServiceScope;

/**
 * Reads files into a store beside the way of requests. It has no ports: its state is for the cache that takes its place,
 * {@code cache(http/cache:was=preload)}.
 */
@Component(service = Operator.class, scope = ServiceScope.PROTOTYPE)
@OperatorType("http/preload")
@Parameters(Preload.Settings.class)
public final class Preload implements Initializing, Stateful<Preload.State> {
    /** Read between two words on how far it has come. */
    private static final long SHARE = 1024 * 1024;

    /**
     * Parameters, as those of {@code http/cache}.
     *
     * @param root folder that is served
     * @param index name of the file that stands for a folder
     * @param precompressed codings, separated by commas, of which there may be files beside others
     * @param maxBytes what entries may weigh together
     * @param maxEntryBytes length of a content that is kept
     * @param fresh for how long one is kept
     */
    record Settings(
            @Default(".") Path root,
            @Default("index.html") String index,
            @Default("br,gzip") String precompressed,
            @Default("67108864") long maxBytes,
            @Default("1048576") int maxEntryBytes,
            @Default("PT1M") Duration fresh) {}

    /** State: what was read; nothing is left to read. */
    record State(Store store, Crawl crawl) {}

    private Context context;
    private Settings settings;
    private Store store;

    @Override
    public void open(Context context) {
        this.context = context;
        settings = context.parameters(Settings.class);
        store = new Store(new Limits(settings.maxBytes(), settings.maxEntryBytes(), settings.fresh()));
    }

    @Override
    public void initialize(Progress progress) throws IOException {
        Crawl crawl = new Crawl(settings.root(), settings.index(), settings.precompressed());
        while (crawl.read(store, SHARE)) {
            progress.say(crawl.toString());
        }
        context.note("preloaded", crawl.toString());
    }

    @Override
    public State state() {
        return new State(store, null);
    }

    @Override
    public void restore(State state) {
        store = state.store();
    }

    @Override
    public long size() {
        return store.size();
    }
}
