package neurath.operator.http.load;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import neurath.api.Context;
import neurath.api.Default;
import neurath.api.Operator;
import neurath.api.OperatorType;
import neurath.api.Parameters;
import neurath.api.RunsBlocking;
import neurath.api.Step;
import neurath.http.Content;
import neurath.http.Loaded;
import neurath.http.Request;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.util.URIUtil;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ServiceScope;

/** Finds the file that is asked for and reads it into memory. */
@Component(service = Operator.class, scope = ServiceScope.PROTOTYPE)
@OperatorType("http/load")
@Parameters(Load.Settings.class)
@RunsBlocking
public final class Load implements Step<Request, Loaded> {
    private static final int OK = 200;
    private static final int MOVED_PERMANENTLY = 301;
    private static final int SERVER_ERROR = 500;
    /** Read at once at most: the JDK keeps a native buffer of that size. */
    private static final int CHUNK = 128 * 1024;

    /**
     * Parameters.
     *
     * @param root folder that is served
     * @param index name of the file that stands for a folder; one without it is not found, and none is listed
     * @param precompressed codings, separated by commas, of which there may be files beside others: {@code a.css.gz} beside
     *     {@code a.css}
     * @param maxFileBytes length of a file that is read into memory
     */
    record Settings(
            @Default(".") Path root,
            @Default("index.html") String index,
            @Default("br,gzip") String precompressed,
            @Default("67108864") int maxFileBytes) {}

    private Settings settings;
    private Context context;
    private Site site;
    private Description description;

    @Override
    public void open(Context context) throws IOException {
        this.context = context;
        settings = context.parameters(Settings.class);
        Set<String> precompressed = codings(settings.precompressed());
        site = new Site(settings.root(), settings.index(), precompressed);
        description = new Description(!precompressed.isEmpty());
    }

    private static Set<String> codings(String list) {
        return Arrays.stream(list.toLowerCase(Locale.ROOT).split(","))
                .map(String::strip)
                .filter(coding -> !coding.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Loaded apply(Request request) throws IOException {
        if (request.refusal() != 0) {
            return Loaded.without(request, request.refusal());
        }
        return switch (site.find(request.path(), request.codings())) {
            case Site.File file -> load(request, file);
            case Site.Folder folder -> toFolder(request);
            case Site.Nothing nothing -> Loaded.without(request, nothing.status());
        };
    }

    private Loaded load(Request request, Site.File file) throws IOException {
        if (file.size() > settings.maxFileBytes()) {
            return refused(request, file);
        }
        try {
            Content content = request.isHead() ? new Content.None(file.size()) : new Content.Bytes(read(file));
            HttpFields fields = request.isHead() || site.isUnchanged(file) ? description.of(file) : description.ofChanging(file);
            return new Loaded(request, OK, file.name(), fields, content);
        } catch (AccessDeniedException e) {
            return Loaded.without(request, Site.FORBIDDEN.status());
        } catch (NoSuchFileException e) {
            return Loaded.without(request, Site.NOT_FOUND.status());
        }
    }

    /** Said where people look for it, and not once for each request in the log. */
    private Loaded refused(Request request, Site.File file) {
        context.note("refused", file.path() + " has " + file.size() + " bytes, and MAX_FILE_BYTES is " + settings.maxFileBytes()
                + "; raise it, or take a version of http/load that does not read large files into memory");
        return Loaded.without(request, SERVER_ERROR);
    }

    private static ByteBuffer read(Site.File file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
        try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            while (bytes.position() < file.size()) {
                bytes.limit((int) Math.min(file.size(), bytes.position() + CHUNK));
                if (channel.read(bytes) < 0) {
                    throw new EOFException(file.path() + " became shorter while it was read");
                }
            }
        }
        return bytes.flip();
    }

    private static Loaded toFolder(Request request) {
        String query = request.uri().getQuery();
        String location = URIUtil.encodePath(request.path()) + '/' + (query == null ? "" : '?' + query);
        HttpFields fields = HttpFields.from(new HttpField(HttpHeader.LOCATION, location));
        return new Loaded(request, MOVED_PERMANENTLY, null, fields, Content.None.EMPTY);
    }
}
