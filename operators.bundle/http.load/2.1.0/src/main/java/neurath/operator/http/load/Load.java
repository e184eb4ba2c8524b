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
import neurath.api.RequiresOperator;
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

/** Finds the file that is asked for: reads it into memory where it is small, or opens it for a reply that transfers it. */
@Component(service = Operator.class, scope = ServiceScope.PROTOTYPE)
@OperatorType("http/load")
@RequiresOperator(operator = "http/reply", version = "2.1.0")
@Parameters(Load.Settings.class)
@RunsBlocking
public final class Load implements Step<Request, Loaded> {
    private static final int OK = 200;
    private static final int MOVED_PERMANENTLY = 301;

    /**
     * Parameters.
     *
     * @param root folder that is served
     * @param index name of the file that stands for a folder; one without it is not found, and none is listed
     * @param precompressed codings, separated by commas, of which there may be files beside others: {@code a.css.gz} beside
     *     {@code a.css}
     * @param small length up to which a file is read into memory
     */
    record Settings(
            @Default(".") Path root,
            @Default("index.html") String index,
            @Default("br,gzip") String precompressed,
            @Default("16384") int small) {}

    private Settings settings;
    private Site site;
    private Description description;

    @Override
    public void open(Context context) throws IOException {
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
        if (request.isHead()) {
            return new Loaded(request, OK, file.name(), description.of(file), new Content.None(file.size()));
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(file.path(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        } catch (AccessDeniedException e) {
            return Loaded.without(request, Site.FORBIDDEN.status());
        } catch (NoSuchFileException e) {
            return Loaded.without(request, Site.NOT_FOUND.status());
        }
        boolean isHandedOn = false;
        try {
            long size = channel.size();
            Content content = size <= settings.small() ? read(channel, (int) size) : new Content.FileRegion(channel, 0, size);
            HttpFields fields = site.isUnchanged(file) ? description.of(file) : description.ofChanging(file);
            isHandedOn = content instanceof Content.FileRegion;
            return new Loaded(request, OK, file.name(), fields, content);
        } finally {
            if (!isHandedOn) {
                channel.close();
            }
        }
    }

    private static Content read(FileChannel channel, int size) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(size);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new EOFException("the file became shorter while it was read");
            }
        }
        return new Content.Bytes(bytes.flip());
    }

    private static Loaded toFolder(Request request) {
        String query = request.uri().getQuery();
        String location = URIUtil.encodePath(request.path()) + '/' + (query == null ? "" : '?' + query);
        HttpFields fields = HttpFields.from(new HttpField(HttpHeader.LOCATION, location));
        return new Loaded(request, MOVED_PERMANENTLY, null, fields, Content.None.EMPTY);
    }
}
