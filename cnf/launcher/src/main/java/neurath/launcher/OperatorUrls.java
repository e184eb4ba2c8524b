package neurath.launcher;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Path;
import java.util.Hashtable;
import org.osgi.framework.BundleContext;
import org.osgi.service.url.AbstractURLStreamHandlerService;
import org.osgi.service.url.URLConstants;
import org.osgi.service.url.URLStreamHandlerService;

/**
 * Where the first operators come from: {@code neurath:operators/<jar>}, the same in every checkout. As a URL it makes Gogo's
 * {@code update} work for them.
 */
final class OperatorUrls extends AbstractURLStreamHandlerService {
    private static final String PROTOCOL = "neurath";
    private static final String FOLDER = "operators/";

    private final Installation installation;

    private OperatorUrls(Installation installation) {
        this.installation = installation;
    }

    static String location(Path jar) {
        return PROTOCOL + ":" + FOLDER + jar.getFileName();
    }

    static void serve(BundleContext context, Installation installation) {
        var properties = new Hashtable<String, Object>();
        properties.put(URLConstants.URL_HANDLER_PROTOCOL, PROTOCOL);
        context.registerService(URLStreamHandlerService.class, new OperatorUrls(installation), properties);
    }

    @Override
    public URLConnection openConnection(URL url) throws IOException {
        String path = url.getPath();
        if (!path.startsWith(FOLDER) || path.contains("..") || !path.endsWith(".jar")) {
            throw new FileNotFoundException(url + " is none of neurath:operators/<name>.jar");
        }
        String name = path.substring(FOLDER.length(), path.length() - ".jar".length());
        return installation.operator(name).toUri().toURL().openConnection();
    }
}
